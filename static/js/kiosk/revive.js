// @ts-check
/**
 * Its own entry, beside main.js: a release whose screens do not start must still make way
 * for the next one. Otherwise the tablet would serve itself the broken page until somebody
 * comes round.
 */

import { isKept, keepUpToDate } from "./release.js";

/** By now main.js has started, or never will, in ms. */
const GIVEN_UP = 60_000;

setTimeout(() => {
  if (!isKept()) keepUpToDate({ isIdle: () => true });
}, GIVEN_UP);
