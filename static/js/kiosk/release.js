// @ts-check
/**
 * Keeps the tablet on the newest release without anybody touching it. A page at a counter
 * never closes, so a new worker would wait for ever; it is told to take over only while
 * nobody stands there, and then the page is loaded once more.
 */

/** How often the server is asked for a new release, in ms. */
export const CHECK = 600_000;
/** How often it is looked whether anybody is there, in ms. */
export const LOOK = 5_000;
const WORKER = "/kiosk/worker.js";
const SCOPE = "/kiosk";

/**
 * @typedef {object} Outside
 * @property {any} workers navigator.serviceWorker; missing where the address is not safe
 * @property {string} release of the page that is open
 * @property {() => Promise<unknown>} loaded the page has what it needs itself
 * @property {(run: () => void, ms: number) => unknown} every
 * @property {(run: () => void) => void} onTouch
 * @property {(run: () => void) => void} onOnline
 * @property {() => void} reload
 */

export class Keeper {
  /** @type {Outside} */
  #outside;
  /** @type {(() => boolean) | null} */
  #isIdle = null;
  /** @type {any} */
  #registration = null;
  #controlled = false;
  #touched = false;
  #stale = false;

  /** @param {Outside} outside */
  constructor(outside) {
    this.#outside = outside;
  }

  /** @returns {boolean} whether somebody has said when the tablet is idle */
  get started() {
    return this.#isIdle !== null;
  }

  /** @param {() => boolean} isIdle the start screen is on, and nothing is under way */
  async start(isIdle) {
    const first = !this.started;
    this.#isIdle = isIdle;
    const { workers, loaded, every, onTouch, onOnline } = this.#outside;
    if (!first || !workers) return;
    this.#controlled = Boolean(workers.controller);
    workers.addEventListener("controllerchange", () => this.#changed());
    onTouch(() => {
      this.#touched = true;
    });
    onOnline(() => this.#check());
    every(() => this.#check(), CHECK);
    every(() => this.#look(), LOOK);
    await loaded();
    await this.#register();
  }

  async #register() {
    const options = { scope: SCOPE, updateViaCache: "none" };
    this.#registration = await this.#outside.workers
      .register(WORKER, options)
      .catch(() => null);
    return this.#registration;
  }

  /** Registered again each time: a first installation that failed leaves nothing behind. */
  async #check() {
    const registration = await this.#register();
    await registration?.update().catch(() => null);
  }

  #changed() {
    // The first worker of all serves the very release that is open.
    this.#stale = this.#controlled;
    this.#controlled = true;
    if (this.#stale) this.#look();
  }

  /** A touch since the last look is somebody, whatever the screen shows. */
  #look() {
    const quiet = !this.#touched && this.#isIdle?.();
    this.#touched = false;
    if (!quiet) return;
    const { release, reload } = this.#outside;
    if (this.#stale) {
      this.#isIdle = () => false;
      reload();
    } else {
      this.#registration?.waiting?.postMessage({ type: "activate", release });
    }
  }
}

const keeper = new Keeper(browser());

/**
 * Have new releases taken over while `isIdle()` says so. Called again, the newer answer to
 * that question counts.
 * @param {{ isIdle: () => boolean }} options
 */
export function keepUpToDate({ isIdle }) {
  return keeper.start(isIdle);
}

/** @returns {boolean} whether the page has called keepUpToDate */
export function isKept() {
  return keeper.started;
}

/** @returns {Outside} */
function browser() {
  return {
    workers: globalThis.navigator?.serviceWorker,
    release: globalThis.document?.documentElement.dataset.release ?? "",
    loaded: () =>
      document.readyState === "complete"
        ? Promise.resolve()
        : new Promise((resolve) => {
            window.addEventListener("load", resolve, { once: true });
          }),
    every: (run, ms) => setInterval(run, ms),
    onTouch(run) {
      for (const kind of ["pointerdown", "keydown"]) {
        window.addEventListener(kind, run, { capture: true });
      }
    },
    onOnline: (run) => window.addEventListener("online", run),
    reload: () => window.location.reload(),
  };
}
