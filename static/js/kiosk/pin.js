// @ts-check
/** The PIN of the staff panel: typed on the screen, checked without the network. */

export const DIGITS = 6;
export const TRIES = 5;
/** How long nothing can be typed after that many wrong ones, in ms. */
export const LOCKED = 60_000;

/** What has been typed, and how often it was wrong. */
export class PinGate {
  #digits = "";
  #wrong = 0;
  #until = Number.NEGATIVE_INFINITY;
  #now;

  /** @param {() => number} now milliseconds on a clock that nobody can set */
  constructor(now) {
    this.#now = now;
  }

  /** @returns {number} how many digits there are */
  get typed() {
    return this.#digits.length;
  }

  /** @returns {number} how many wrong ones are still allowed */
  get left() {
    return TRIES - this.#wrong;
  }

  /** @returns {number} how long nothing is taken, in ms; 0 when it is */
  get lockedFor() {
    return Math.max(0, this.#until - this.#now());
  }

  /** @param {string} digit @returns {string | null} the PIN once it is complete */
  press(digit) {
    if (this.lockedFor > 0) return null;
    this.#digits += digit;
    if (this.#digits.length < DIGITS) return null;
    const pin = this.#digits;
    this.clear();
    return pin;
  }

  clear() {
    this.#digits = "";
  }

  /** @param {boolean} isRight */
  judge(isRight) {
    this.#wrong = isRight ? 0 : this.#wrong + 1;
    if (this.#wrong < TRIES) return;
    this.#wrong = 0;
    this.#until = this.#now() + LOCKED;
  }
}

/**
 * @param {SubtleCrypto} subtle @param {string} deviceId @param {string} pin
 * @param {string} expected as the server gave it in `pin_sha256`
 */
export async function isPin(subtle, deviceId, pin, expected) {
  return (await sha256(subtle, `${deviceId}:${pin}`)) === expected;
}

/** @param {SubtleCrypto} subtle @param {string} text @returns {Promise<string>} in hex */
export async function sha256(subtle, text) {
  return hex(await subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** @param {ArrayBuffer} bytes @returns {string} */
export function hex(bytes) {
  const digits = Array.from(new Uint8Array(bytes), (byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  return digits.join("");
}
