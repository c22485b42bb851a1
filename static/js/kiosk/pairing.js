// @ts-check
/** The way to be paired: a key of the tablet's own, a code on the screen, and patience. */

/** How often the tablet asks whether staff have typed the code in, in ms. */
export const LOOK_EVERY = 3_000;
/** How often it asks for the code again: the answer says how long it is still good. The
 * tablet's own clock may be wrong, or may have slept. */
export const ASK_EVERY = 60_000;
export const FIRST_DELAY = 2_000;
export const LONGEST_DELAY = 30_000;

/**
 * @typedef {{ point: { name: Record<string, string> } }} Station
 * @typedef {{ kind: "asking" } | { kind: "away", code: string | null }
 *   | { kind: "busy", seconds: number } | { kind: "paired", station: Station }
 *   | { kind: "code", code: string, seconds: number }} State
 * @typedef {{ status: number, code?: string, seconds?: number }} Reply
 * @typedef {object} Outside
 * @property {() => Promise<Reply>} ask for a code; rejects when nothing came back
 * @property {() => Promise<Station | null>} look whether the key opens: null for not yet
 * @property {() => void} renewKey the server does not want this key for ever
 * @property {(ms: number) => Promise<void>} wait
 * @property {(state: State) => void} show
 */

/**
 * Ask until staff have admitted this tablet.
 * @param {Outside} outside @returns {Promise<Station>}
 */
export async function untilPaired(outside) {
  const pairing = new Pairing(outside);
  outside.show({ kind: "asking" });
  for (;;) {
    const station = await pairing.step();
    if (station) return station;
  }
}

class Pairing {
  /** @type {string | null} */
  #code = null;
  #delay = FIRST_DELAY;
  #outside;

  /** @param {Outside} outside */
  constructor(outside) {
    this.#outside = outside;
  }

  /** @returns {Promise<Station | null>} */
  async step() {
    const reply = await this.#outside.ask().catch(() => ({ status: 0 }));
    if (reply.status === 200) return this.#watch(reply);
    if (reply.status === 409) {
      // A key that opens already, or did until it was revoked.
      const station = await this.#look();
      if (station) return station;
      if (station === null) this.#outside.renewKey();
    }
    if (reply.status === 401) this.#outside.renewKey();
    await this.#pause(reply);
    return null;
  }

  /**
   * Show the code until it is confirmed, or until it is time to ask for it again.
   * @param {Reply} reply @returns {Promise<Station | null>}
   */
  async #watch({ code = "", seconds = 0 }) {
    this.#code = code;
    this.#delay = FIRST_DELAY;
    this.#outside.show({ kind: "code", code, seconds });
    const looks = Math.ceil(Math.min(seconds * 1_000, ASK_EVERY) / LOOK_EVERY);
    for (let left = Math.max(looks, 1); left > 0; left -= 1) {
      await this.#outside.wait(LOOK_EVERY);
      const station = await this.#look();
      if (station) return station;
      // Not reached: asking again says so on the screen.
      if (station === undefined) return null;
    }
    return null;
  }

  /** @returns {Promise<Station | null | undefined>} undefined when nothing came back */
  #look() {
    return this.#outside.look().catch(() => undefined);
  }

  /** @param {Reply} reply */
  async #pause({ status, seconds = 60 }) {
    if (status === 429) {
      this.#code = null;
      this.#outside.show({ kind: "busy", seconds });
      await this.#outside.wait(Math.min(seconds * 1_000, ASK_EVERY));
      return;
    }
    this.#outside.show({ kind: "away", code: this.#code });
    await this.#outside.wait(this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }
}

/** @param {Crypto} source @returns {string} 32 random bytes in base64url */
export function newKey(source) {
  const bytes = source.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
