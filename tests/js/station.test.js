// @ts-check
/** Who this tablet is: remembered through a power cut, and asked again. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { keepKey, keepStation, readStation } from "../../static/js/kiosk/device.js";
import { NotPairedError } from "../../static/js/kiosk/server.js";
import { StationFinder } from "../../static/js/kiosk/station.js";

const FOUND = { station: { point: { code: "Q1" } }, survey: { version: 1 } };
const NEWER = { station: { point: { code: "Q2" } }, survey: { version: 2 } };

/** @returns {any} */
function storage() {
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) =>
      kept.set(name, value),
    removeItem: (/** @type {string} */ name) => kept.delete(name),
  };
}

function world(/** @type {any[]} */ ...answers) {
  const box = storage();
  keepKey(box, "key");
  /** @type {string[]} */
  const told = [];
  /** @type {{ run: () => void, ms: number }[]} */
  const timers = [];
  const finder = new StationFinder({
    storage: box,
    async read() {
      const answer = answers.shift() ?? new Error("away");
      if (answer instanceof Error) throw answer;
      return answer;
    },
    schedule: (run, ms) => timers.push({ run, ms }),
    cancel: () => timers.splice(0),
    onFound: ({ survey }) => told.push(`found ${survey.version}`),
    onWaiting: () => told.push("waiting"),
    onUnpaired: (known) => told.push(`unpaired ${known}`),
  });
  return { box, finder, told, timers };
}

test("without a key it is not paired", async () => {
  const { box, finder, told } = world(FOUND);
  box.removeItem("kiosk-device-key");
  await finder.find();
  assert.deepEqual(told, ["unpaired false"]);
});

test("it starts with what it remembers, before the server answers or not", async () => {
  const { box, finder, told, timers } = world();
  keepStation(box, FOUND);
  await finder.find();
  assert.deepEqual(told, ["found 1"]);
  assert.equal(timers.length, 1);
});

test("the server's word replaces what was remembered", async () => {
  const { box, finder, told } = world(NEWER);
  keepStation(box, FOUND);
  await finder.find();
  assert.deepEqual(told, ["found 1", "found 2"]);
  assert.deepEqual(readStation(box), NEWER);
});

test("remembering nothing it says that it waits, and asks again ever more rarely", async () => {
  const { finder, told, timers } = world();
  await finder.find();
  const waits = [];
  for (let turn = 0; turn < 10; turn += 1) {
    waits.push(timers[0].ms);
    await finder.find();
  }
  assert.deepEqual(new Set(told), new Set(["waiting"]));
  assert.deepEqual(waits.slice(0, 3), [1_000, 2_000, 4_000]);
  assert.equal(waits.at(-1), 300_000);
});

test("when the server can be reached again it is asked at once, but only then", async () => {
  const { finder, told } = world(new Error("away"), FOUND, NEWER);
  await finder.find();
  finder.resume();
  await new Promise((resolve) => setImmediate(resolve));
  finder.resume();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, ["waiting", "found 1"]);
});

test("a key that is not valid any more is told, whatever is remembered", async () => {
  const { box, finder, told } = world(new NotPairedError());
  keepStation(box, FOUND);
  await finder.find();
  assert.deepEqual(told, ["found 1", "unpaired true"]);
});

test("a key that was refused is tried again: the server may find its data", async () => {
  const { finder, told, timers } = world(new NotPairedError(), FOUND);
  await finder.find();
  assert.equal(timers[0].ms, 600_000);
  timers[0].run();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, ["unpaired true", "found 1"]);
});

test("another key forgets the place of the first", () => {
  const { box } = world();
  keepStation(box, FOUND);
  keepKey(box, " key ");
  assert.deepEqual(readStation(box), FOUND);
  keepKey(box, "other");
  assert.equal(readStation(box), null);
});

test("what is remembered may be damaged, and storage full", () => {
  const box = storage();
  box.setItem("kiosk-station", "{");
  assert.equal(readStation(box), null);
  box.setItem("kiosk-station", '{"station":1}');
  assert.equal(readStation(box), null);
  box.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  keepStation(box, FOUND);
});
