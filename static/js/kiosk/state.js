// @ts-check
/** What the kiosk remembers of the citizen in front of it, and for how long. */

/**
 * @typedef {"faces" | "reasons" | "visits" | "thanks" | "sorry"} Screen
 * @typedef {"completed" | "skipped" | "timeout"} Outcome
 * @typedef {{ overall: number, reasons?: string[], visits?: number }} Answers
 * @typedef {object} Sheet
 * @property {string} id
 * @property {string} capturedAt by the tablet's clock
 * @property {number | null} clockOffset the server's clock minus the tablet's then, in ms
 * @property {number} revision
 * @property {Answers} answers
 * @typedef {Sheet & { language: string, outcome: Outcome }} Revision
 * @typedef {{ language: string, large: boolean, contrast: boolean, low: boolean }} Display
 * @typedef {"idle" | "warning" | "thanks" | "sorry"} Wait
 * @typedef {object} State
 * @property {Screen} screen
 * @property {Sheet | null} sheet what has been answered so far
 * @property {string[]} chosen reasons ticked and not yet confirmed
 * @property {boolean} correctable whether the score may still be taken back
 * @property {boolean} warned whether the question for more time is open
 * @property {Display} display
 */

/** How long each wait lasts, in ms. 20 s to ask for more time is WCAG 2.2.1's least. */
export const WAITS = Object.freeze({
  idle: 30_000,
  warning: 20_000,
  thanks: 5_000,
  sorry: 10_000,
});
/** How long a mis-tap can be taken back, in ms. */
export const CORRECTION = 5_000;

/** @returns {State} the screen as every citizen finds it */
export function initialState() {
  return {
    screen: "faces",
    sheet: null,
    chosen: [],
    correctable: false,
    warned: false,
    display: { language: "vi", large: false, contrast: false, low: false },
  };
}

/** @param {State} state @returns {boolean} whether nobody has touched anything */
export function isPristine(state) {
  return JSON.stringify(state) === JSON.stringify(initialState());
}
