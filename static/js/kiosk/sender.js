// @ts-check
/**
 * Carries answer sheets from the outbox to the server, one request at a time, until each
 * is settled. The citizen never waits for it. A sheet leaves the outbox only when the
 * server has named it; whatever else happens, it stays and is sent again.
 */

import { delayAfter, LONGEST_ORDERED } from "./delay.js";

/**
 * @typedef {import("./envelope.js").Entry} Entry
 * @typedef {{ status: number, retryAfter?: number, results?: Result[], code?: string }} Reply
 * @typedef {{ id: string, revision?: number, status: string, code?: string,
 *   path?: string, message?: string }} Result
 * @typedef {{ failing: boolean, paired: boolean }} Mood
 * @typedef {object} Outside
 * @property {Pick<import("./outbox.js").Outbox, "oldest" | "settle">} outbox
 * @property {(sheets: object[]) => Promise<Reply>} post rejects when nothing came back
 * @property {(work: () => Promise<void>) => Promise<boolean>} alone runs the work unless
 *   another tab is at it; tells whether it ran
 * @property {(run: () => void, ms: number) => unknown} schedule
 * @property {(timer: any) => void} cancel
 * @property {() => number} random
 */

/** What the intake takes at once (contract of POST /api/v1/responses). */
export const BATCH = 50;
/** How soon to look again when another tab is sending, in ms. */
export const OTHER_TAB = 5_000;

const SETTLED = new Set(["stored", "revised", "duplicate", "conflict"]);
/** The request as a whole is wrong: sent again unchanged it stays wrong. */
const REFUSED = new Set([400, 413, 415, 422]);

export class Sender {
  /** @type {((mood: Mood) => void)[]} */
  #listeners = [];
  /** @type {unknown} */
  #timer = null;
  /** @type {Outside} */
  #outside;
  #failures = 0;
  #batchSize = BATCH;
  /** How many at the head are passed over, because the server fails on each of them. */
  #skip = 0;
  /** The server asked to be left alone until the timer rings. */
  #ordered = false;
  #busy = false;
  #again = false;
  #paired = true;

  /** @param {Outside} outside */
  constructor(outside) {
    this.#outside = outside;
  }

  /** @param {(mood: Mood) => void} listener called at once, and after each request */
  onState(listener) {
    this.#listeners.push(listener);
    listener(this.#mood());
  }

  /** Something was put into the outbox. */
  wake() {
    this.#again = true;
    this.#pump();
  }

  /** The server can be reached: do not wait any longer, unless it asked for it itself. */
  resume() {
    if (this.#ordered) return;
    this.#stopWaiting();
    this.wake();
  }

  /** There is another key: whatever was answered to the old one counts no more. */
  pairedAnew() {
    this.#paired = true;
    this.#ordered = false;
    this.resume();
  }

  /** @returns {Mood} */
  #mood() {
    return { failing: this.#failures > 0, paired: this.#paired };
  }

  #report() {
    for (const listener of this.#listeners) listener(this.#mood());
  }

  async #pump() {
    if (this.#busy || !this.#paired || this.#timer !== null) return;
    this.#busy = true;
    // A lock that the browser refuses must not be the end of all sending.
    const ran = await this.#outside.alone(() => this.#drain()).catch(() => false);
    this.#busy = false;
    if (!ran) this.#wait(OTHER_TAB);
    else if (this.#again) this.#pump();
  }

  async #drain() {
    while (this.#paired && this.#timer === null) {
      this.#again = false;
      const batch = await this.#outside.outbox
        .oldest(this.#batchSize, this.#skip)
        .catch(() => null);
      if (batch?.length === 0 && this.#skip === 0) break;
      if (batch === null) this.#backOff();
      else if (batch.length > 0) await this.#send(batch);
      // Everything behind was tried: back to the head.
      else this.#skip = 0;
      this.#report();
    }
  }

  /** @param {Entry[]} batch */
  async #send(batch) {
    const sheets = batch.map(({ sheet }) => sheet);
    const reply = await this.#outside.post(sheets).catch(() => ({ status: 0 }));
    try {
      await this.#take(batch, reply);
    } catch {
      // The outbox could not note it: what was settled is sent again, as a duplicate.
      this.#backOff();
    }
  }

  /** @param {Entry[]} batch @param {Reply} reply */
  async #take(batch, reply) {
    if (reply.status === 401 && reply.code) this.#paired = false;
    else if (reply.status === 200) await this.#settle(batch, reply.results);
    // Without our own words in it, it came from a portal or a proxy.
    else if (REFUSED.has(reply.status) && reply.code) await this.#isolate(batch, reply);
    else if (reply.status === 500) this.#stepAside(batch);
    else this.#backOff(reply.retryAfter);
  }

  /**
   * Take out what the server has named. A captive portal's 200 names nothing.
   * @param {Entry[]} batch @param {Result[]} [results]
   */
  async #settle(batch, results) {
    const fates = Array.isArray(results) ? results : [];
    const named = batch
      .map((entry, place) => ({ entry, fate: fates[place] }))
      .filter(({ entry, fate }) => fate && isOf(fate, entry));
    const settled = named.filter(({ fate }) => SETTLED.has(fate.status));
    const rejected = named.filter(({ fate }) => fate.status === "rejected");
    if (settled.length + rejected.length === 0) {
      this.#backOff();
      return;
    }
    await this.#outside.outbox.settle(
      settled.map(({ entry }) => entry),
      rejected.map(({ entry, fate: { code = "rejected", path, message } }) => {
        return { entry, code, path, message };
      }),
    );
    this.#failures = 0;
    this.#batchSize = Math.min(this.#batchSize * 2, BATCH);
  }

  /** One bad sheet must not hold up the others. @param {Entry[]} batch @param {Reply} reply */
  async #isolate(batch, { code = "" }) {
    if (batch.length > 1) this.#batchSize = 1;
    else await this.#outside.outbox.settle([], [{ entry: batch[0], code }]);
  }

  /**
   * The server fails on something in there: try one by one, and go past it for now.
   * @param {Entry[]} batch
   */
  #stepAside(batch) {
    if (batch.length === 1) this.#skip += 1;
    this.#batchSize = 1;
    this.#backOff();
  }

  /** @param {number} [seconds] the server's own wish */
  #backOff(seconds) {
    this.#failures += 1;
    this.#ordered = seconds !== undefined;
    const ms = delayAfter(this.#failures, this.#outside.random());
    const asked = Math.min((seconds ?? 0) * 1_000, LONGEST_ORDERED);
    this.#wait(Math.max(ms, asked));
  }

  /** @param {number} ms */
  #wait(ms) {
    this.#timer = this.#outside.schedule(() => {
      this.#ordered = false;
      this.#stopWaiting();
      this.wake();
    }, ms);
  }

  #stopWaiting() {
    if (this.#timer !== null) this.#outside.cancel(this.#timer);
    this.#timer = null;
  }
}

/** @param {Result} fate @param {Entry} entry @returns {boolean} */
function isOf({ id, revision }, entry) {
  return id === entry.id && (revision === undefined || revision === entry.revision);
}
