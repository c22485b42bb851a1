// @ts-check
/** The outbox: nothing that was put is lost, whatever the tablet's storage does. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";

import { NAME } from "../../static/js/kiosk/disk.js";
import { VERSION } from "../../static/js/kiosk/envelope.js";
import { Outbox } from "../../static/js/kiosk/outbox.js";

globalThis.IDBKeyRange = IDBKeyRange;

/** @param {string} id @param {number} [revision] */
const sheet = (id, revision = 1) => ({
  id,
  revision,
  captured_at: `2026-11-22T08:00:0${revision}+07:00`,
});

/** @param {any} disk @param {string} [release] */
async function open(disk, release = "r1") {
  const outbox = new Outbox(release, () => disk);
  await outbox.reopen();
  return outbox;
}

/** @param {Outbox} outbox */
async function sums(outbox) {
  const { queue, quarantine, tapped, acknowledged, unsafe, kind } =
    await outbox.summary();
  assert.equal(tapped, acknowledged + queue + quarantine);
  return { queue, quarantine, acknowledged, unsafe, kind };
}

/** @param {Outbox} outbox */
const ids = async (outbox) => (await outbox.oldest(50)).map(({ sheet: { id } }) => id);

/**
 * Do something to the database behind the outbox.
 * @param {any} disk @param {string} store @param {(store: any) => any} work
 * @returns {Promise<any>}
 */
function behind(disk, store, work) {
  return new Promise((resolve, reject) => {
    const opening = disk.open(NAME);
    opening.onsuccess = () => {
      const database = opening.result;
      const tx = database.transaction(store, "readwrite");
      const request = work(tx.objectStore(store));
      tx.oncomplete = () => {
        database.close();
        resolve(request.result);
      };
      tx.onabort = reject;
    };
  });
}

test("what was put is there after a restart, oldest first", async () => {
  const disk = new IDBFactory();
  const before = await open(disk);
  for (const id of ["a", "b", "c"]) assert.ok((await before.put(sheet(id))) > 0);
  const after = await open(disk, "r2");
  assert.deepEqual(await ids(after), ["a", "b", "c"]);
  assert.deepEqual(
    (await after.oldest(2, 1)).map(({ id }) => id),
    ["b", "c"],
  );
  assert.equal((await after.summary()).oldest, sheet("a").captured_at);
  assert.deepEqual(await sums(after), {
    queue: 3,
    quarantine: 0,
    acknowledged: 0,
    unsafe: 0,
    kind: "indexeddb",
  });
});

test("two tabs that settle the same sheet count it once", async () => {
  const disk = new IDBFactory();
  const [one, other] = [await open(disk), await open(disk)];
  await one.put(sheet("a"));
  const batch = await one.oldest(50);
  await one.settle(batch, []);
  await other.settle(batch, []);
  assert.equal((await sums(one)).acknowledged, 1);
  await other.settle([], [{ entry: batch[0], code: "late" }]);
  assert.equal((await sums(other)).quarantine, 0);
});

test("a settled sheet cannot take another one in its place with it", async () => {
  const disk = new IDBFactory();
  const outbox = await open(disk);
  await outbox.put(sheet("a"));
  const batch = await outbox.oldest(50);
  // A wiped storage begins to count its places from 1 again.
  await behind(disk, "queue", (queue) =>
    queue.put({
      v: VERSION,
      seq: batch[0].seq,
      id: "b",
      revision: 1,
      sheet: sheet("b"),
    }),
  );
  await outbox.settle(batch, []);
  assert.deepEqual(await ids(outbox), ["b"]);
});

test("an entry that cannot be read is set aside whole, and holds nobody up", async () => {
  const disk = new IDBFactory();
  const outbox = await open(disk);
  await outbox.put(sheet("a"));
  await outbox.put(sheet("b"));
  await behind(disk, "queue", (queue) => queue.put({ seq: 1, v: 1, sheet: "gnaw" }));
  assert.deepEqual(await ids(outbox), ["b"]);
  assert.deepEqual(
    [(await sums(outbox)).queue, (await sums(outbox)).quarantine],
    [1, 1],
  );
  const [kept] = (await outbox.contents()).quarantine;
  assert.deepEqual(
    [kept.code, kept.entry],
    ["unreadable", { seq: 1, v: 1, sheet: "gnaw" }],
  );
});

