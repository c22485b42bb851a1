// @ts-check
/** The outbox while the storage is slow, silent, wiped under a tap, or cannot read. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";

import { NAME, PATIENCE } from "../../static/js/kiosk/disk.js";
import { Outbox } from "../../static/js/kiosk/outbox.js";

globalThis.IDBKeyRange = IDBKeyRange;

/** @param {string} id */
const sheet = (id) => ({ id, revision: 1, captured_at: "2026-11-22T08:00:00+07:00" });

/** The database takes its steps in these turns: so many are enough on any machine. */
async function quiet() {
  for (let turn = 0; turn < 300; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * A disk whose transactions are looked at, or changed, as they begin.
 * @param {(tx: any, mode: string) => void} [look]
 */
function watched(look = () => {}) {
  const disk = new IDBFactory();
  const own = {
    disk,
    /** @type {any} */
    database: null,
    look,
    open(/** @type {any[]} */ ...how) {
      const opening = disk.open(.../** @type {[any]} */ (how));
      opening.addEventListener("success", () => {
        const database = opening.result;
        const begin = database.transaction.bind(database);
        database.transaction = (/** @type {[any, any]} */ ...what) => {
          const tx = begin(...what);
          own.look(tx, what[1]);
          return tx;
        };
        own.database = database;
      });
      return opening;
    },
  };
  return own;
}

/** @param {any} own */
async function open(own) {
  const outbox = new Outbox("r1", () => own);
  await outbox.reopen();
  return outbox;
}

/** @param {any} own as the browser does when somebody clears its data */
async function wipe(own) {
  const { database } = own;
  database.close();
  await new Promise((resolve) => {
    own.disk.deleteDatabase(NAME).onsuccess = resolve;
  });
  database.onclose();
}

/** @param {Outbox} outbox */
const ids = async (outbox) => (await outbox.oldest(50)).map(({ sheet: { id } }) => id);

/** @param {Outbox} outbox */
async function sums(outbox) {
  const { queue, quarantine, tapped, acknowledged, unsafe } = await outbox.summary();
  assert.equal(tapped, acknowledged + queue + quarantine);
  return { queue, quarantine, unsafe };
}

/** Every request is sent and never answered. @param {any} tx */
function silence(tx) {
  const never = () => ({});
  tx.objectStore = () => ({
    add: never,
    count: never,
    get: never,
    getAll: never,
    getAllKeys: never,
    put: never,
  });
}

test("a tap while a wiped storage is filled again costs no other sheet", async () => {
  const own = watched();
  const outbox = await open(own);
  for (const id of ["a", "b"]) await outbox.put(sheet(id));
  /** @type {Promise<number> | null} */
  let tap = null;
  own.look = (_tx, mode) => {
    if (mode === "readonly") tap ??= outbox.put(sheet("c"));
  };
  await wipe(own);
  await outbox.reopen();
  await tap;
  assert.deepEqual((await ids(outbox)).sort(), ["a", "b", "c"]);
  // And again: what was brought back is remembered like everything else.
  await wipe(own);
  await outbox.reopen();
  assert.deepEqual((await ids(outbox)).sort(), ["a", "b", "c"]);
  await sums(outbox);
});

test("a storage that does not answer any more holds up no tap and no heartbeat", async () => {
  const own = watched();
  const outbox = await open(own);
  await outbox.put(sheet("a"));
  own.look = silence;
  own.database.onclose();
  const begun = performance.now();
  const place = await outbox.put(sheet("b"));
  assert.ok(outbox.isUnsafe(place));
  await outbox.reopen();
  assert.ok(performance.now() - begun < 4 * PATIENCE);
  own.look = () => {};
  await outbox.reopen();
  assert.deepEqual((await ids(outbox)).sort(), ["a", "b"]);
});

/** Hold back that something was written, as a slow disk does. @param {any} own */
function slow(own) {
  /** @type {(() => void)[]} */
  const held = [];
  own.look = (/** @type {any} */ tx, /** @type {string} */ mode) => {
    if (mode !== "readwrite") return;
    let done = () => {};
    Object.defineProperty(tx, "oncomplete", {
      set(run) {
        done = run;
      },
    });
    tx.addEventListener("complete", () => held.push(() => done()));
  };
  return async () => {
    own.look = () => {};
    for (const done of held) done();
    await quiet();
  };
}

test("what a slow disk writes after all lies there once", async () => {
  const own = watched();
  const outbox = await open(own);
  const catchUp = slow(own);
  const place = await outbox.put(sheet("a"));
  assert.ok(outbox.isUnsafe(place));
  await catchUp();
  assert.equal(outbox.isUnsafe(place), false);
  await outbox.reopen();
  assert.deepEqual(await ids(outbox), ["a"]);
  assert.deepEqual(await sums(outbox), { queue: 1, quarantine: 0, unsafe: 0 });
});

test("what was taken back is not sent when a slow disk writes it after all", async () => {
  const own = watched();
  const outbox = await open(own);
  const catchUp = slow(own);
  outbox.withdraw(await outbox.put(sheet("a")));
  await catchUp();
  assert.deepEqual(await ids(outbox), []);
  assert.deepEqual(await sums(outbox), { queue: 0, quarantine: 0, unsafe: 0 });
});

test("what the disk could not read for a while is not given up", async () => {
  const own = watched();
  const outbox = await open(own);
  for (const id of ["a", "b"]) await outbox.put(sheet(id));
  own.look = (tx) => {
    const stores = tx.objectStore.bind(tx);
    tx.objectStore = (/** @type {string} */ name) => {
      const store = stores(name);
      const fail = () => {
        /** @type {any} */
        const request = { error: new DOMException("disk", "UnknownError") };
        setImmediate(() => request.onerror());
        return request;
      };
      if (name === "queue") Object.assign(store, { get: fail, getAll: fail });
      return store;
    };
  };
  assert.deepEqual(await ids(outbox), []);
  own.look = () => {};
  assert.deepEqual(await ids(outbox), ["a", "b"]);
  assert.deepEqual(await sums(outbox), { queue: 2, quarantine: 0, unsafe: 0 });
});

test("what was refused while it lay in memory moves to the disk, too", async () => {
  const own = watched();
  let refused = true;
  const outbox = new Outbox("r1", () => {
    if (refused) throw new DOMException("no", "SecurityError");
    return /** @type {any} */ (own);
  });
  await outbox.put(sheet("a"));
  const [entry] = await outbox.oldest(1);
  await outbox.settle([], [{ entry, code: "point_unknown" }]);
  refused = false;
  await outbox.reopen();
  assert.deepEqual(await sums(outbox), { queue: 0, quarantine: 1, unsafe: 0 });
  const restarted = await open(own);
  const [kept] = (await restarted.contents()).quarantine;
  assert.deepEqual([kept.code, kept.entry.id], ["point_unknown", "a"]);
});
