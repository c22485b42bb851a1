// @ts-check
/** The way through the kiosk, step by step. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { step } from "../../static/js/kiosk/machine.js";
import { initialState } from "../../static/js/kiosk/state.js";

const SCORE = {
  type: "score",
  value: 2,
  id: "a-1",
  at: "2026-11-22T08:15:00.000+07:00",
  offset: -1_500,
};

/** @param {...any} events @returns {{ state: any, sent: any[], effects: any[] }} */
function walk(...events) {
  let state = initialState();
  const effects = [];
  for (const event of events) {
    const next = step(state, typeof event === "string" ? { type: event } : event);
    state = next.state;
    effects.push(...next.effects);
  }
  const sent = effects.flatMap((effect) =>
    effect.kind === "send" ? [effect.sheet] : [],
  );
  return { state, sent, effects };
}

test("one tap is an answer, sent before anything else", () => {
  const { state, sent, effects } = walk(SCORE);
  assert.equal(effects[0].kind, "send");
  assert.deepEqual(sent, [
    {
      id: "a-1",
      capturedAt: SCORE.at,
      clockOffset: SCORE.offset,
      revision: 1,
      answers: { overall: 2 },
      language: "vi",
      outcome: "timeout",
    },
  ]);
  assert.equal(state.screen, "reasons");
});

test("reasons and visits are further revisions of the same sheet", () => {
  const { state, sent } = walk(
    SCORE,
    { type: "reason", value: "staff" },
    { type: "reason", value: "time" },
    "next",
    { type: "visits", value: 3 },
  );
  assert.deepEqual(
    sent.map((sheet) => [sheet.id, sheet.revision, sheet.outcome]),
    [
      ["a-1", 1, "timeout"],
      ["a-1", 2, "timeout"],
      ["a-1", 3, "completed"],
    ],
  );
  assert.deepEqual(sent[2].answers, {
    overall: 2,
    reasons: ["staff", "time"],
    visits: 3,
  });
  assert.equal(state.screen, "thanks");
});

test("a reason touched twice is not a reason", () => {
  const reason = { type: "reason", value: "staff" };
  const { sent } = walk(SCORE, reason, reason, "next", "skip");
  assert.deepEqual(
    sent.map((sheet) => sheet.answers),
    [{ overall: 2 }, { overall: 2 }],
  );
  assert.equal(sent[1].outcome, "skipped");
});

test("a corrected tap is revision 2 of the same id, at the time of the first", () => {
  const again = {
    type: "score",
    value: 4,
    id: "b-2",
    at: "2026-11-22T08:15:04.000+07:00",
  };
  const { sent } = walk(SCORE, { type: "reason", value: "staff" }, "correct", again);
  assert.deepEqual(
    sent.map(({ id, revision, capturedAt, answers }) => [
      id,
      revision,
      capturedAt,
      answers,
    ]),
    [
      ["a-1", 1, SCORE.at, { overall: 2 }],
      ["a-1", 2, SCORE.at, { overall: 4 }],
    ],
  );
});

test("who leaves in the middle of a correction keeps the first score", () => {
  const { state, sent } = walk(SCORE, "correct", "idle", "warning");
  assert.equal(sent.length, 1);
  assert.deepEqual(state, initialState());
});

test("a correction can be given up, and nothing is ticked then", () => {
  const reason = { type: "reason", value: "staff" };
  const { state, sent } = walk(SCORE, reason, "correct", "keep");
  assert.equal(state.screen, "reasons");
  assert.deepEqual(state.chosen, []);
  assert.equal(sent.length, 1);
});

test("after five seconds the score can no longer be corrected", () => {
  const { state } = walk(SCORE, "correction-over", "correct");
  assert.equal(state.screen, "reasons");
  assert.equal(state.correctable, false);
});

test("the end of the correction does not lengthen the idle wait", () => {
  const { state } = walk(SCORE);
  const { effects } = step(state, { type: "correction-over" });
  assert.deepEqual(effects, [{ kind: "correction", open: false }]);
});

test("idle leads to a warning, the warning to the start", () => {
  const warned = walk(SCORE, "idle").state;
  assert.equal(warned.warned, true);
  assert.deepEqual(step(warned, { type: "warning" }).state, initialState());
  const back = step(warned, { type: "more" });
  assert.equal(back.state.screen, "reasons");
  assert.deepEqual(back.effects, [{ kind: "leave", after: "idle" }]);
});

test("while warned only the two buttons of the warning count", () => {
  const warned = walk(SCORE, "idle").state;
  for (const type of ["next", "correct", "reason", "visits", "activity", "display"]) {
    assert.deepEqual(step(warned, { type, value: "x" }), {
      state: warned,
      effects: [],
    });
  }
});

test("nobody in front of it: no warning, no wait", () => {
  const { state, effects } = walk("activity", "idle");
  assert.deepEqual(state, initialState());
  assert.ok(effects.every((effect) => effect.after === null));
});

test("a language chosen and left is warned about and goes back to Vietnamese", () => {
  const { state } = walk({ type: "display", value: { language: "en" } }, "idle");
  assert.equal(state.warned, true);
  assert.equal(step(state, { type: "warning" }).state.display.language, "vi");
});

test("the sheet says in which language it was answered", () => {
  const { sent } = walk({ type: "display", value: { language: "en" } }, SCORE);
  assert.equal(sent[0].language, "en");
});

test("thanks pass by themselves and nothing prolongs them", () => {
  const { state } = walk(SCORE, "next", "skip");
  for (const type of ["activity", "display", "idle"]) {
    assert.deepEqual(step(state, { type, value: {} }), { state, effects: [] });
  }
  assert.deepEqual(step(state, { type: "thanks" }).state, initialState());
});
