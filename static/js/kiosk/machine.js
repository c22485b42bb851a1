// @ts-check
/**
 * The citizen's way through the kiosk as one pure function: no clock, no page, no network.
 *
 * faces → reasons → visits → thanks → faces; sorry when an answer could not be kept. The score is an answer from its tap on; what
 * follows adds revisions to the same sheet. Nothing here looks at which score was given,
 * so a low score costs exactly the taps and the time of a high one.
 */

import {
  apologise,
  confirmReasons,
  correct,
  keepScore,
  quiet,
  reset,
  score,
  show,
  skipVisits,
  toggleReason,
  visits,
  warn,
} from "./moves.js";
import { isPristine } from "./state.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Sheet} Sheet
 * @typedef {{ kind: "send", sheet: import("./state.js").Revision }
 *   | { kind: "leave", after: import("./state.js").Wait | null }
 *   | { kind: "correction", open: boolean }} Effect
 * @typedef {{ type: string, value?: any, id?: string, at?: string,
 *   offset?: number | null }} Event
 * @typedef {{ state: State, effects: Effect[] }} Step
 * @typedef {(state: State, event: Event) => Step | null} Handler
 */

/**
 * Take one event; an event that does not fit the state changes nothing.
 * @param {State} state @param {Event} event @returns {Step}
 */
export function step(state, event) {
  const handler = state.warned
    ? WARNED[event.type]
    : (ON[state.screen][event.type] ?? ANYWHERE[event.type]);
  const moved = handler?.(state, event);
  if (!moved) return { state, effects: [] };
  const waits = waitsOf(state, moved.state, event.type);
  return { state: moved.state, effects: [...moved.effects, ...waits] };
}

/**
 * @param {State} before @param {State} after
 * @param {string} type of the event between them @returns {Effect[]}
 */
function waitsOf(before, after, type) {
  /** @type {Effect[]} */
  const effects = [];
  // The end of the correction is nobody's touch: the idle wait runs on.
  if (type !== "correction-over") effects.push({ kind: "leave", after: waitOf(after) });
  if (before.correctable !== after.correctable) {
    effects.push({ kind: "correction", open: after.correctable });
  }
  return effects;
}

/** @param {State} state @returns {Wait | null} */
function waitOf(state) {
  if (state.warned) return "warning";
  if (state.screen === "thanks" || state.screen === "sorry") return state.screen;
  return isPristine(state) ? null : "idle";
}

/** @type {Record<State["screen"], Record<string, Handler>>} */
const ON = {
  faces: { score, keep: keepScore },
  reasons: {
    reason: toggleReason,
    correct,
    "correction-over": (state) => quiet({ ...state, correctable: false }),
    next: confirmReasons,
  },
  visits: { visits, skip: skipVisits },
  thanks: {
    display: () => null,
    activity: () => null,
    idle: () => null,
    thanks: reset,
  },
  sorry: {
    display: () => null,
    activity: () => null,
    idle: () => null,
    unkept: () => null,
    sorry: reset,
  },
};
/** @type {Record<string, Handler>} */
const ANYWHERE = {
  display: show,
  activity: quiet,
  idle: warn,
  leave: reset,
  unkept: apologise,
};
/** @type {Record<string, Handler>} */
const WARNED = {
  unkept: apologise,
  more: (state) => quiet({ ...state, warned: false }),
  leave: reset,
  warning: reset,
};
