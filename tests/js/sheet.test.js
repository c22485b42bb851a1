// @ts-check
/** The sheet's form: identity, time with offset, every field of the contract. */

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { afterEach, test } from "node:test";

import { localTime, newId, toSheet } from "../../static/js/kiosk/sheet.js";

const zone = process.env.TZ;
afterEach(() => {
  process.env.TZ = zone ?? "";
});

for (const [name, written] of [
  ["Asia/Ho_Chi_Minh", "2026-11-22T08:15:29.870+07:00"],
  ["UTC", "2026-11-22T01:15:29.870+00:00"],
  ["America/St_Johns", "2026-11-21T21:45:29.870-03:30"],
]) {
  test(`a moment is written as the wall clock shows it in ${name}`, () => {
    process.env.TZ = name;
    assert.equal(localTime(new Date("2026-11-22T01:15:29.870Z")), written);
  });
}

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("an id is a UUID, also where the context is not secure", () => {
  const insecure = /** @type {any} */ ({
    getRandomValues: (/** @type {any} */ bytes) => webcrypto.getRandomValues(bytes),
  });
  const ids = Array.from({ length: 500 }, () => newId(insecure));
  for (const id of [...ids, newId()]) assert.match(id, UUID4);
  assert.equal(new Set(ids).size, ids.length);
});

test("a sheet has the fields of the intake, and no others", () => {
  const revision = {
    id: "a",
    revision: 2,
    capturedAt: "2026-11-22T08:15:29.870+07:00",
    clockOffset: 1_200,
    answers: { overall: 5, reasons: ["staff"] },
    language: "en",
    outcome: /** @type {const} */ ("skipped"),
  };
  const place = { vi: "Quầy 1", en: "Counter 1" };
  const station = {
    device: { id: "d", name: "T" },
    point: { code: "Q1", name: place },
    centre: { name: place },
    survey: "counter",
  };
  assert.deepEqual(toSheet(revision, station, { code: "counter", version: 3 }), {
    id: "a",
    revision: 2,
    survey: "counter",
    survey_version: 3,
    point: "Q1",
    channel: "kiosk",
    captured_at: "2026-11-22T08:15:29.870+07:00",
    language: "en",
    outcome: "skipped",
    assisted: false,
    slip: null,
    flipped: false,
    clock_offset_ms: 1_200,
    answers: { overall: 5, reasons: ["staff"] },
  });
});
