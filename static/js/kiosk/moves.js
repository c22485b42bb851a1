// @ts-check
/** What each event does to the state; null when it does not fit. */

import { initialState, isPristine } from "./state.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Sheet} Sheet
 * @typedef {import("./machine.js").Event} Event
 * @typedef {import("./machine.js").Step} Step
 * @typedef {import("./machine.js").Handler} Handler
 */

/** @type {Handler} */
export function score(state, event) {
  const sheet = {
    // A corrected tap is the next revision of the same sheet, at the time of the first.
    id: state.sheet?.id ?? String(event.id),
    capturedAt: state.sheet?.capturedAt ?? String(event.at),
    clockOffset: state.sheet ? state.sheet.clockOffset : (event.offset ?? null),
    revision: (state.sheet?.revision ?? 0) + 1,
    answers: { overall: event.value },
  };
  // Nothing but this revision may ever arrive: then the rest was left, as it says.
  return answered(state, sheet, "reasons", "timeout");
}

/** @type {Handler} */
export function confirmReasons(state) {
  if (!state.sheet) return null;
  if (state.chosen.length === 0) {
    return quiet({ ...state, screen: "visits", correctable: false });
  }
  return answered(
    state,
    revise(state.sheet, { reasons: state.chosen }),
    "visits",
    "timeout",
  );
}

/** @type {Handler} */
export function visits(state, event) {
  if (!state.sheet) return null;
  const sheet = revise(state.sheet, { visits: event.value });
  return answered(state, sheet, "thanks", "completed");
}

/** @type {Handler} */
export function skipVisits(state) {
  if (!state.sheet) return null;
  return answered(state, revise(state.sheet, {}), "thanks", "skipped");
}

/** @type {Handler} */
export function toggleReason(state, { value }) {
  const chosen = state.chosen.includes(value)
    ? state.chosen.filter((code) => code !== value)
    : [...state.chosen, value];
  return quiet({ ...state, chosen });
}

/** @type {Handler} */
export function correct(state) {
  if (!state.correctable) return null;
  return quiet({ ...state, screen: "faces", chosen: [], correctable: false });
}

/** @type {Handler} */
export function keepScore(state) {
  return state.sheet ? quiet({ ...state, screen: "reasons" }) : null;
}

/** The last revision could not be kept anywhere. @type {Handler} */
export function apologise(state) {
  const { sheet, display } = state;
  return sheet ? quiet({ ...initialState(), screen: "sorry", sheet, display }) : null;
}

/** @type {Handler} */
export function show(state, { value }) {
  return quiet({ ...state, display: { ...state.display, ...value } });
}

/** @type {Handler} */
export function warn(state) {
  return isPristine(state)
    ? null
    : quiet({ ...state, warned: true, correctable: false });
}

/** @param {State} state @returns {Step} */
export const quiet = (state) => ({ state, effects: [] });
/** @type {Handler} */
export const reset = () => quiet(initialState());

/** @param {Sheet} sheet @param {Partial<Sheet["answers"]>} more @returns {Sheet} */
function revise(sheet, more) {
  return {
    ...sheet,
    revision: sheet.revision + 1,
    answers: { ...sheet.answers, ...more },
  };
}

/**
 * @param {State} state @param {Sheet} sheet @param {State["screen"]} screen
 * @param {import("./state.js").Outcome} outcome @returns {Step}
 */
function answered(state, sheet, screen, outcome) {
  const { language } = state.display;
  return {
    state: { ...state, sheet, screen, chosen: [], correctable: screen === "reasons" },
    effects: [{ kind: "send", sheet: { ...sheet, language, outcome } }],
  };
}
