// @ts-check
/** The page's own words: complete in both languages, every one of them in use. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import {
  joinSurvey,
  joinWords,
  otherLanguage,
} from "../../static/js/kiosk/language.js";

const TEMPLATES = new URL("../../kiosk/templates/kiosk/", import.meta.url);
const SCRIPTS = new URL("../../static/js/kiosk/", import.meta.url);
const text = JSON.parse(readFileSync(new URL("text.json", TEMPLATES), "utf8"));

/** @param {URL} folder @param {string} ending */
const read = (folder, ending) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .join("\n");

test("both languages say everything, with the same places to fill", () => {
  assert.deepEqual(Object.keys(text), ["vi", "en"]);
  assert.deepEqual(Object.keys(text.en), Object.keys(text.vi));
  for (const [name, line] of Object.entries(text.vi)) {
    assert.ok(line && text.en[name], name);
    assert.equal(line.includes("{n}"), text.en[name].includes("{n}"), name);
  }
});

test("every string is used, and every string that is used is there", () => {
  const pages = [...read(TEMPLATES, ".html").matchAll(/data-text="(\w+)"/g)];
  const scripts = [
    ...read(SCRIPTS, ".js").matchAll(/\b(?:words|text\[\w+\]\??)\.(\w+)/g),
  ];
  const used = new Set([...pages, ...scripts].map(([, name]) => name));
  assert.deepEqual([...used].sort(), Object.keys(text.vi).sort());
});

test("no string begs for a good mark or shouts", () => {
  for (const words of Object.values(text)) {
    for (const line of Object.values(words))
      assert.doesNotMatch(line, /!|đánh giá tốt/);
  }
});

test("a word of two syllables stays on one line", () => {
  const together = "hài lòng|phục vụ";
  assert.equal(joinWords("Rất hài lòng", together), "Rất hài\u00a0lòng");
  assert.equal(joinWords("Hài lòng", together), "Hài\u00a0lòng");
  assert.equal(joinWords("phục hồi vụ", together), "phục hồi vụ");
});

test("a survey is joined in each language, in a language without rules not at all", () => {
  const survey = {
    code: "counter",
    version: 1,
    questions: [
      {
        code: "overall",
        text: { vi: "Ông/Bà có hài lòng?", tay: "hài lòng" },
        options: [{ value: 4, text: { vi: "Hài lòng", tay: "hài lòng" } }],
      },
    ],
  };
  const [question] = joinSurvey(survey, text).questions;
  assert.equal(question.text.vi, "Ông/Bà có hài\u00a0lòng?");
  assert.equal(question.options[0].text.vi, "Hài\u00a0lòng");
  assert.equal(question.text.tay, "hài lòng");
  assert.equal(question.options[0].value, 4);
});

test("the switch goes round the languages", () => {
  assert.equal(otherLanguage(["vi", "en"], "vi"), "en");
  assert.equal(otherLanguage(["vi", "en"], "en"), "vi");
});
