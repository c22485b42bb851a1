// @ts-check
/** The next screen comes when the answer is kept, and not before. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Session } from "../../static/js/kiosk/session.js";

const SCORE = { type: "score", value: 2, id: "a", at: "2026-11-22T08:15:00+07:00" };

function world() {
  /** @type {string[]} */
  const drawn = [];
  /** @type {((kept: boolean | Error) => void)[]} */
  const settle = [];
  /** @type {{ run: () => void, ms: number }[]} */
  const timers = [];
  const session = new Session({
    keep: () =>
      new Promise((resolve, reject) => {
        settle.push((kept) => (kept instanceof Error ? reject(kept) : resolve(kept)));
      }),
    draw: ({ screen }) => drawn.push(screen),
    schedule: (run, ms) => timers.push({ run, ms }),
    cancel: (timer) => timers.splice(timer - 1, 1),
  });
  const settled = async (/** @type {boolean | Error} */ kept) => {
    settle.shift()?.(kept);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { session, drawn, settled, timers };
}

test("a touched card waits for its answer to be kept", async () => {
  const { session, drawn, settled } = world();
  session.dispatch(SCORE);
  assert.deepEqual(drawn, []);
  await settled(true);
  assert.deepEqual(drawn, ["reasons"]);
});

test("a second touch while it is being kept is no second answer", async () => {
  const { session, drawn, settled } = world();
  session.dispatch(SCORE);
  session.dispatch({ ...SCORE, value: 5, id: "b" });
  assert.deepEqual(session.state.sheet?.answers, { overall: 2 });
  await settled(true);
  assert.deepEqual(drawn, ["reasons"]);
});

for (const fate of [false, new Error("disk")]) {
  test(`a citizen hears when an answer was not kept (${fate})`, async () => {
    const { session, drawn, settled } = world();
    session.dispatch(SCORE);
    await settled(fate);
    assert.deepEqual(drawn, ["sorry"]);
    session.dispatch({ type: "activity" });
    session.dispatch({ type: "idle" });
    assert.equal(session.state.screen, "sorry");
    session.dispatch({ type: "sorry" });
    assert.deepEqual(drawn, ["sorry", "faces"]);
    assert.equal(session.state.sheet, null);
  });
}

test("the next citizen does not hear what became of the one before", async () => {
  const { session, drawn, settled } = world();
  session.dispatch(SCORE);
  session.dispatch({ type: "leave" });
  await settled(false);
  assert.deepEqual(drawn, ["faces"]);
});

test("while an answer is being kept the tablet is not idle, whatever it shows", async () => {
  const { session, settled } = world();
  assert.ok(session.isIdle);
  session.dispatch(SCORE);
  session.dispatch({ type: "leave" });
  assert.equal(session.isIdle, false);
  await settled(true);
  assert.ok(session.isIdle);
});
