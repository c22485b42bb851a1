// @ts-check
/** Answer sheets in the form that the intake takes (POST /api/v1/responses). */

/**
 * @typedef {object} Station what the paired tablet knows about itself
 * @property {{ id: string, name: string }} device
 * @property {{ code: string, name: Record<string, string> }} point
 * @property {{ name: Record<string, string> }} centre
 * @property {string} survey
 */

/**
 * @param {import("./state.js").Revision} revision
 * @param {Station} station @param {{ code: string, version: number }} survey
 */
export function toSheet(revision, station, survey) {
  return {
    id: revision.id,
    revision: revision.revision,
    survey: survey.code,
    survey_version: survey.version,
    point: station.point.code,
    channel: "kiosk",
    captured_at: revision.capturedAt,
    language: revision.language,
    outcome: revision.outcome,
    assisted: false,
    slip: null,
    flipped: false,
    clock_offset_ms: revision.clockOffset,
    answers: revision.answers,
  };
}

/**
 * Make a random UUID. `crypto.randomUUID` is missing where a tablet reaches the server
 * by plain http under a name of the LAN, which is no secure context.
 * @param {Crypto} [source]
 * @returns {string}
 */
export function newId(source = crypto) {
  if (typeof source.randomUUID === "function") return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * Write a moment as the wall clock shows it, with its offset: 2026-11-22T08:15:29.870+07:00.
 * @param {Date} [moment] @returns {string}
 */
export function localTime(moment = new Date()) {
  const offset = -moment.getTimezoneOffset();
  const wall = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offset);
  const hours = String(Math.floor(size / 60)).padStart(2, "0");
  const minutes = String(size % 60).padStart(2, "0");
  return `${wall}${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
}
