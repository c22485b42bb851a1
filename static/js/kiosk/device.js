// @ts-check
/** The tablet's own key: the only thing that the kiosk keeps across a restart. */

const NAME = "kiosk-device-key";

/**
 * Take the key out of `/kiosk#key=…`. A fragment never reaches the server or its log, and
 * it is taken off the address at once, so that it stands neither on screen nor in history.
 * @param {Window} page
 * @returns {boolean} whether there was one
 */
export function takeKeyFromAddress(page) {
  const key = new URLSearchParams(page.location.hash.slice(1)).get("key");
  if (page.location.hash) {
    const { pathname, search } = page.location;
    page.history.replaceState(null, "", pathname + search);
  }
  if (!key) return false;
  keepKey(page.localStorage, key);
  return true;
}

/** @param {Storage} storage @param {string} key */
export function keepKey(storage, key) {
  storage.setItem(NAME, key.trim());
}

/** @param {Storage} storage @returns {string | null} */
export function readKey(storage) {
  return storage.getItem(NAME);
}
