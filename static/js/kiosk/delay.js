// @ts-check
/** How long to wait before the next try. */

export const FIRST = 1_000;
export const LONGEST = 300_000;
/** A portal may say Retry-After: a year. */
export const LONGEST_ORDERED = 3_600_000;

/**
 * Doubling up to five minutes, with a random half: after a power cut all tablets of a
 * building would else come back together, again and again.
 * @param {number} failures in a row, from 1 @param {number} chance 0 to 1
 * @returns {number} ms
 */
export function delayAfter(failures, chance) {
  const full = Math.min(FIRST * 2 ** (failures - 1), LONGEST);
  return full / 2 + (full / 2) * chance;
}
