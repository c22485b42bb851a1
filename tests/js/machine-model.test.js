// @ts-check
/**
 * The machine under random walks of citizens, against what must hold on every way.
 * The clock is played too: a timer that is armed may ring, one that is not never does.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { step } from "../../static/js/kiosk/machine.js";
import { CORRECTION, initialState, WAITS } from "../../static/js/kiosk/state.js";
import { randomFrom } from "./random.js";

const WALKS = 400;
const STEPS = 60;
const REASONS = ["staff", "guidance", "time", "publicity", "place", "result"];
const SWITCHES = [
  { language: "en" },
  { language: "vi" },
  { large: true },
  { contrast: true },
  { low: true },
];

/** @param {() => number} random @param {readonly any[]} list */
const pick = (random, list) => list[Math.floor(random() * list.length)];

/** Everything a hand, a keyboard or a screen reader can do, fitting or not. */
const TOUCHES = [
  (/** @type {any} */ random, /** @type {number} */ turn) => ({
    type: "score",
    value: 1 + Math.floor(random() * 5),
    id: `sheet-${turn}`,
    at: `moment-${turn}`,
  }),
  (/** @type {any} */ random) => ({ type: "reason", value: pick(random, REASONS) }),
  (/** @type {any} */ random) => ({ type: "visits", value: pick(random, [1, 2, 3]) }),
  (/** @type {any} */ random) => ({ type: "display", value: pick(random, SWITCHES) }),
  ...["correct", "keep", "next", "skip", "more", "leave", "activity"].map(
    (type) => () => ({ type }),
  ),
];

/** The timers as the browser keeps them. */
class Clock {
  /** @type {Map<string, { type: string, left: number }>} */
  armed = new Map();

  /** @param {any} effect */
  take(effect) {
    if (effect.kind === "send") return;
    this.armed.delete(effect.kind);
    if (effect.kind === "correction" && effect.open) {
      this.armed.set("correction", { type: "correction-over", left: CORRECTION });
    }
    if (effect.kind === "leave" && effect.after) {
      const left = WAITS[/** @type {keyof typeof WAITS} */ (effect.after)];
      this.armed.set("leave", { type: effect.after, left });
    }
  }

  /** Let the time pass to the next bell. @returns {{ type: string } | null} */
  ring() {
    const [slot, bell] =
      [...this.armed].sort(([, one], [, other]) => one.left - other.left)[0] ?? [];
    if (!slot || !bell) return null;
    this.armed.delete(slot);
    for (const other of this.armed.values()) other.left -= bell.left;
    return { type: bell.type };
  }
}

/**
 * @param {number} seed @param {(seen: { before: any, event: any, state: any,
 *   effects: any[], clock: Clock }) => void} look
 */
function walk(seed, look) {
  const random = randomFrom(seed);
  const clock = new Clock();
  let state = initialState();
  for (let turn = 0; turn < STEPS; turn += 1) {
    const touch = () => pick(random, TOUCHES)(random, turn);
    const event = random() < 0.3 ? (clock.ring() ?? touch()) : touch();
    const before = structuredClone(state);
    const next = step(state, event);
    assert.deepEqual(state, before, "the machine changed what it was given");
    for (const effect of next.effects) clock.take(effect);
    state = next.state;
    look({ before, event, state, effects: next.effects, clock });
  }
}

/** @param {(seen: any) => void} look */
function everywhere(look) {
  for (let seed = 1; seed <= WALKS; seed += 1) walk(seed, look);
}

test("the walks reach every screen, the warning and the correction", () => {
  const seen = new Set();
  everywhere(({ state }) => {
    seen.add(state.screen).add(`warned ${state.warned}`);
    if (state.screen === "faces" && state.sheet) seen.add("correcting");
  });
  for (const place of ["faces", "reasons", "visits", "thanks", "correcting"]) {
    assert.ok(seen.has(place), place);
  }
  assert.ok(seen.has("warned true"));
});

