// @ts-check
/** Waiting for one another: tabs for their turn to send, a citizen for an answer kept. */

const LOCK = "kiosk-sender";
/** How long a citizen waits for the server when the tablet's own storage fails, in ms. */
const CITIZEN_WAITS = 4_000;
const LOOK_EVERY = 100;

/**
 * Do the work unless another tab of this tablet is doing it.
 * @param {LockManager | undefined} locks missing where the page came by plain http; then
 *   two tabs may send the same sheet, and the server answers one of them "duplicate"
 * @param {() => Promise<void>} work @returns {Promise<boolean>} whether it was done
 */
export async function alone(locks, work) {
  if (!locks) {
    await work();
    return true;
  }
  return locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
    return lock !== null;
  });
}

/** @param {() => boolean} isSettled @returns {Promise<boolean>} whether it came to be */
export async function settledSoon(isSettled) {
  for (let waited = 0; waited < CITIZEN_WAITS; waited += LOOK_EVERY) {
    if (isSettled()) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
  return isSettled();
}
