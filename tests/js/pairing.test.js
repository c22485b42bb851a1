// @ts-check
/** A tablet waits for staff: with patience, without a new code for every hiccup. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  ASK_EVERY,
  LONGEST_DELAY,
  LOOK_EVERY,
  newKey,
  untilPaired,
} from "../../static/js/kiosk/pairing.js";

const STATION = { point: { name: { vi: "Quầy 1", en: "Counter 1" } } };
const CODE = { status: 200, code: "K7M-3Q9", seconds: 600 };
const AWAY = "away";

/**
 * Play a server; each list is used up from the front, its last entry stays.
 * @param {{ asks: any[], looks?: any[] }} script
 */
async function play({ asks, looks = [null] }) {
  /** @type {any[]} */
  const shown = [];
  /** @type {number[]} */
  const waits = [];
  let renewed = 0;
  /** @param {any[]} list */
  const next = async (list) => {
    const reply = list.length > 1 ? list.shift() : list[0];
    if (reply === AWAY) throw new Error(AWAY);
    return reply;
  };
  const station = await untilPaired({
    ask: () => next(asks),
    look: () => next(looks),
    renewKey: () => {
      renewed += 1;
    },
    wait: async (ms) => {
      waits.push(ms);
      assert.ok(waits.length < 1_000, "waits for ever");
    },
    show: (state) => shown.push(state),
  });
  return { station, shown, waits, renewed, kinds: shown.map(({ kind }) => kind) };
}

test("it shows the code and looks until staff have typed it in", async () => {
  const seen = await play({ asks: [CODE], looks: [null, null, STATION] });
  assert.equal(seen.station, STATION);
  assert.deepEqual(seen.kinds, ["asking", "code"]);
  assert.equal(seen.shown[1].code, "K7M-3Q9");
  assert.deepEqual(seen.waits, [LOOK_EVERY, LOOK_EVERY, LOOK_EVERY]);
});

test("it asks again once a minute, and shows what is left and the new code", async () => {
  const minute = Array(ASK_EVERY / LOOK_EVERY).fill(null);
  const later = { status: 200, code: "M2P-8XA", seconds: 540 };
  const seen = await play({ asks: [CODE, later], looks: [...minute, STATION] });
  assert.deepEqual(
    seen.shown.slice(1).map(({ code, seconds }) => [code, seconds]),
    [
      ["K7M-3Q9", 600],
      ["M2P-8XA", 540],
    ],
  );
});

test("it says that the server is away, keeps the code and tries ever more slowly", async () => {
  const asks = [CODE, ...Array(9).fill(AWAY), CODE];
  const seen = await play({ asks, looks: [AWAY, STATION] });
  const away = seen.shown.filter(({ kind }) => kind === "away");
  assert.equal(away.length, 9);
  assert.ok(away.every(({ code }) => code === "K7M-3Q9"));
  assert.equal(Math.max(...seen.waits), LONGEST_DELAY);
  assert.equal(seen.renewed, 0);
});

test("a refusal that names a time is waited for, at most a minute at once", async () => {
  const busy = { status: 429, seconds: 541 };
  const seen = await play({ asks: [busy, busy, CODE], looks: [STATION] });
  assert.deepEqual(seen.kinds, ["asking", "busy", "busy", "code"]);
  assert.deepEqual(seen.waits.slice(0, 2), [ASK_EVERY, ASK_EVERY]);
});

test("a key that opens already needs no code", async () => {
  const seen = await play({ asks: [{ status: 409 }], looks: [STATION] });
  assert.equal(seen.station, STATION);
  assert.deepEqual(seen.waits, []);
});

test("a key that opened once and was revoked is replaced", async () => {
  const seen = await play({ asks: [{ status: 409 }, CODE], looks: [null, STATION] });
  assert.equal(seen.renewed, 1);
  assert.equal(seen.station, STATION);
});

test("a key that opens is kept while nobody can say so", async () => {
  const seen = await play({ asks: [{ status: 409 }], looks: [AWAY, STATION] });
  assert.equal(seen.renewed, 0);
});

test("what the server takes for no key is replaced", async () => {
  const seen = await play({ asks: [{ status: 401 }, CODE], looks: [STATION] });
  assert.equal(seen.renewed, 1);
});

test("a captive portal is no server", async () => {
  const seen = await play({
    asks: [{ status: 0 }, { status: 503 }, CODE],
    looks: [STATION],
  });
  assert.deepEqual(seen.kinds, ["asking", "away", "away", "code"]);
});

test("a key has 256 random bits in letters that a header takes", () => {
  const keys = new Set(Array.from({ length: 50 }, () => newKey(crypto)));
  assert.equal(keys.size, 50);
  for (const key of keys) assert.match(key, /^[A-Za-z0-9_-]{43}$/);
});

test("both languages say everything, with the same places to fill", () => {
  const folder = new URL("../../kiosk/templates/devices/", import.meta.url);
  const text = JSON.parse(readFileSync(new URL("pair.json", folder), "utf8"));
  assert.deepEqual(Object.keys(text), ["vi", "en"]);
  assert.deepEqual(Object.keys(text.en), Object.keys(text.vi));
  for (const [name, line] of Object.entries(text.vi)) {
    const filled = /** @param {string} said */ (said) => said.match(/\{\w+\}/g);
    assert.deepEqual(filled(text.en[name]), filled(line), name);
  }
  const script = new URL("../../static/js/kiosk/pair.js", import.meta.url);
  const used = readFileSync(script, "utf8").matchAll(/\blabels\.(\w+)/g);
  const words = new Set([...used].map(([, name]) => name));
  words.add("language").add("together");
  assert.deepEqual([...words].sort(), Object.keys(text.vi).sort());
});
