// @ts-check
/** Sheets on their way: nothing is deleted unnamed, nothing is asked twice at once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";

import { FIRST, LONGEST, LONGEST_ORDERED } from "../../static/js/kiosk/delay.js";
import { Outbox } from "../../static/js/kiosk/outbox.js";
import { BATCH, OTHER_TAB, Sender } from "../../static/js/kiosk/sender.js";

globalThis.IDBKeyRange = IDBKeyRange;

/** @param {string} id @param {number} [revision] */
const sheet = (id, revision = 1) => ({ id, revision, captured_at: "2026-11-22" });
/** @param {any[]} batch @param {string} status */
const all = (batch, status = "stored") => ({
  status: 200,
  results: batch.map(({ id }) => ({ id, status })),
});
/** @param {any[]} batch */
const names = (batch) => batch.map(({ id }) => id).join();

/** A server that answers from a list, then stores everything; and its clock. */
async function world(/** @type {any[]} */ ...answers) {
  /** @type {any[][]} */
  const batches = [];
  /** @type {{ run: () => void, ms: number }[]} */
  const timers = [];
  /** @type {any} */
  let mood = null;
  let open = 0;
  let turn = true;
  const disk = new IDBFactory();
  const outbox = new Outbox("r1", () => disk);
  await outbox.reopen();
  const sender = new Sender({
    outbox,
    async post(batch) {
      open += 1;
      assert.equal(open, 1, "two requests at once");
      batches.push(batch);
      await Promise.resolve();
      open -= 1;
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return typeof answer === "function" ? answer(batch) : (answer ?? all(batch));
    },
    async alone(work) {
      if (turn) await work();
      return turn;
    },
    schedule: (run, ms) => timers.push({ run, ms }),
    cancel: () => timers.splice(0),
    random: () => 1,
  });
  sender.onState((now) => {
    mood = now;
  });
  // The database takes its steps in these turns: so many are enough on any machine.
  const quiet = async () => {
    for (let turn = 0; turn < 300; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    outbox,
    sender,
    batches,
    timers,
    quiet,
    mood: () => mood,
    async put(/** @type {any[]} */ ...sheets) {
      for (const one of sheets) await outbox.put(one);
      sender.wake();
      await quiet();
    },
    async ring() {
      timers.shift()?.run();
      await quiet();
    },
    async left() {
      const { queue, quarantine, tapped, acknowledged } = await outbox.summary();
      assert.equal(tapped, acknowledged + queue + quarantine);
      return { queue, quarantine };
    },
    otherTabSends(/** @type {boolean} */ is) {
      turn = !is;
    },
  };
}

test("a sheet goes out at once and leaves the queue when it is named", async () => {
  const { put, batches, mood, left } = await world();
  await put(sheet("a"));
  assert.deepEqual(batches, [[sheet("a")]]);
  assert.deepEqual(mood(), { failing: false, paired: true });
  assert.deepEqual(await left(), { queue: 0, quarantine: 0 });
});

test("one request at a time, at most fifty sheets in it, the oldest first", async () => {
  const { put, batches, left, quiet } = await world();
  const ids = Array.from({ length: 120 }, (_, place) => `s${place}`);
  await put(...ids.map((id) => sheet(id)));
  await quiet();
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [BATCH, BATCH, 20],
  );
  assert.deepEqual(
    batches.flat().map(({ id }) => id),
    ids,
  );
  assert.equal((await left()).queue, 0);
});

