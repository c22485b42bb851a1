// @ts-check
/**
 * How a sheet lies in the tablet's storage: in an envelope with a version, because the
 * release that sends it need not be the one that wrote it.
 */

/** The form that this release writes. It reads every form up to this one. */
export const VERSION = 1;

/**
 * @typedef {{ id: string, revision: number, captured_at: string }} Sheet
 * @typedef {object} Envelope
 * @property {number} v
 * @property {string} id
 * @property {number} revision
 * @property {string} release which wrote it
 * @property {Sheet} sheet
 * @typedef {Envelope & { seq: number }} Entry an envelope with its place in the queue
 */

/** @param {any} sheet @param {string} release @returns {Envelope} */
export function wrap(sheet, release) {
  return { v: VERSION, id: sheet.id, revision: sheet.revision, release, sheet };
}

/**
 * Tell what can be done with what was found in the queue. After a return to an older
 * release it may be of a form that is not known yet: then it waits, untouched.
 * @param {any} found @returns {"ready" | "newer" | "unreadable"}
 */
export function stateOf(found) {
  if (Number.isInteger(found?.v) && found.v > VERSION) return "newer";
  const sheet = found?.sheet;
  const whole =
    found?.v === VERSION &&
    typeof sheet?.id === "string" &&
    Number.isInteger(sheet?.revision) &&
    typeof sheet?.captured_at === "string";
  return whole ? "ready" : "unreadable";
}
