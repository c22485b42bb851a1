// @ts-check
/** The staff panel's parts: the PIN, the file, the words. */

import assert from "node:assert/strict";
import { createDecipheriv, createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { conditionOf, timeOf } from "../../static/js/kiosk/condition.js";
import { isPin, LOCKED, PinGate, TRIES } from "../../static/js/kiosk/pin.js";
import { fileName, rescueFile } from "../../static/js/kiosk/rescue.js";

const TEMPLATES = new URL("../../kiosk/templates/kiosk/", import.meta.url);
const SCRIPTS = new URL("../../static/js/kiosk/", import.meta.url);
const text = JSON.parse(readFileSync(new URL("panel.json", TEMPLATES), "utf8"));
const DEVICE = { id: "0198c7f2-6a3e-7c41-9b1e-1f0d2f6c5a77", name: "Máy 1" };

/** @param {string} said */
const sha256 = (said) => createHash("sha256").update(said).digest("hex");
/** @param {number} revision */
const sheet = (revision) => ({
  id: "a",
  revision,
  captured_at: "2026-11-22T08:15:29.870+07:00",
  answers: { overall: 5 },
});
/** @param {number} seq @param {any} [changes] */
const entry = (seq, changes = {}) => {
  return {
    v: 1,
    seq,
    id: "a",
    revision: seq,
    release: "r",
    sheet: sheet(seq),
    ...changes,
  };
};

test("a PIN is right by the server's digest alone", async () => {
  const expected = sha256(`${DEVICE.id}:482913`);
  assert.equal(await isPin(crypto.subtle, DEVICE.id, "482913", expected), true);
  assert.equal(await isPin(crypto.subtle, DEVICE.id, "482914", expected), false);
  assert.equal(await isPin(crypto.subtle, "other", "482913", expected), false);
});

test("six digits make a PIN, and leave nothing behind", () => {
  const gate = new PinGate(() => 0);
  const given = [..."48291"].map((digit) => gate.press(digit));
  assert.deepEqual(given, [null, null, null, null, null]);
  assert.equal(gate.typed, 5);
  assert.equal(gate.press("3"), "482913");
  assert.equal(gate.typed, 0);
  gate.press("1");
  gate.clear();
  assert.equal(gate.typed, 0);
});

test("five wrong ones cost a minute, a right one forgives the others", () => {
  let now = 1_000;
  const gate = new PinGate(() => now);
  for (let tries = 1; tries < TRIES; tries += 1) gate.judge(false);
  assert.equal(gate.left, 1);
  gate.judge(true);
  assert.equal(gate.left, TRIES);
  for (let tries = 0; tries < TRIES; tries += 1) gate.judge(false);
  assert.equal(gate.lockedFor, LOCKED);
  assert.equal(gate.press("1"), null);
  assert.equal(gate.typed, 0);
  now += LOCKED - 1;
  assert.equal(gate.lockedFor, 1);
  now += 1;
  assert.equal(gate.lockedFor, 0);
  assert.equal(gate.left, TRIES);
});

/** Opened with node's own cipher. @param {any} file @param {string} key */
function opened(file, key) {
  const secret = createHmac("sha256", sha256(key)).update("kiosk-queue 1").digest();
  const sealed = Buffer.from(file.sealed, "base64");
  const nonce = Buffer.from(file.nonce, "base64");
  const cipher = createDecipheriv("aes-256-gcm", secret, nonce);
  cipher.setAAD(Buffer.from(`kiosk-queue 1 ${file.device}`));
  cipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([
    cipher.update(sealed.subarray(0, -16)),
    cipher.final(),
  ]).toString();
}

test("the file holds everything and is sealed as the server opens it", async () => {
  const contents = {
    queue: [entry(1), entry(2), entry(3, { v: 2 }), { seq: 4 }],
    quarantine: [
      { seq: 5, code: "survey_unknown", path: "survey", message: "…", entry: entry(5) },
      { seq: 6, code: "500", entry: entry(6) },
      { seq: 7, code: "unreadable", entry: null },
      { seq: 8, code: "unreadable", entry: { big: 1n } },
    ],
  };
  const what = { device: DEVICE, release: "r", contents };
  const file = JSON.parse(await rescueFile(crypto, "the key", what));
  assert.equal(file.format, "kiosk-queue");
  assert.equal(file.version, 1);
  assert.equal(file.device, DEVICE.id);
  const body = JSON.parse(opened(file, "the key"));
  assert.deepEqual(body.device, DEVICE);
  assert.match(body.exported_at, /^\d{4}-\d\d-\d\dT.*[+-]\d\d:\d\d$/);
  assert.deepEqual(body.queue, [sheet(1), sheet(2)]);
  assert.deepEqual(body.quarantine, [
    { sheet: sheet(5), code: "survey_unknown", path: "survey", message: "…" },
    { sheet: sheet(6), code: "500", path: "", message: "" },
  ]);
  assert.deepEqual(body.unreadable, [
    entry(3, { v: 2 }),
    { seq: 4 },
    null,
    "[object Object]",
  ]);
});

test("a file is named after its point and its minute", () => {
  const moment = new Date(2026, 10, 22, 8, 15, 29);
  assert.equal(fileName("Q1", moment), "phieu-Q1-20261122-0815.json");
});

test("the condition counts reasons and shows no sheet", async () => {
  const outbox = {
    summary: async () => ({
      kind: /** @type {"indexeddb"} */ ("indexeddb"),
      queue: 3,
      oldest: null,
      quarantine: 3,
      tapped: 9,
      acknowledged: 3,
      unsafe: 0,
    }),
    contents: async () => ({
      queue: [],
      quarantine: [
        { code: "x", message: "Sai", entry: entry(1) },
        { code: "x", message: "Sai", entry: entry(2) },
        { code: "unreadable", entry: null },
      ],
    }),
  };
  const lines = await conditionOf(text.vi, outbox, undefined);
  assert.deepEqual(
    lines.map(([, value]) => value),
    [
      "3",
      "không có",
      "2 × Sai (x); 1 × unreadable",
      "đã chạm 9 · đã gửi 3",
      text.vi.storedLoosely,
    ],
  );
});

test("a moment is written as staff write it, and nonsense is none", () => {
  assert.equal(timeOf(new Date(2026, 10, 2, 8, 5)), "08:05 02/11/2026");
  assert.equal(timeOf(null), null);
  assert.equal(timeOf("yesterday"), null);
});

test("both languages say everything, and all of it is used", () => {
  assert.deepEqual(Object.keys(text), ["vi", "en"]);
  assert.deepEqual(Object.keys(text.en), Object.keys(text.vi));
  for (const [name, line] of Object.entries(text.vi)) {
    const filled = (/** @type {string} */ said) => said.match(/\{\w+\}/g);
    assert.deepEqual(filled(text.en[name]), filled(line), name);
  }
  const scripts = ["panel.js", "condition.js"]
    .map((name) => readFileSync(new URL(name, SCRIPTS), "utf8"))
    .join("\n");
  const page = readFileSync(new URL("_panel.html", TEMPLATES), "utf8");
  const used = new Set([
    ...[...scripts.matchAll(/\blabels\.(\w+)/g)].map(([, name]) => name),
    ...[...page.matchAll(/data-label="(\w+)"/g)].map(([, name]) => name),
    ...["send", "save", "persist", "pair", "language"],
  ]);
  assert.deepEqual([...used].sort(), Object.keys(text.vi).sort());
});
