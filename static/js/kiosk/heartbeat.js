// @ts-check
/** What the tablet tells of itself once a minute; nothing of a citizen is in it. */

import { localTime } from "./sheet.js";

/** @typedef {import("./view.js").Model} Model */

/** How often the server is asked for the time, and told how the tablet is, in ms. */
export const EVERY = 60_000;

/**
 * @param {Navigator} navigator @param {import("./outbox.js").Summary} summary
 * @param {{ release: string, offset: number | null, model: Model | null }} more
 */
export async function readReport(navigator, summary, { release, offset, model }) {
  return {
    sent_at: localTime(),
    release,
    browser: browserOf(navigator),
    battery: await batteryOf(navigator),
    storage: { kind: summary.kind, ...(await storageOf(navigator)) },
    queue: summary.queue,
    oldest_unsent: summary.oldest,
    quarantine: summary.quarantine,
    tapped: summary.tapped,
    acknowledged: summary.acknowledged,
    clock_offset_ms: offset,
    survey: model?.survey.code ?? null,
    survey_version: model?.survey.version ?? null,
  };
}

/** @param {any} navigator @returns {string | null} name and major version */
function browserOf(navigator) {
  const brands = navigator.userAgentData?.brands ?? [];
  const own = brands.find(
    (/** @type {any} */ one) => !/not.?a.?brand/i.test(one.brand),
  );
  return own ? `${own.brand} ${own.version}`.slice(0, 60) : null;
}

/** @param {any} navigator */
async function batteryOf(navigator) {
  const battery = await navigator.getBattery?.().catch(() => null);
  return battery ? { level: battery.level, charging: battery.charging } : null;
}

/** @param {Navigator} navigator */
async function storageOf({ storage }) {
  const persisted = await storage?.persisted?.().catch(() => null);
  const room = await storage?.estimate?.().catch(() => null);
  return {
    persisted: persisted ?? null,
    usage: room?.usage ?? null,
    quota: room?.quota ?? null,
  };
}
