// @ts-check
/** Runs the machine: what was answered is kept before the next screen is drawn. */

import { step } from "./machine.js";
import { CORRECTION, initialState, isPristine, WAITS } from "./state.js";

/**
 * @typedef {object} Outside
 * @property {(sheet: import("./state.js").Revision) => Promise<boolean>} keep whether it
 *   will survive whatever happens to the tablet
 * @property {(state: import("./state.js").State) => void} draw
 * @property {(run: () => void, ms: number) => unknown} schedule
 * @property {(timer: any) => void} cancel
 */

export class Session {
  state = initialState();
  /** @type {Map<string, unknown>} */
  #timers = new Map();
  /** @type {Outside} */
  #outside;
  /** How many answers are being kept: until none is, the screen stays as it is. */
  #keeping = 0;

  /** @param {Outside} outside */
  constructor(outside) {
    this.#outside = outside;
  }

  /** Nobody stands there, and what the last citizen said is kept. */
  get isIdle() {
    return this.#keeping === 0 && isPristine(this.state);
  }

  /** @param {import("./machine.js").Event} event */
  dispatch(event) {
    const before = this.state;
    const { state, effects } = step(before, event);
    this.state = state;
    for (const effect of effects) this.#perform(effect);
    if (state !== before) this.#draw();
  }

  #draw() {
    if (this.#keeping === 0) this.#outside.draw(this.state);
  }

  /** @param {import("./machine.js").Effect} effect */
  #perform(effect) {
    if (effect.kind === "send") {
      this.#keep(effect.sheet);
      return;
    }
    this.#stop(effect.kind);
    if (effect.kind === "correction" && effect.open) {
      this.#start("correction", "correction-over", CORRECTION);
    }
    if (effect.kind === "leave" && effect.after) {
      this.#start("leave", effect.after, WAITS[effect.after]);
    }
  }

  /** @param {import("./state.js").Revision} sheet */
  async #keep(sheet) {
    this.#keeping += 1;
    const kept = await this.#outside.keep(sheet).catch(() => false);
    this.#keeping -= 1;
    // Whoever stands there now may be somebody else.
    const theirs = this.state.sheet?.id === sheet.id;
    if (!kept && theirs) this.dispatch({ type: "unkept" });
    else this.#draw();
  }

  /** @param {string} slot @param {string} type the event when the time is over */
  #start(slot, type, /** @type {number} */ ms) {
    const timer = this.#outside.schedule(() => this.dispatch({ type }), ms);
    this.#timers.set(slot, timer);
  }

  /** @param {string} slot */
  #stop(slot) {
    if (this.#timers.has(slot)) this.#outside.cancel(this.#timers.get(slot));
    this.#timers.delete(slot);
  }
}
