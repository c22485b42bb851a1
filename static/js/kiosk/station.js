// @ts-check
/** Asks the server who this tablet is and what it asks, again and again. */

import { delayAfter } from "./delay.js";
import { keepStation, readKey, readStation } from "./device.js";
import { NotPairedError } from "./server.js";

/** How often wording and place are asked for again, in ms. */
const REFRESH = 600_000;

/**
 * @typedef {{ station: import("./sheet.js").Station, survey: any }} Found
 * @typedef {object} Outside
 * @property {Storage} storage
 * @property {() => Promise<Found>} read
 * @property {(run: () => void, ms: number) => unknown} schedule
 * @property {(timer: any) => void} cancel
 * @property {(found: Found) => void} onFound
 * @property {() => void} onWaiting nothing is known, and the server does not answer
 * @property {(refused: boolean) => void} onUnpaired
 */

export class StationFinder {
  #outside;
  #failures = 0;
  #known = false;
  /** @type {unknown} */
  #timer = null;

  /** @param {Outside} outside */
  constructor(outside) {
    this.#outside = outside;
  }

  /** Begin with what is remembered; the server's word comes after it. */
  async find() {
    const { storage, onFound, onUnpaired } = this.#outside;
    this.#stop();
    if (!readKey(storage)) {
      onUnpaired(false);
      return;
    }
    const remembered = this.#known ? null : readStation(storage);
    if (remembered) {
      this.#known = true;
      onFound(remembered);
    }
    await this.#ask();
  }

  /** The key was changed, or is not valid any more. */
  forget() {
    this.#stop();
    this.#known = false;
    this.#failures = 0;
  }

  /** The server can be reached: ask now if the last try failed. */
  resume() {
    if (this.#failures > 0) this.find();
  }

  async #ask() {
    const { storage, read, onFound, onWaiting, onUnpaired } = this.#outside;
    const key = readKey(storage);
    try {
      const found = await read();
      if (key !== readKey(storage)) return;
      keepStation(storage, found);
      this.#known = true;
      this.#failures = 0;
      this.#again(REFRESH);
      onFound(found);
    } catch (error) {
      if (error instanceof NotPairedError) {
        // A server that began without its data, for a while, knows nobody either.
        this.#again(REFRESH);
        onUnpaired(true);
        return;
      }
      this.#failures += 1;
      this.#again(delayAfter(this.#failures, 1));
      if (!this.#known) onWaiting();
    }
  }

  /** @param {number} ms */
  #again(ms) {
    this.#stop();
    this.#timer = this.#outside.schedule(() => this.find(), ms);
  }

  #stop() {
    if (this.#timer !== null) this.#outside.cancel(this.#timer);
    this.#timer = null;
  }
}
