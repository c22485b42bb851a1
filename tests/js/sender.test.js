// @ts-check
/** Sheets on their way: nothing is deleted unnamed, nothing is asked twice at once. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  BATCH,
  FIRST_DELAY,
  LONGEST_DELAY,
  Sender,
} from "../../static/js/kiosk/sender.js";

/** @param {string} id @param {number} [revision] */
const sheet = (id, revision = 1) => ({ id, revision });
/** @param {any[]} batch @param {string} status */
const all = (batch, status = "stored") => ({
  status: 200,
  results: batch.map(({ id }) => ({ id, status })),
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A server that answers from a list, then stores everything; and its clock. */
function world(/** @type {any[]} */ ...answers) {
  /** @type {any[][]} */
  const batches = [];
  /** @type {{ run: () => void, ms: number }[]} */
  const timers = [];
  /** @type {any} */
  let mood = null;
  let open = 0;
  const sender = new Sender({
    async post(batch) {
      open += 1;
      assert.equal(open, 1, "two requests at once");
      batches.push(batch);
      await settle();
      open -= 1;
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return typeof answer === "function" ? answer(batch) : (answer ?? all(batch));
    },
    schedule: (run, ms) => timers.push({ run, ms }),
    cancel: () => timers.splice(0),
  });
  sender.onState((now) => {
    mood = now;
  });
  const quiet = async () => {
    for (let turn = 0; turn < 20; turn += 1) await settle();
  };
  const ring = async () => {
    timers.shift()?.run();
    await quiet();
  };
  return { sender, batches, timers, mood: () => mood, quiet, ring };
}

test("a sheet goes out at once and leaves the queue when it is named", async () => {
  const { sender, batches, mood, quiet } = world();
  sender.put(sheet("a"));
  assert.equal(mood().waiting, 1);
  await quiet();
  assert.deepEqual(batches, [[sheet("a")]]);
  assert.deepEqual(mood(), { waiting: 0, rejected: 0, failing: false, paired: true });
});

test("one request at a time, at most fifty sheets in it, in order", async () => {
  const { sender, batches, mood, quiet } = world();
  for (let place = 0; place < 120; place += 1) sender.put(sheet(`s${place}`));
  await quiet();
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [1, BATCH, BATCH, 19],
  );
  assert.deepEqual(
    batches.flat().map(({ id }) => id),
    Array.from({ length: 120 }, (_, place) => `s${place}`),
  );
  assert.equal(mood().waiting, 0);
});

for (const [name, answer] of /** @type {[string, any][]} */ ([
  ["the network is away", new Error("offline")],
  ["the server is broken", { status: 500 }],
  ["the server is busy", { status: 503 }],
  ["a captive portal says 200", { status: 200 }],
  ["another sheet is named", { status: 200, results: [{ id: "z", status: "stored" }] }],
  ["an unknown fate is named", { status: 200, results: [{ id: "a", status: "seen" }] }],
  [
    "another revision is named",
    { status: 200, results: [{ id: "a", revision: 7, status: "stored" }] },
  ],
])) {
  test(`the sheet is kept and sent again when ${name}`, async () => {
    const { sender, batches, timers, mood, quiet, ring } = world(answer);
    sender.put(sheet("a"));
    await quiet();
    assert.equal(mood().waiting, 1);
    assert.equal(mood().failing, true);
    assert.equal(timers[0].ms, FIRST_DELAY);
    await ring();
    assert.deepEqual(batches, [[sheet("a")], [sheet("a")]]);
    assert.equal(mood().waiting, 0);
    assert.equal(mood().failing, false);
  });
}

test("waits double up to a minute, and begin anew after a success", async () => {
  const failures = Array.from({ length: 9 }, () => ({ status: 502 }));
  const { sender, timers, quiet, ring } = world(...failures, undefined, {
    status: 502,
  });
  sender.put(sheet("a"));
  await quiet();
  const waits = [];
  for (let turn = 0; turn < 9; turn += 1) {
    waits.push(timers[0].ms);
    await ring();
  }
  assert.deepEqual(
    waits,
    [1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * 1_000),
  );
  assert.equal(Math.max(...waits), LONGEST_DELAY);
  sender.put(sheet("b"));
  await quiet();
  assert.equal(timers[0].ms, FIRST_DELAY);
});

test("a new sheet does not break into the wait", async () => {
  const { sender, batches, quiet } = world({ status: 503 });
  sender.put(sheet("a"));
  await quiet();
  sender.put(sheet("b"));
  await quiet();
  assert.equal(batches.length, 1);
});

test("the server's own wish for a pause is honoured", async () => {
  const { sender, timers, quiet } = world({ status: 429, retryAfter: 17 });
  sender.put(sheet("a"));
  await quiet();
  assert.equal(timers[0].ms, 17_000);
});

test("the network's return ends the wait", async () => {
  const { sender, timers, mood, quiet } = world(new Error("offline"));
  sender.put(sheet("a"));
  await quiet();
  sender.resume();
  await quiet();
  assert.equal(mood().waiting, 0);
  assert.equal(timers.length, 0);
});

test("only what is named is deleted, revision by revision", async () => {
  const { sender, batches, mood, quiet } = world(
    undefined,
    (/** @type {any[]} */ batch) => ({
      status: 200,
      results: [
        { id: batch[0].id, status: "revised" },
        { id: "other", status: "stored" },
      ],
    }),
  );
  sender.put(sheet("first"));
  sender.put(sheet("a", 1));
  sender.put(sheet("a", 2));
  await quiet();
  assert.deepEqual(batches.slice(1), [[sheet("a", 1), sheet("a", 2)], [sheet("a", 2)]]);
  assert.equal(mood().waiting, 0);
});

for (const status of ["stored", "revised", "duplicate", "conflict"]) {
  test(`"${status}" settles a sheet`, async () => {
    const { sender, mood, quiet } = world((/** @type {any[]} */ batch) =>
      all(batch, status),
    );
    sender.put(sheet("a"));
    await quiet();
    assert.deepEqual(mood(), { waiting: 0, rejected: 0, failing: false, paired: true });
  });
}

test("a rejected sheet is counted and does not come again", async () => {
  const { sender, batches, mood, quiet } = world((/** @type {any[]} */ batch) =>
    all(batch, "rejected"),
  );
  sender.put(sheet("a"));
  await quiet();
  assert.equal(batches.length, 1);
  assert.equal(mood().rejected, 1);
  assert.equal(mood().waiting, 0);
});

test("a batch refused as a whole is sent sheet by sheet, the bad one set aside", async () => {
  const refuse = (/** @type {any[]} */ batch) =>
    batch.some(({ id }) => id === "bad")
      ? { status: 422, code: "envelope" }
      : all(batch);
  const { sender, mood, batches, quiet } = world(...Array(9).fill(refuse));
  for (const id of ["first", "a", "bad", "b"]) sender.put(sheet(id));
  await quiet();
  assert.deepEqual(
    batches.map((batch) => batch.map(({ id }) => id).join()),
    ["first", "a,bad,b", "a", "bad", "b"],
  );
  assert.equal(mood().rejected, 1);
  assert.equal(mood().waiting, 0);
});

test("an unknown device stops, keeps everything, and goes on when paired", async () => {
  const { sender, batches, timers, mood, quiet } = world({ status: 401 });
  sender.put(sheet("a"));
  sender.put(sheet("b"));
  await quiet();
  assert.deepEqual(mood(), { waiting: 2, rejected: 0, failing: false, paired: false });
  assert.equal(timers.length, 0);
  sender.resume();
  await quiet();
  assert.equal(batches.length, 2);
  assert.equal(mood().waiting, 0);
});
