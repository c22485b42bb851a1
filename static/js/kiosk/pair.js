// @ts-check
/** The page that pairs a tablet: `/kiosk/pair`. */

import { keepKey, readKey } from "./device.js";
import { byId } from "./dom.js";
import { joinText, otherLanguage } from "./language.js";
import { newKey, untilPaired } from "./pairing.js";

/** The key that waits; a reload or a power cut keeps the code on the screen. */
const WAITING_KEY = "kiosk-pairing-key";
/** What the browser answered when asked never to clear the tablet's storage. */
const PERSISTED = "kiosk-persisted";
/** A reply later than this counts as none, in ms. */
const PATIENCE = 15_000;
/** How long the last screen stands, in ms: long enough to be read. */
const FAREWELL = 2_000;

const text = joinText(JSON.parse(byId(document, "pair-text").textContent ?? ""));
let language = "vi";
/** @type {import("./pairing.js").State | { kind: "insecure" }} */
let state = { kind: "asking" };

/** @param {typeof state} next */
function show(next) {
  state = next;
  draw();
}

function draw() {
  const labels = text[language];
  document.documentElement.lang = language;
  document.documentElement.dataset.screen = "pair";
  const { title, hint, note, code } = contentOf(labels);
  byId(document, "title").textContent = title;
  byId(document, "hint").textContent = hint;
  // Written only when it changes: each writing is read aloud.
  const line = byId(document, "note");
  if (line.textContent !== note) line.textContent = note;
  const shown = byId(document, "code");
  shown.hidden = !code;
  shown.textContent = code;
  const paired = readKey(localStorage) !== null;
  byId(document, "way").textContent = paired ? labels.giveUp : labels.typeKey;
  const other = otherLanguage(Object.keys(text), language);
  const button = byId(document, "language");
  button.textContent = text[other].language;
  button.lang = other;
}

/** @param {Record<string, string>} labels */
function contentOf(labels) {
  const usual = { title: labels.title, hint: labels.hint, note: "", code: "" };
  switch (state.kind) {
    case "code":
      return {
        ...usual,
        code: state.code,
        note: inMinutes(labels.left, state.seconds),
      };
    case "away":
      return state.code
        ? { ...usual, code: state.code, note: labels.awayWithCode }
        : { ...usual, title: labels.awayTitle, hint: labels.away };
    case "busy":
      return {
        ...usual,
        title: labels.busyTitle,
        hint: inMinutes(labels.busy, state.seconds),
      };
    case "paired": {
      const place = state.station.point.name[language];
      const title = labels.pairedTitle.replace("{place}", place);
      return { ...usual, title, hint: labels.paired };
    }
    case "insecure":
      return { ...usual, title: labels.insecureTitle, hint: labels.insecure };
    default:
      return { ...usual, note: labels.asking };
  }
}

/** @param {string} sentence with {n} for the minutes @param {number} seconds */
function inMinutes(sentence, seconds) {
  return sentence.replace("{n}", String(Math.max(1, Math.ceil(seconds / 60))));
}

/** @param {string} address @param {RequestInit} [options] */
function call(address, options) {
  return fetch(address, {
    cache: "no-store",
    credentials: "omit",
    headers: { Authorization: `Bearer ${waitingKey()}` },
    signal: AbortSignal.timeout(PATIENCE),
    ...options,
  });
}

function waitingKey() {
  let key = localStorage.getItem(WAITING_KEY);
  if (!key) {
    key = newKey(crypto);
    localStorage.setItem(WAITING_KEY, key);
  }
  return key;
}

const outside = {
  async ask() {
    const response = await call("/api/v1/pairing", { method: "POST" });
    // A captive portal answers 200, too; its page is no JSON and has no code.
    const body = await response.json();
    const retryAfter = Number(response.headers.get("Retry-After") ?? 60);
    if (response.status === 200 && !body.code) return { status: 0 };
    return {
      status: response.status,
      code: body.code,
      seconds: response.ok ? body.expires_in : retryAfter,
    };
  },
  async look() {
    const response = await call("/api/v1/device");
    if (response.status === 401) return null;
    if (!response.ok) throw new Error(String(response.status));
    const station = await response.json();
    if (!station.point) throw new Error("no answer of ours");
    return station;
  },
  renewKey: () => localStorage.removeItem(WAITING_KEY),
  wait: (/** @type {number} */ ms) => {
    return /** @type {Promise<void>} */ (new Promise((run) => setTimeout(run, ms)));
  },
  show,
};

async function pair() {
  const station = await untilPaired(outside);
  keepKey(localStorage, waitingKey());
  localStorage.removeItem(WAITING_KEY);
  show({ kind: "paired", station });
  const persisted = await navigator.storage.persist().catch(() => false);
  localStorage.setItem(PERSISTED, String(persisted));
  await outside.wait(FAREWELL);
  location.replace(byId(document, "way").getAttribute("href") ?? "/kiosk");
}

byId(document, "language").addEventListener("click", () => {
  language = otherLanguage(Object.keys(text), language);
  draw();
});
if (globalThis.isSecureContext && globalThis.crypto?.subtle && navigator.storage) {
  draw();
  pair();
} else {
  show({ kind: "insecure" });
}
