// @ts-check
/** What the tablet keeps of itself across a restart: its key, its place, its questions. */

const KEY = "kiosk-device-key";
const STATION = "kiosk-station";

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
  // Another key may belong to another counter.
  if (key.trim() !== readKey(storage)) storage.removeItem(STATION);
  storage.setItem(KEY, key.trim());
}

/** @param {Storage} storage @returns {string | null} */
export function readKey(storage) {
  return storage.getItem(KEY);
}

/**
 * Keep what the server said last, so that the tablet works after a power cut while the
 * network is still away.
 * @param {Storage} storage @param {object} found
 */
export function keepStation(storage, found) {
  try {
    storage.setItem(STATION, JSON.stringify(found));
  } catch {
    // A full storage costs the start without a network, and nothing else.
  }
}

/** @param {Storage} storage @returns {any} null when nothing usable is there */
export function readStation(storage) {
  try {
    const found = JSON.parse(storage.getItem(STATION) ?? "null");
    return found?.station && found?.survey ? found : null;
  } catch {
    return null;
  }
}
