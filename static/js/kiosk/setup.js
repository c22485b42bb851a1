// @ts-check
/** The screen that staff see when the tablet is not paired, or not yet connected. */

import { byId, cloneOf, fillWords } from "./dom.js";

/**
 * @param {Document} page
 * @param {Record<string, string>} words
 * @param {{ refused: boolean, waiting: number, onKey: (key: string) => void }} options
 *   `refused`: a key was tried, and the server does not know it (any longer); `waiting`:
 *   how many sheets the tablet still keeps
 */
export function showSetup(page, words, { refused, waiting, onKey }) {
  page.documentElement.dataset.screen = "setup";
  const kept = words.setupWaiting.replace("{n}", String(waiting));
  const hint = refused ? words.setupRefused : words.setupHint;
  say(page, words.setupTitle, waiting ? `${hint} ${kept}` : hint);
  const content = cloneOf(page, "screen-setup");
  fillWords(content, words);
  const form = /** @type {HTMLFormElement} */ (content.querySelector("form"));
  const field = /** @type {HTMLInputElement} */ (content.querySelector("input"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) onKey(field.value);
  });
  byId(page, "body").replaceChildren(content);
  byId(page, "question").focus();
}

/** @param {Document} page @param {Record<string, string>} words */
export function showConnecting(page, words) {
  page.documentElement.dataset.screen = "connecting";
  say(page, words.connectingTitle, words.connectingHint);
  byId(page, "body").replaceChildren();
}

/** @param {Document} page @param {string} title @param {string} hint */
function say(page, title, hint) {
  byId(page, "question").textContent = title;
  byId(page, "hint").textContent = hint;
}
