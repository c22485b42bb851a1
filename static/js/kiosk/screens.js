// @ts-check
/** What each screen says and holds, cloned from the page's templates. */

import { cloneOf, fillWords } from "./dom.js";

/** Which question of the survey a screen asks. */
const ASKED = { faces: "overall", reasons: "reasons", visits: "visits" };

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./view.js").Model} Model
 * @typedef {{ value: number | string, text: Record<string, string> }} Option
 * @typedef {{ code: string, text: Record<string, string>, options: Option[],
 *   hint?: Record<string, string> }} Question
 */

/**
 * The line that is asked, and the quiet one below it.
 * @param {State} state @param {Model} model @returns {{ question: string, hint: string }}
 */
export function headOf(state, model) {
  const { language } = state.display;
  const words = model.text[language];
  if (state.screen === "thanks")
    return { question: words.thanks, hint: words.recorded };
  if (state.screen === "sorry") {
    // What the citizen said before this lies safe: only the last part is lost.
    const first = state.sheet?.revision === 1;
    return { question: words.sorry, hint: first ? words.sorryHint : words.sorryRest };
  }
  const asked = questionOf(model, ASKED[state.screen]);
  const question = asked.text[language];
  const hint = asked.hint?.[language] ?? "";
  if (state.screen === "reasons")
    return { question, hint: `${words.recorded} ${hint}` };
  if (state.screen === "faces" && state.sheet)
    return { question, hint: words.correcting };
  return { question, hint };
}

/**
 * @param {Document} page @param {State} state @param {Model} model
 * @returns {DocumentFragment}
 */
export function bodyOf(page, state, model) {
  const { language } = state.display;
  const body = cloneOf(page, `screen-${state.screen}`);
  fillWords(body, model.text[language]);
  if (state.screen === "thanks" || state.screen === "sorry") return body;
  const { options } = questionOf(model, ASKED[state.screen]);
  if (state.screen === "faces") {
    nameFaces(body, options, language);
    body.querySelector(".actions")?.toggleAttribute("hidden", !state.sheet);
  } else {
    const cards = options.map((option) => card(page, state.screen, option, language));
    body.querySelector(".cards")?.append(...cards);
  }
  return body;
}

/** @param {ParentNode} body @param {Option[]} options @param {string} language */
function nameFaces(body, options, language) {
  for (const { value, text } of options) {
    const label = body.querySelector(`[data-value="${value}"] .words`);
    if (label) label.textContent = text[language];
  }
}

/**
 * @param {Document} page @param {string} screen @param {Option} option
 * @param {string} language @returns {DocumentFragment}
 */
function card(page, screen, { value, text }, language) {
  const made = cloneOf(page, `card-${screen}`);
  const label = made.querySelector(".words");
  if (label) label.textContent = text[language];
  made.querySelector("input")?.setAttribute("value", String(value));
  made.querySelector("button")?.setAttribute("data-value", String(value));
  return made;
}

/** @param {Model} model @param {string} code @returns {Question} */
function questionOf(model, code) {
  const found = model.survey.questions.find(
    (/** @type {Question} */ q) => q.code === code,
  );
  if (!found) throw new Error(`survey ${model.survey.code} asks no ${code}`);
  return found;
}
