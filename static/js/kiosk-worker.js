// @ts-check
/**
 * Serves one release of the kiosk from the tablet itself, network or not. The server writes
 * one line above this file: `self.KIOSK = { release, list, files }`.
 *
 * A release is kept whole or not at all: every file is checked against its digest, so
 * neither a server that is being changed nor a stranger's page can end up among them.
 */

/** @type {{ release: string, list: string, files: { address: string, integrity: string }[] }} */
const kiosk = self.KIOSK;
const PAGE = "/kiosk";
const ALL = "kiosk-";
const CACHE = `${ALL}${kiosk.release}-${kiosk.list}`;
const ADDRESSES = new Set(kiosk.files.map(({ address }) => address));
/** A file that takes longer than this is not coming, in ms. */
const PATIENCE = 60_000;
/**
 * Sheets do not pass through here where the browser can be told so (Chromium 123). There a
 * release that should take over while one was on its way sometimes waited for minutes
 * (2 of 25 tries with Chromium 156, none of 24 with this rule).
 */
const PAST_US = { condition: { urlPattern: "/api/*" }, source: "network" };

/** The release of the page that let this worker take over. */
let leaving = "";

self.addEventListener("install", (event) => {
  event.addRoutes?.(PAST_US);
  event.waitUntil(keepFiles());
});
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("message", ({ data }) => {
  if (data.type !== "activate") return;
  leaving = data.release;
  self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname === PAGE ? request.mode === "navigate" : isFile(pathname)) {
    event.respondWith(answer(request, pathname));
  }
});

/**
 * All of them, or the release that serves now goes on serving. One after another: twenty
 * tablets find a new release in the same minutes, and a server without a proxy before it
 * waits for every connection that a browser opens and then does not need.
 */
async function keepFiles() {
  try {
    const cache = await caches.open(CACHE);
    for (const file of kiosk.files) {
      const answer = await fetch(asked(file));
      if (!answer.ok) throw new Error(`${file.address}: ${answer.status}`);
      await cache.put(file.address, answer);
    }
  } catch (fault) {
    await caches.delete(CACHE);
    throw fault;
  }
}

/** @param {{ address: string, integrity: string }} file */
function asked({ address, integrity }) {
  return new Request(address, {
    integrity,
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
    // The first time, the page has just brought most of them.
    cache: self.registration.active ? "reload" : "default",
  });
}

/**
 * Forget other releases but the one just left: until its page is loaded anew, a letter it
 * has not shown yet may still need a font of its own.
 */
async function takeOver() {
  const kept = leaving ? `${ALL}${leaving}-` : CACHE;
  const others = (await caches.keys()).filter(
    (name) => name.startsWith(ALL) && name !== CACHE && !name.startsWith(kept),
  );
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** @param {string} pathname @returns {boolean} whether some release may have kept it */
function isFile(pathname) {
  return ADDRESSES.has(pathname) || pathname.startsWith("/static/");
}

/** @param {Request} request @param {string} pathname @returns {Promise<Response>} */
async function answer(request, pathname) {
  // An address of another release names that release: it is in no cache but its own.
  const where = ADDRESSES.has(pathname) ? { cacheName: CACHE } : {};
  const kept = await caches
    .match(pathname, { ...where, ignoreVary: true })
    .catch(() => undefined);
  return kept ?? fetch(request);
}
