// @ts-check
/** Runs the machine: its timers and its sheets go out before the next screen is drawn. */

import { step } from "./machine.js";
import { CORRECTION, initialState, WAITS } from "./state.js";

/**
 * @typedef {object} Outside
 * @property {(sheet: import("./state.js").Revision) => void} send
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

  /** @param {Outside} outside */
  constructor(outside) {
    this.#outside = outside;
  }

  /** @param {import("./machine.js").Event} event */
  dispatch(event) {
    const before = this.state;
    const { state, effects } = step(before, event);
    this.state = state;
    for (const effect of effects) this.#perform(effect);
    if (state !== before) this.#outside.draw(state);
  }

  /** @param {import("./machine.js").Effect} effect */
  #perform(effect) {
    if (effect.kind === "send") {
      this.#outside.send(effect.sheet);
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