test("what a newer release wrote waits for it, and holds nobody up", async () => {
  const disk = new IDBFactory();
  const outbox = await open(disk);
  for (let place = 0; place < 60; place += 1) await outbox.put(sheet(`s${place}`));
  for (let seq = 1; seq <= 55; seq += 1) {
    await behind(disk, "queue", (queue) => queue.put({ seq, v: VERSION + 1, id: "n" }));
  }
  assert.deepEqual(await ids(outbox), ["s55", "s56", "s57", "s58", "s59"]);
  assert.equal((await sums(outbox)).queue, 60);
});

test("a database of a newer release is opened as it is", async () => {
  const disk = new IDBFactory();
  await (await open(disk)).put(sheet("a"));
  await new Promise((resolve) => {
    const opening = disk.open(NAME, 7);
    opening.onsuccess = () => resolve(opening.result.close());
  });
  const outbox = await open(disk);
  assert.ok((await outbox.put(sheet("b"))) > 0);
  assert.deepEqual(await ids(outbox), ["a", "b"]);
});

test("without storage a sheet is kept in memory, and moves once there is some", async () => {
  const disk = new IDBFactory();
  let refused = true;
  const outbox = new Outbox("r1", () => {
    if (refused) throw new DOMException("no", "SecurityError");
    return disk;
  });
  await outbox.reopen();
  const place = await outbox.put(sheet("a"));
  assert.ok(place < 0);
  assert.ok(outbox.isUnsafe(place));
  assert.deepEqual(await sums(outbox), {
    queue: 1,
    quarantine: 0,
    acknowledged: 0,
    unsafe: 1,
    kind: "memory",
  });
  refused = false;
  await outbox.reopen();
  assert.equal(outbox.isUnsafe(place), false);
  const restarted = await open(disk);
  assert.deepEqual(await ids(restarted), ["a"]);
  assert.equal((await sums(outbox)).unsafe, 0);
});

test("a sheet in memory is sent, settled or refused like any other", async () => {
  const outbox = new Outbox("r1", () => {
    throw new Error("none");
  });
  for (const id of ["a", "b", "c"]) await outbox.put(sheet(id));
  const [a, b] = await outbox.oldest(50);
  await outbox.settle([a], [{ entry: b, code: "point_unknown" }]);
  const { queue, quarantine, acknowledged } = await sums(outbox);
  assert.deepEqual([queue, quarantine, acknowledged], [1, 1, 1]);
  assert.equal((await outbox.contents()).quarantine.length, 1);
});

test("what a citizen was told is not kept is taken back", async () => {
  const outbox = new Outbox("r1", () => {
    throw new Error("none");
  });
  outbox.withdraw(await outbox.put(sheet("a")));
  assert.equal((await sums(outbox)).queue, 0);
});

/**
 * Make the next writing transactions fail the way a full disk does.
 * @param {any} disk @param {() => boolean} isFull
 */
function fill(disk, isFull) {
  return {
    open(/** @type {any[]} */ ...how) {
      const opening = disk.open(...how);
      opening.addEventListener("success", () => {
        const database = opening.result;
        const begin = database.transaction.bind(database);
        database.transaction = (/** @type {any[]} */ ...what) => {
          if (what[1] === "readwrite" && isFull()) {
            throw new DOMException("full", "QuotaExceededError");
          }
          return begin(...what);
        };
      });
      return opening;
    },
  };
}

test("a full disk still gives out what it holds, and takes again when there is room", async () => {
  const disk = new IDBFactory();
  let full = false;
  const outbox = await open(fill(disk, () => full));
  await outbox.put(sheet("a"));
  full = true;
  assert.ok((await outbox.put(sheet("b"))) < 0);
  assert.equal((await sums(outbox)).kind, "memory");
  assert.deepEqual(await ids(outbox), ["a", "b"]);
  full = false;
  await outbox.reopen();
  assert.deepEqual(await sums(outbox), {
    queue: 2,
    quarantine: 0,
    acknowledged: 0,
    unsafe: 0,
    kind: "indexeddb",
  });
});

test("a storage that was wiped gets back what this page had put there", async () => {
  const disk = new IDBFactory();
  /** @type {any} */
  let database = null;
  const outbox = await open({
    open(/** @type {any[]} */ ...how) {
      const opening = disk.open(.../** @type {[any]} */ (how));
      opening.addEventListener("success", () => {
        database = opening.result;
      });
      return opening;
    },
  });
  await outbox.put(sheet("a"));
  await outbox.put(sheet("b"));
  await outbox.settle([(await outbox.oldest(1))[0]], []);
  database.close();
  await new Promise((resolve) => {
    disk.deleteDatabase(NAME).onsuccess = resolve;
  });
  database.onclose();
  await outbox.reopen();
  assert.deepEqual(await ids(outbox), ["b"]);
});
