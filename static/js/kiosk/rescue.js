// @ts-check
/**
 * Everything that waits on this tablet as one file, for staff to carry to the server. The
 * tablet's key signs it, in the only form in which the server knows that key: its hash.
 */

import { stateOf } from "./envelope.js";
import { hex, sha256 } from "./pin.js";
import { localTime } from "./sheet.js";

/**
 * @typedef {object} What
 * @property {{ id: string, name: string }} device
 * @property {string} release
 * @property {{ queue: any[], quarantine: any[] }} contents
 */

/**
 * @param {SubtleCrypto} subtle @param {string} key @param {What} what
 * @param {Date} [moment] @returns {Promise<string>}
 */
export async function rescueFile(subtle, key, what, moment = new Date()) {
  const { device, release, contents } = what;
  const body = JSON.stringify({
    device: { id: device.id, name: device.name },
    release,
    exported_at: localTime(moment),
    ...sorted(contents),
  });
  const signature = await sign(subtle, key, body);
  return JSON.stringify({ format: "kiosk-queue", version: 1, body, signature });
}

/** @param {SubtleCrypto} subtle @param {string} key @param {string} text */
async function sign(subtle, key, text) {
  const encoder = new TextEncoder();
  const secret = await subtle.importKey(
    "raw",
    encoder.encode(await sha256(subtle, key)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return hex(await subtle.sign("HMAC", secret, encoder.encode(text)));
}

/** @param {What["contents"]} contents */
function sorted({ queue, quarantine }) {
  const readable = (/** @type {any} */ entry) => stateOf(entry) === "ready";
  const refused = quarantine.filter(({ entry }) => readable(entry));
  return {
    queue: queue.filter(readable).map(({ sheet }) => sheet),
    quarantine: refused.map(({ entry, code = "", path = "", message = "" }) => {
      return { sheet: entry.sheet, code, path, message };
    }),
    unreadable: [
      ...queue.filter((entry) => !readable(entry)),
      ...quarantine.map(({ entry }) => entry).filter((entry) => !readable(entry)),
    ].map(writable),
  };
}

/** What the storage gives back may be anything that it once took. @param {any} found */
function writable(found) {
  try {
    return JSON.parse(JSON.stringify(found) ?? "null");
  } catch {
    return String(found);
  }
}

/** @param {string} point @param {Date} [moment] @returns {string} `phieu-Q1-20261122-0815.json` */
export function fileName(point, moment = new Date()) {
  const digits = localTime(moment).slice(0, 16).replaceAll(/[-:]/g, "");
  return `phieu-${point}-${digits.replace("T", "-")}.json`;
}