test("a score is sent at its tap, first of all effects, and never lost", () => {
  everywhere(({ before, event, state, effects }) => {
    const tapped =
      event.type === "score" && before.screen === "faces" && !before.warned;
    if (!tapped) return;
    assert.equal(effects[0].kind, "send");
    assert.equal(effects[0].sheet.answers.overall, event.value);
    assert.equal(state.sheet.answers.overall, event.value);
  });
});

test("whatever goes out carries a score, and what was answered stays answered", () => {
  everywhere(({ before, event, effects }) => {
    for (const { kind, sheet } of effects) {
      if (kind !== "send") continue;
      assert.ok(sheet.answers.overall >= 1 && sheet.answers.overall <= 5);
      if (event.type === "score" || !before.sheet) continue;
      const kept = { ...before.sheet.answers, ...sheet.answers };
      assert.deepEqual(kept, sheet.answers, "an answer went missing on the way");
    }
  });
});

test("revisions of a sheet count up by one, from one", () => {
  for (let seed = 1; seed <= WALKS; seed += 1) {
    const last = new Map();
    walk(seed, ({ effects }) => {
      for (const { kind, sheet } of effects) {
        if (kind !== "send") continue;
        assert.equal(sheet.revision, (last.get(sheet.id) ?? 0) + 1);
        last.set(sheet.id, sheet.revision);
      }
    });
  }
});

test("at most one revision a touch, and none from a timer", () => {
  everywhere(({ event, effects }) => {
    const sent = effects.filter((/** @type {any} */ effect) => effect.kind === "send");
    assert.ok(sent.length <= 1);
    const timers = ["idle", "warning", "thanks", "correction-over"];
    if (timers.includes(event.type)) assert.equal(sent.length, 0);
  });
});

test("whatever leads back to the start leaves nothing of the citizen", () => {
  let resets = 0;
  everywhere(({ before, event, state, effects }) => {
    const left = ["warning", "thanks", "leave"].includes(event.type);
    if (!left || JSON.stringify(state) === JSON.stringify(before)) return;
    resets += 1;
    assert.deepEqual(state, initialState());
    assert.ok(effects.every((/** @type {any} */ effect) => effect.kind !== "send"));
  });
  assert.ok(resets > WALKS, `only ${resets} resets`);
});

test("a new citizen's sheet has nothing of the one before", () => {
  for (let seed = 1; seed <= WALKS; seed += 1) {
    const gone = new Set();
    walk(seed, ({ before, state, effects }) => {
      if (!state.sheet) gone.add(before.sheet?.id);
      for (const { kind, sheet } of effects) {
        if (kind === "send") assert.ok(!gone.has(sheet.id), `${sheet.id} came back`);
      }
    });
  }
});

test("left alone, every state comes back to the start", () => {
  everywhere(({ state, clock }) => {
    const alone = new Clock();
    for (const [slot, bell] of clock.armed) alone.armed.set(slot, { ...bell });
    let resting = state;
    for (let rung = 0; rung < 5; rung += 1) {
      const bell = alone.ring();
      if (!bell) break;
      const next = step(resting, bell);
      resting = next.state;
      for (const effect of next.effects) alone.take(effect);
    }
    assert.deepEqual(resting, initialState());
  });
});

test("a low score goes exactly the way of a high one", () => {
  for (let seed = 1; seed <= WALKS; seed += 1) {
    const ways = [1, 2, 3, 4, 5].map((score) => replay(seed, score));
    for (const way of ways) assert.equal(way, ways[0], `seed ${seed}`);
  }
});

/** Walk again with one score for all taps; tell the way without the score. */
function replay(/** @type {number} */ seed, /** @type {number} */ score) {
  const random = randomFrom(seed);
  const clock = new Clock();
  let state = initialState();
  const way = [];
  for (let turn = 0; turn < STEPS; turn += 1) {
    const touch = () => pick(random, TOUCHES)(random, turn);
    const event = random() < 0.3 ? (clock.ring() ?? touch()) : touch();
    const next = step(
      state,
      event.type === "score" ? { ...event, value: score } : event,
    );
    for (const effect of next.effects) clock.take(effect);
    state = next.state;
    way.push([state, next.effects]);
  }
  return JSON.stringify(way).replaceAll(`"overall":${score}`, '"overall":"?"');
}
