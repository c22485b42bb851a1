// @ts-check
/** The question for more time, and the seconds that are left to answer it. */

import { byId } from "./dom.js";
import { WAITS } from "./state.js";

export class Warning {
  #dialog;
  #time;
  #kept;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #countdown;

  /** @param {Document} page */
  constructor(page) {
    this.#dialog = /** @type {HTMLDialogElement} */ (byId(page, "warning"));
    this.#time = byId(page, "countdown");
    this.#kept = byId(page, "kept");
  }

  /**
   * @param {import("./state.js").State} state @param {Record<string, string>} words
   * @returns {boolean} whether it came or went
   */
  show({ warned, sheet }, words) {
    if (warned === this.#dialog.open) return false;
    clearInterval(this.#countdown);
    if (warned) {
      this.#kept.hidden = sheet === null;
      this.#count(words.warningTime);
      this.#dialog.showModal();
    } else {
      this.#dialog.close();
      this.#time.textContent = "";
    }
    return true;
  }

  /** @param {string} sentence with {n} for the seconds */
  #count(sentence) {
    let left = WAITS.warning / 1_000;
    const tell = () => {
      this.#time.textContent = sentence.replace("{n}", String(left));
      left -= 1;
    };
    tell();
    this.#countdown = setInterval(tell, 1_000);
  }
}
