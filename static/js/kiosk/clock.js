// @ts-check
/**
 * How far the server's clock is ahead of this tablet's, for as long as that is known.
 *
 * Somebody may set the tablet's clock, and a sleeping tablet's two clocks part: in both
 * cases what was measured before says nothing any more, until it is measured again.
 */

/** The two clocks of a page part by less than this in a minute, in ms. */
const DRIFT = 2_000;
/** A reply that took longer than this tells the time too roughly, in ms. */
const LONGEST_TRIP = 10_000;

export class DeviceClock {
  /** @type {number | null} */
  #offset = null;
  #apart = 0;
  #wall;
  #steady;

  /**
   * @param {() => number} wall what the tablet thinks the time is, in ms
   * @param {() => number} steady what nobody can set, in ms
   */
  constructor(wall, steady) {
    this.#wall = wall;
    this.#steady = steady;
  }

  /** @returns {number} to be handed to `learn` when the reply is there */
  begin() {
    return this.#steady();
  }

  /** @param {number} begun @param {string} serverTime as the server wrote it in its reply */
  learn(begun, serverTime) {
    const trip = this.#steady() - begun;
    const server = Date.parse(serverTime);
    if (Number.isNaN(server) || trip > LONGEST_TRIP) return;
    this.#offset = Math.round(server + trip / 2 - this.#wall());
    this.#apart = this.#wall() - this.#steady();
  }

  /** @returns {number | null} server minus tablet in ms; null when it is not known */
  offset() {
    const moved = Math.abs(this.#wall() - this.#steady() - this.#apart);
    return moved > DRIFT ? null : this.#offset;
  }
}
