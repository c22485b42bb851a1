// @ts-check
/** What the tablet knows of its own clock, and when it knows nothing. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { DeviceClock } from "../../static/js/kiosk/clock.js";

function world() {
  const time = { wall: Date.parse("2026-11-22T08:00:00Z"), steady: 5_000 };
  const clock = new DeviceClock(
    () => time.wall,
    () => time.steady,
  );
  /** @param {number} ms @param {number} [set] what somebody adds to the wall clock */
  const pass = (ms, set = 0) => {
    time.steady += ms;
    time.wall += ms + set;
  };
  /** @param {number} ahead of the server @param {number} trip of the question, in ms */
  const ask = (ahead, trip) => {
    const begun = clock.begin();
    pass(trip / 2);
    const said = new Date(time.wall + ahead).toISOString();
    pass(trip / 2);
    clock.learn(begun, said);
  };
  return { clock, pass, ask };
}

test("before anybody was asked, nothing is known", () => {
  assert.equal(world().clock.offset(), null);
});

for (const ahead of [0, 3 * 3_600_000, -24 * 3_600_000]) {
  test(`a clock ${ahead} ms behind the server is known to be`, () => {
    const { clock, pass, ask } = world();
    ask(ahead, 400);
    assert.equal(clock.offset(), ahead);
    pass(60_000);
    assert.equal(clock.offset(), ahead);
  });
}

for (const set of [3 * 3_600_000, -24 * 3_600_000, 3_000]) {
  test(`after the clock was set by ${set} ms nothing is known until it is asked`, () => {
    const { clock, pass, ask } = world();
    ask(0, 100);
    pass(10_000, set);
    assert.equal(clock.offset(), null);
    ask(-set, 100);
    assert.equal(clock.offset(), -set);
  });
}

test("a reply that took long, or is no time, teaches nothing", () => {
  const { clock, ask } = world();
  ask(7_000, 10_400);
  assert.equal(clock.offset(), null);
  clock.learn(clock.begin(), "soon");
  assert.equal(clock.offset(), null);
});
