// @ts-check
/** A new release takes over while nobody stands at the tablet, and only then. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { CHECK, Keeper, LOOK } from "../../static/js/kiosk/release.js";

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A tablet whose timers, touches and workers the test moves. */
function tablet({ controlled = true, register = () => true } = {}) {
  /** @type {any[]} */
  const timers = [];
  /** @type {any[]} */
  const asked = [];
  /** @type {Record<string, () => void>} */
  const ears = {};
  const world = { idle: true, reloads: 0, updates: 0, registered: 0, refused: false };
  const registration = {
    /** @type {any} */
    waiting: null,
    async update() {
      world.updates += 1;
      if (world.refused) throw new TypeError("404");
    },
  };
  const workers = {
    controller: controlled ? {} : null,
    /** @param {string} _ @param {() => void} run */
    addEventListener(_, run) {
      ears.changed = run;
    },
    /** @param {any[]} how */
    async register(...how) {
      world.registered += 1;
      assert.deepEqual(how, [
        "/kiosk/worker.js",
        { scope: "/kiosk", updateViaCache: "none" },
      ]);
      if (!register()) throw new TypeError("no network");
      return registration;
    },
  };
  /** @type {() => void} */
  let load = () => {};
  const loaded = new Promise((resolve) => {
    load = () => resolve(null);
  });
  const outside = {
    workers: /** @type {any} */ (workers),
    release: "old",
    loaded: () => loaded,
    every: (/** @type {() => void} */ run, /** @type {number} */ ms) =>
      timers.push({ run, ms }),
    onTouch(/** @type {() => void} */ run) {
      ears.touch = run;
    },
    onOnline(/** @type {() => void} */ run) {
      ears.online = run;
    },
    reload() {
      world.reloads += 1;
    },
  };
  const keeper = new Keeper(outside);
  const ring = async (/** @type {number} */ ms) => {
    for (const { run } of timers.filter((timer) => timer.ms === ms)) run();
    await settle();
  };
  const start = async () => {
    const started = keeper.start(() => world.idle);
    load();
    await started;
  };
  const newRelease = () => {
    registration.waiting = {
      /** @param {any} message */
      postMessage(message) {
        asked.push(message);
      },
    };
  };
  return {
    keeper,
    outside,
    world,
    registration,
    ears,
    asked,
    ring,
    start,
    newRelease,
  };
}

test("the worker is registered only when the page itself has come", async () => {
  const { keeper, world, start } = tablet();
  keeper.start(() => true);
  await settle();
  assert.equal(world.registered, 0);
  await start();
  await settle();
  assert.equal(world.registered, 1);
});

test("the server is asked every ten minutes and when the network is back", async () => {
  const { world, start, ring, ears } = tablet();
  await start();
  assert.equal(world.updates, 0);
  await ring(CHECK);
  assert.equal(world.updates, 1);
  ears.online();
  await settle();
  assert.equal(world.updates, 2);
});

test("a server that does not answer is asked again", async () => {
  const { world, start, ring } = tablet();
  await start();
  world.refused = true;
  await ring(CHECK);
  await ring(CHECK);
  assert.equal(world.updates, 2);
});

test("a first installation that failed is tried again", async () => {
  let tries = 0;
  const { world, registration, start, ring, newRelease, asked } = tablet({
    register: () => {
      tries += 1;
      return tries > 1;
    },
  });
  await start();
  assert.equal(world.updates, 0);
  newRelease();
  await ring(LOOK);
  assert.deepEqual(asked, []);
  registration.waiting = null;
  await ring(CHECK);
  newRelease();
  await ring(LOOK);
  assert.equal(asked.length, 1);
});

test("the first installation loads nothing anew", async () => {
  const { world, start, ring, ears } = tablet({ controlled: false });
  await start();
  ears.changed();
  await ring(LOOK);
  assert.equal(world.reloads, 0);
});

test("the release after the first does, without a restart between them", async () => {
  const { world, start, ring, ears } = tablet({ controlled: false });
  await start();
  ears.changed();
  ears.changed();
  await ring(LOOK);
  assert.equal(world.reloads, 1);
});

test("a waiting release is let in while nobody is there, with the name of the old", async () => {
  const { start, ring, newRelease, asked } = tablet();
  await start();
  await ring(LOOK);
  assert.deepEqual(asked, []);
  newRelease();
  await ring(LOOK);
  assert.deepEqual(asked, [{ type: "activate", release: "old" }]);
});

test("never while a citizen is answering", async () => {
  const { world, start, ring, newRelease, asked, ears } = tablet();
  await start();
  newRelease();
  world.idle = false;
  await ring(LOOK);
  ears.online();
  await ring(CHECK);
  await ring(LOOK);
  assert.deepEqual(asked, []);
  world.idle = true;
  await ring(LOOK);
  assert.equal(asked.length, 1);
});

test("a touch on the start screen is somebody, until one look later", async () => {
  const { start, ring, newRelease, asked, ears } = tablet();
  await start();
  newRelease();
  ears.touch();
  await ring(LOOK);
  assert.deepEqual(asked, []);
  await ring(LOOK);
  assert.equal(asked.length, 1);
});

test("the page is loaded once when the new worker serves", async () => {
  const { world, start, ring, ears } = tablet();
  await start();
  ears.changed();
  assert.equal(world.reloads, 1);
  ears.changed();
  await ring(LOOK);
  assert.equal(world.reloads, 1);
});

test("whoever steps up as the worker changes finishes first", async () => {
  const { world, start, ring, ears, newRelease, asked } = tablet();
  await start();
  newRelease();
  await ring(LOOK);
  world.idle = false;
  ears.changed();
  await ring(LOOK);
  assert.equal(world.reloads, 0);
  world.idle = true;
  await ring(LOOK);
  assert.equal(world.reloads, 1);
  assert.equal(asked.length, 1);
});

test("without workers, on a plain address, nothing is asked for", async () => {
  const { outside, world } = tablet();
  const keeper = new Keeper({ ...outside, workers: undefined });
  await keeper.start(() => true);
  assert.equal(keeper.started, true);
  assert.equal(world.registered, 0);
});

test("asked a second time it starts nothing twice and believes the newer answer", async () => {
  const { keeper, world, start, ring, newRelease, asked } = tablet();
  await start();
  await keeper.start(() => false);
  newRelease();
  await ring(LOOK);
  assert.deepEqual(asked, []);
  assert.equal(world.registered, 1);
});
