// @ts-check
/** The server's addresses that the kiosk calls; each call carries the device's key. */

import { localTime } from "./sheet.js";

/** A reply later than this counts as none, in ms. */
const PATIENCE = 15_000;

/** The server does not know this device's key (any longer). */
export class NotPairedError extends Error {}

/** @param {() => string | null} readKey */
export function createServer(readKey) {
  /** @param {string} address @param {RequestInit} [options] */
  const call = (address, options = {}) =>
    fetch(address, {
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
      ...options,
      headers: { ...options.headers, Authorization: `Bearer ${readKey()}` },
    });

  /** @param {string} address @returns {Promise<any>} */
  async function read(address) {
    const response = await call(address, { cache: "no-cache" });
    if (response.status === 401) throw new NotPairedError();
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return response.json();
  }

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
      const response = await call("/api/v1/responses", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ sent_at: localTime(), responses }),
      });
      const body = await response.json().catch(() => ({}));
      return {
        status: response.status,
        retryAfter: seconds(response.headers.get("Retry-After")),
        results: body.results,
        code: body.error?.code,
      };
    },
  };
}

/** @param {string | null} header @returns {number | undefined} */
function seconds(header) {
  return header && /^\d+$/.test(header) ? Number(header) : undefined;
}
