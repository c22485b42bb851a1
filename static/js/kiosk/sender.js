// @ts-check
/**
 * Carries answer sheets to the server, one request at a time, until each is settled.
 * The citizen never waits for it. A sheet leaves the queue only when the server names it.
 */

/**
 * @typedef {{ id: string, revision: number }} Sheet
 * @typedef {{ status: number, retryAfter?: number, results?: Result[], code?: string }} Reply
 * @typedef {{ id: string, revision?: number, status: string, code?: string }} Result
 * @typedef {{ waiting: number, rejected: number, failing: boolean, paired: boolean }} Mood
 * @typedef {object} Outside
 * @property {(batch: Sheet[]) => Promise<Reply>} post rejects when nothing came back
 * @property {(run: () => void, ms: number) => unknown} schedule
 * @property {(timer: any) => void} cancel
 */

/** What the intake takes at once (contract of POST /api/v1/responses). */
export const BATCH = 50;
export const FIRST_DELAY = 1_000;
export const LONGEST_DELAY = 60_000;

const SETTLED = new Set(["stored", "revised", "duplicate", "conflict"]);
/** The request as a whole is wrong: sent again unchanged it stays wrong. */
const REFUSED = new Set([400, 413, 415, 422]);

export class Sender {
  /** @type {Sheet[]} */
  #queue = [];
  /** @type {{ sheet: Sheet, code: string }[]} */
  #rejected = [];
  /** @type {((mood: Mood) => void)[]} */
  #listeners = [];
  /** @type {unknown} */
  #timer = null;
  /** @type {Outside} */
  #outside;
  #delay = 0;
  #batchSize = BATCH;
  #busy = false;
  #paired = true;

  /** @param {Outside} outside */
  constructor(outside) {
    this.#outside = outside;
  }

  /** @param {Sheet} sheet */
  put(sheet) {
    this.#queue.push(sheet);
    this.#report();
    this.#pump();
  }

  /** @param {(mood: Mood) => void} listener called at once, and at each change */
  onState(listener) {
    this.#listeners.push(listener);
    listener(this.#mood());
  }

  /** Try again now: the network or the pairing is back. */
  resume() {
    if (this.#timer !== null) this.#outside.cancel(this.#timer);
    this.#timer = null;
    this.#paired = true;
    this.#pump();
  }

  /** @returns {Mood} */
  #mood() {
    return {
      waiting: this.#queue.length,
      rejected: this.#rejected.length,
      failing: this.#delay > 0,
      paired: this.#paired,
    };
  }

  #report() {
    for (const listener of this.#listeners) listener(this.#mood());
  }

  async #pump() {
    const idle = this.#busy || !this.#paired || this.#timer !== null;
    if (idle || this.#queue.length === 0) return;
    this.#busy = true;
    const batch = this.#queue.slice(0, this.#batchSize);
    const reply = await this.#outside.post(batch).catch(() => ({ status: 0 }));
    this.#busy = false;
    this.#take(batch, reply);
    this.#report();
    this.#pump();
  }

  /** @param {Sheet[]} batch @param {Reply} reply */
  #take(batch, reply) {
    if (reply.status === 401) this.#paired = false;
    else if (REFUSED.has(reply.status)) this.#isolate(batch, reply);
    else if (reply.status === 200 && this.#settle(batch, reply)) this.#delay = 0;
    else this.#backOff(reply.retryAfter);
  }

  /**
   * Take out what the server has named. A captive portal's 200 names nothing.
   * @param {Sheet[]} batch @param {Reply} reply @returns {boolean} whether any was
   */
  #settle(batch, { results = [] }) {
    const named = new Set(batch.filter((sheet, place) => names(results[place], sheet)));
    batch.forEach((sheet, place) => {
      const result = results[place];
      if (named.has(sheet) && !SETTLED.has(result.status)) {
        this.#rejected.push({ sheet, code: result.code ?? result.status });
      }
    });
    this.#queue = this.#queue.filter((sheet) => !named.has(sheet));
    return named.size > 0;
  }

  /** One bad sheet must not hold up the others. @param {Sheet[]} batch @param {Reply} reply */
  #isolate(batch, reply) {
    if (batch.length > 1) {
      this.#batchSize = 1;
      return;
    }
    this.#rejected.push({ sheet: batch[0], code: reply.code ?? String(reply.status) });
    this.#queue = this.#queue.filter((sheet) => sheet !== batch[0]);
    if (this.#queue.length === 0) this.#batchSize = BATCH;
  }

  /** @param {number} [seconds] the server's own wish */
  #backOff(seconds) {
    const doubled = this.#delay === 0 ? FIRST_DELAY : this.#delay * 2;
    this.#delay = Math.min(doubled, LONGEST_DELAY);
    const ms = seconds === undefined ? this.#delay : seconds * 1_000;
    this.#timer = this.#outside.schedule(() => this.resume(), ms);
  }
}

/**
 * Whether the server has decided on exactly this revision of this sheet.
 * @param {Result | undefined} result @param {Sheet} sheet @returns {boolean}
 */
function names(result, sheet) {
  if (result?.id !== sheet.id) return false;
  if (result.revision !== undefined && result.revision !== sheet.revision) return false;
  return SETTLED.has(result.status) || result.status === "rejected";
}