for (const [name, answer] of /** @type {[string, any][]} */ ([
  ["the network is away", new Error("offline")],
  ["the server is broken", { status: 500 }],
  ["the server is busy", { status: 503 }],
  ["a proxy says 413 in its own words", { status: 413 }],
  ["a portal asks to sign in", { status: 401 }],
  ["a captive portal says 200", { status: 200 }],
  ["a captive portal says 200 in JSON", { status: 200, results: "welcome" }],
  ["another sheet is named", { status: 200, results: [{ id: "z", status: "stored" }] }],
  ["an unknown fate is named", { status: 200, results: [{ id: "a", status: "seen" }] }],
  [
    "another revision is named",
    { status: 200, results: [{ id: "a", revision: 7, status: "stored" }] },
  ],
])) {
  test(`the sheet is kept and sent again when ${name}`, async () => {
    const { put, batches, timers, mood, ring, left } = await world(answer);
    await put(sheet("a"));
    assert.deepEqual(await left(), { queue: 1, quarantine: 0 });
    assert.equal(mood().failing, true);
    assert.equal(timers[0].ms, FIRST);
    await ring();
    assert.deepEqual(batches, [[sheet("a")], [sheet("a")]]);
    assert.equal((await left()).queue, 0);
    assert.equal(mood().failing, false);
  });
}

test("waits double up to five minutes, and begin anew after a success", async () => {
  const failures = Array.from({ length: 11 }, () => ({ status: 502 }));
  const { put, timers, ring } = await world(...failures, undefined, { status: 502 });
  await put(sheet("a"));
  const waits = [];
  for (let turn = 0; turn < 11; turn += 1) {
    waits.push(timers[0].ms);
    await ring();
  }
  assert.deepEqual(
    waits,
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((s) => s * 1_000),
  );
  assert.equal(Math.max(...waits), LONGEST);
  await put(sheet("b"));
  assert.equal(timers[0].ms, FIRST);
});

test("a new sheet does not break into the wait", async () => {
  const { put, batches } = await world({ status: 503 });
  await put(sheet("a"));
  await put(sheet("b"));
  assert.equal(batches.length, 1);
});

test("the server's own wish for a pause is honoured, also when the network returns", async () => {
  const { put, sender, timers, batches, quiet } = await world({
    status: 429,
    retryAfter: 17,
  });
  await put(sheet("a"));
  assert.equal(timers[0].ms, 17_000);
  sender.resume();
  await quiet();
  assert.equal(batches.length, 1);
});

test("nobody can send the tablet to sleep for a year", async () => {
  const { put, timers } = await world({ status: 503, retryAfter: 31_536_000 });
  await put(sheet("a"));
  assert.equal(timers[0].ms, LONGEST_ORDERED);
});

test("the network's return ends the wait", async () => {
  const { put, sender, timers, left, quiet } = await world(new Error("offline"));
  await put(sheet("a"));
  sender.resume();
  await quiet();
  assert.equal((await left()).queue, 0);
  assert.equal(timers.length, 0);
});

test("only what is named is deleted, revision by revision", async () => {
  const { put, batches, left } = await world((/** @type {any[]} */ batch) => ({
    status: 200,
    results: [
      { id: batch[0].id, status: "revised" },
      { id: "other", status: "stored" },
    ],
  }));
  await put(sheet("a", 1), sheet("a", 2));
  assert.deepEqual(batches, [[sheet("a", 1), sheet("a", 2)], [sheet("a", 2)]]);
  assert.equal((await left()).queue, 0);
});

for (const status of ["stored", "revised", "duplicate", "conflict"]) {
  test(`"${status}" settles a sheet`, async () => {
    const answer = (/** @type {any[]} */ batch) => all(batch, status);
    const { put, left } = await world(answer);
    await put(sheet("a"));
    assert.deepEqual(await left(), { queue: 0, quarantine: 0 });
  });
}

test("a rejected sheet is set aside with its reason and does not come again", async () => {
  const { put, batches, outbox, left } = await world({
    status: 200,
    results: [{ id: "a", status: "rejected", code: "point_unknown", path: "point" }],
  });
  await put(sheet("a"));
  await put(sheet("b"));
  assert.deepEqual(batches.map(names), ["a", "b"]);
  assert.deepEqual(await left(), { queue: 0, quarantine: 1 });
  const [kept] = (await outbox.contents()).quarantine;
  assert.deepEqual(
    [kept.code, kept.path, kept.entry.sheet],
    ["point_unknown", "point", sheet("a")],
  );
});

