// @ts-check
/** The server's addresses that the kiosk calls; each call carries the device's key. */

import { localTime } from "./sheet.js";

/** A reply later than this counts as none, in ms. */
const PATIENCE = 15_000;
/** How the server says that it does not know the key; a portal's 401 says something else. */
const UNKNOWN_DEVICE = "device_unknown";

/** The server does not know this device's key (any longer). */
export class NotPairedError extends Error {}

/** @typedef {import("./clock.js").DeviceClock} DeviceClock */

/** @param {() => string | null} readKey @param {DeviceClock} clock */
export function createServer(readKey, clock) {
  /** @param {string} address @param {RequestInit} [options] */
  const call = (address, options = {}) =>
    fetch(address, {
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
      ...options,
      headers: { ...options.headers, Authorization: `Bearer ${readKey()}` },
    });

  /** @param {string} address @returns {Promise<any>} */
  async function read(address) {
    const response = await call(address, { cache: "no-cache" });
    const body = await response.json();
    if (response.status === 401 && body.error?.code === UNKNOWN_DEVICE)
      throw new NotPairedError();
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return body;
  }

  /** @param {string} address @param {object} body */
  const send = (address, body) =>
    call(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  return {
    /** @returns {Promise<{ station: import("./sheet.js").Station, survey: any }>} */
    async readStation() {
      const station = await read("/api/v1/device");
      const survey = await read(
        `/api/v1/surveys/${encodeURIComponent(station.survey)}`,
      );
      return { station, survey };
    },

    /** @param {object[]} responses @returns {Promise<import("./sender.js").Reply>} */
    async post(responses) {
      const reply = await send("/api/v1/responses", {
        sent_at: localTime(),
        responses,
      });
      const body = await reply.json().catch(() => null);
      return {
        status: reply.status,
        retryAfter: seconds(reply.headers.get("Retry-After")),
        results: body?.results,
        code: body?.error?.code,
      };
    },

    /**
     * Whether our server answers, and not a portal in its name; sets the clock by it.
     * @returns {Promise<boolean>}
     */
    async ping() {
      const begun = clock.begin();
      const reply = await call("/api/v1/ping");
      const body = await reply.json();
      if (body?.service !== "kiosk") return false;
      clock.learn(begun, body.now);
      return true;
    },

    /** @param {object} report */
    async tell(report) {
      const reply = await send("/api/v1/heartbeat", report);
      // Also because an answer that nobody reads keeps its connection.
      const body = await reply.json();
      if (reply.status === 401 && body.error?.code === UNKNOWN_DEVICE)
        throw new NotPairedError();
    },
  };
}

/** @param {string | null} header @returns {number | undefined} */
function seconds(header) {
  return header && /^\d+$/.test(header) ? Number(header) : undefined;
}
