// @ts-check
/**
 * Everything that waits on this tablet as one file, for staff to carry to the server. It
 * holds citizens' answers, so it is sealed: only the server opens it, with a key made from
 * the tablet's own, in the only form in which the server knows that one: its hash.
 */

import { stateOf } from "./envelope.js";
import { sha256 } from "./pin.js";
import { localTime } from "./sheet.js";

/**
 * @typedef {object} What
 * @property {{ id: string, name: string }} device
 * @property {string} release
 * @property {{ queue: any[], quarantine: any[] }} contents
 */

/** What the file says about itself in clear; the seal covers it as well. */
export const LABEL = "kiosk-queue 1";

/**
 * @param {Crypto} crypto @param {string} key @param {What} what
 * @param {Date} [moment] @returns {Promise<string>}
 */
export async function rescueFile(crypto, key, what, moment = new Date()) {
  const { device, release, contents } = what;
  const body = JSON.stringify({
    device: { id: device.id, name: device.name },
    release,
    exported_at: localTime(moment),
    ...sorted(contents),
  });
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const label = `${LABEL} ${device.id}`;
  const sealed = await seal(crypto.subtle, key, { nonce, label, body });
  const [format, version] = LABEL.split(" ");
  return JSON.stringify({
    format,
    version: Number(version),
    device: device.id,
    nonce: base64(nonce),
    sealed: base64(new Uint8Array(sealed)),
  });
}

/**
 * AES-256 in GCM: whoever changes a bit of the text or of the label cannot be opened.
 * @param {SubtleCrypto} subtle @param {string} key
 * @param {{ nonce: Uint8Array<ArrayBuffer>, label: string, body: string }} what
 */
async function seal(subtle, key, { nonce, label, body }) {
  const encoder = new TextEncoder();
  const kept = encoder.encode(await sha256(subtle, key));
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const own = await subtle.importKey("raw", kept, hmac, false, ["sign"]);
  const made = await subtle.sign("HMAC", own, encoder.encode(LABEL));
  const secret = await subtle.importKey("raw", made, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(label) };
  return subtle.encrypt(how, secret, encoder.encode(body));
}

/** @param {Uint8Array} bytes @returns {string} */
function base64(bytes) {
  let text = "";
  // A call takes some ten thousands of arguments, and a queue has more bytes.
  for (let start = 0; start < bytes.length; start += 8_192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8_192));
  }
  return btoa(text);
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
