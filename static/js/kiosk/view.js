// @ts-check
/** Draws the state: the frame (question, switches) stays, the body is replaced. */

import { byId, fillWords } from "./dom.js";
import { fitScreen } from "./fit.js";
import { otherLanguage } from "./language.js";
import { bodyOf, headOf } from "./screens.js";
import { Warning } from "./warning.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {object} Model what the page shows besides the state
 * @property {Record<string, Record<string, string>>} text strings by language
 * @property {import("./sheet.js").Station} station
 * @property {any} survey
 */

export class View {
  #page;
  #root;
  #body;
  #question;
  #warning;
  #onScreen;
  /** What the frame and the body show now. */
  #screen = "";
  #wording = "";

  /** @param {Document} page @param {() => void} onScreen something else is on the screen */
  constructor(page, onScreen) {
    this.#page = page;
    this.#root = page.documentElement;
    this.#body = byId(page, "body");
    this.#question = byId(page, "question");
    this.#warning = new Warning(page);
    this.#onScreen = onScreen;
  }

  /** Draw everything anew at the next occasion. */
  forget() {
    this.#screen = "";
    this.#wording = "";
  }

  /** @param {State} state @param {Model} model */
  draw(state, model) {
    applyDisplay(this.#root, state);
    this.#drawScreen(state, model);
    for (const box of this.#body.querySelectorAll("input")) {
      box.checked = state.chosen.includes(box.value);
    }
    this.#showCorrection(state);
    if (this.#warning.show(state, model.text[state.display.language])) this.#onScreen();
    this.fit();
  }

  /** Fit the letters again: the tablet was turned, or its fonts have come. */
  fit() {
    fitScreen(this.#page, this.#body);
  }

  /** @param {State} state @param {Model} model */
  #drawScreen(state, model) {
    const screen = `${state.screen} ${state.sheet !== null}`;
    const { language } = state.display;
    const place = model.station.point.name[language];
    const wording = `${language} ${model.survey.version} ${place}`;
    if (screen === this.#screen && wording === this.#wording) return;
    const entered = screen !== this.#screen;
    this.#screen = screen;
    this.#wording = wording;
    drawFrame(this.#page, state, model);
    this.#body.replaceChildren(bodyOf(this.#page, state, model));
    if (entered) this.#enter(state, model.text[state.display.language]);
  }

  /** @param {State} state @param {Record<string, string>} words */
  #enter(state, words) {
    this.#root.dataset.screen = state.screen;
    byId(this.#page, "status").textContent =
      state.sheet && state.screen !== "sorry" ? words.recorded : "";
    this.#onScreen();
    // A screen reader starts at the question; the touched card leaves no trace of focus.
    this.#question.focus({ preventScroll: true });
    this.#page.defaultView?.scrollTo(0, 0);
  }

  /** @param {State} state */
  #showCorrection({ correctable }) {
    const button = this.#body.querySelector("[data-event=correct]");
    if (!button) return;
    if (!correctable && this.#page.activeElement === button) this.#question.focus();
    button.toggleAttribute("data-over", !correctable);
    button.toggleAttribute("disabled", !correctable);
  }
}

/** @param {HTMLElement} root @param {State} state */
function applyDisplay(root, { display }) {
  root.lang = display.language;
  root.toggleAttribute("data-large", display.large);
  root.toggleAttribute("data-low", display.low);
  if (display.contrast) root.dataset.contrast = "more";
  else delete root.dataset.contrast;
  const { large, contrast, low } = display;
  for (const [name, on] of Object.entries({ large, contrast, low })) {
    const button = root.querySelector(`[data-switch=${name}]`);
    button?.setAttribute("aria-pressed", String(on));
  }
}

/** @param {Document} page @param {State} state @param {Model} model */
function drawFrame(page, state, model) {
  const { language } = state.display;
  const head = headOf(state, model);
  fillWords(page, model.text[language]);
  byId(page, "question").textContent = head.question;
  byId(page, "hint").textContent = head.hint;
  byId(page, "point").textContent = model.station.point.name[language];
  byId(page, "centre").textContent = model.station.centre.name[language];
  const other = otherLanguage(Object.keys(model.text), language);
  const button = byId(page, "language");
  button.textContent = model.text[other].language;
  button.lang = other;
}