test("a batch refused as a whole is sent sheet by sheet, the bad one set aside", async () => {
  const refuse = (/** @type {any[]} */ batch) =>
    batch.some(({ id }) => id === "bad")
      ? { status: 422, code: "envelope" }
      : all(batch);
  const { put, batches, left } = await world(...Array(9).fill(refuse));
  await put(sheet("a"), sheet("bad"), sheet("b"), sheet("c"));
  assert.deepEqual(batches.map(names), ["a,bad,b,c", "a", "bad,b", "bad", "b", "c"]);
  assert.deepEqual(await left(), { queue: 0, quarantine: 1 });
});

test("a sheet on which the server fails does not hold up the others", async () => {
  const fail = (/** @type {any[]} */ batch) =>
    batch.some(({ id }) => id === "bad") ? { status: 500 } : all(batch);
  const { put, batches, left, ring } = await world(...Array(60).fill(fail));
  await put(sheet("bad"), sheet("a"), sheet("b"), sheet("c"));
  for (let turn = 0; turn < 4; turn += 1) await ring();
  assert.deepEqual(await left(), { queue: 1, quarantine: 0 });
  assert.deepEqual(batches.slice(0, 4).map(names), ["bad,a,b,c", "bad", "a", "b,c"]);
});

test("an unknown device stops, keeps everything, and goes on when paired", async () => {
  const { put, sender, batches, timers, mood, left, quiet } = await world({
    status: 401,
    code: "device_unknown",
  });
  await put(sheet("a"), sheet("b"));
  assert.deepEqual(mood(), { failing: false, paired: false });
  assert.equal((await left()).queue, 2);
  assert.equal(timers.length, 0);
  sender.resume();
  await quiet();
  assert.equal(batches.length, 1);
  sender.pairedAnew();
  await quiet();
  assert.equal(batches.length, 2);
  assert.equal((await left()).queue, 0);
});

test("while another tab sends, this one looks again later", async () => {
  const { put, batches, timers, ring, left, otherTabSends } = await world();
  otherTabSends(true);
  await put(sheet("a"));
  assert.equal(batches.length, 0);
  assert.equal(timers[0].ms, OTHER_TAB);
  otherTabSends(false);
  await ring();
  assert.equal((await left()).queue, 0);
});

test("an outbox that cannot be read is asked again", async () => {
  const { put, outbox, batches, ring, left } = await world();
  const oldest = outbox.oldest.bind(outbox);
  outbox.oldest = async () => {
    outbox.oldest = oldest;
    throw new Error("disk");
  };
  await put(sheet("a"));
  assert.equal(batches.length, 0);
  await ring();
  assert.equal((await left()).queue, 0);
});

test("what the outbox cannot note as settled is sent again", async () => {
  const { put, outbox, batches, ring, left } = await world();
  const settle = outbox.settle.bind(outbox);
  outbox.settle = async () => {
    outbox.settle = settle;
    throw new Error("disk");
  };
  await put(sheet("a"));
  assert.equal((await left()).queue, 1);
  await ring();
  assert.deepEqual(batches.map(names), ["a", "a"]);
  assert.equal((await left()).queue, 0);
});

test("a lock that the browser refuses once does not end all sending", async () => {
  /** @type {(() => void)[]} */
  const timers = [];
  let asked = 0;
  const sender = new Sender({
    outbox: { oldest: async () => [], settle: async () => {} },
    post: async () => ({ status: 200 }),
    async alone(work) {
      asked += 1;
      if (asked === 1) throw new DOMException("inactive", "InvalidStateError");
      await work();
      return true;
    },
    schedule: (run) => timers.push(run),
    cancel: () => timers.splice(0),
    random: () => 1,
  });
  sender.wake();
  await new Promise((resolve) => setImmediate(resolve));
  timers[0]();
  assert.equal(asked, 2);
});
