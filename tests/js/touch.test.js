// @ts-check
/** Which touches count. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createGuard, SETTLING, SLIP } from "../../static/js/kiosk/touch.js";

const card = /** @type {any} */ ("card");
let time = 0;
/** @type {ReturnType<typeof createGuard>} */
let guard;

/** @param {number} [x] @param {number} [y] */
const at = (x = 100, y = 100) => ({ target: card, x, y });

beforeEach(() => {
  time = 10_000;
  guard = createGuard(() => time);
});

test("one finger down and up is a tap, however long it rests", () => {
  guard.down(1, at());
  time += 2_000;
  assert.equal(guard.up(1), card);
});

test("a screen takes no touch in its first 300 ms", () => {
  guard.screenChanged();
  time += SETTLING - 1;
  assert.equal(guard.settled(), false);
  guard.down(1, at());
  time += 500;
  assert.equal(guard.up(1), null);
  guard.down(2, at());
  assert.equal(guard.up(2), card);
});

test("a finger that was down when the screen changed does not press the new one", () => {
  guard.down(1, at());
  guard.screenChanged();
  time += 1_000;
  assert.equal(guard.up(1), null);
  guard.down(1, at());
  assert.equal(guard.up(1), card);
});

test("two fingers press nothing, neither of them, until all are lifted", () => {
  guard.down(1, at());
  guard.down(2, at(400));
  assert.equal(guard.up(1), null);
  guard.down(3, at());
  assert.equal(guard.up(2), null);
  assert.equal(guard.up(3), null);
  guard.down(4, at());
  assert.equal(guard.up(4), card);
});

test("a finger that slips a little is at rest, one that wipes is not", () => {
  guard.down(1, at());
  assert.equal(guard.move(1, 100 + SLIP, 100), true);
  assert.equal(guard.up(1), card);
  guard.down(1, at());
  assert.equal(guard.move(1, 100 + SLIP, 110), false);
  guard.move(1, 100, 100);
  assert.equal(guard.up(1), null);
});

test("a touch that the browser took for a scroll is forgotten", () => {
  guard.down(1, at());
  guard.cancel(1);
  assert.equal(guard.up(1), null);
  guard.down(2, at());
  assert.equal(guard.up(2), card);
});
