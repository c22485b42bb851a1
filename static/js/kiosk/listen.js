// @ts-check
/** Turns what happens on the page into the machine's events. */

import { otherLanguage } from "./language.js";
import { localTime, newId } from "./sheet.js";

/**
 * @typedef {object} Ears
 * @property {(event: import("./machine.js").Event) => void} dispatch
 * @property {() => import("./state.js").Display} display
 * @property {string[]} languages
 * @property {() => number | null} clockOffset
 * @property {() => boolean} hasUnsafe sheets that would be lost with this page
 * @property {() => void} online
 * @property {() => void} newKey
 * @property {() => void} resized
 */

/** @param {Window} window @param {Ears} ears */
export function listen(window, ears) {
  const page = window.document;
  const { dispatch } = ears;
  for (const kind of ["pointerdown", "keydown"]) {
    page.addEventListener(kind, () => dispatch({ type: "activity" }));
  }
  page.addEventListener("click", (event) => press(event, ears));
  page.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.type === "checkbox") {
      dispatch({ type: "reason", value: box.value });
    }
  });
  // Escape closes a dialog: whoever presses it is still there.
  page.getElementById("warning")?.addEventListener("cancel", (event) => {
    event.preventDefault();
    dispatch({ type: "more" });
  });
  for (const kind of ["contextmenu", "dragstart"]) {
    page.addEventListener(kind, (event) => event.preventDefault());
  }
  window.addEventListener("beforeunload", (event) => {
    if (ears.hasUnsafe()) event.preventDefault();
  });
  // Back from the browser's memory of a page that was left: nobody's answers are there.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) dispatch({ type: "leave" });
  });
  window.addEventListener("online", ears.online);
  window.addEventListener("hashchange", ears.newKey);
  window.addEventListener("resize", ears.resized);
}

/** @param {MouseEvent} event @param {Ears} ears */
function press(event, ears) {
  const button =
    event.target instanceof Element ? event.target.closest("button") : null;
  const name = button?.dataset.switch;
  if (name) ears.dispatch({ type: "display", value: switched(name, ears) });
  const type = button?.dataset.event;
  if (!type) return;
  const value =
    button.dataset.value === undefined ? undefined : Number(button.dataset.value);
  ears.dispatch(type === "score" ? { type, value, ...stamp(ears) } : { type, value });
}

/** @param {Ears} ears */
const stamp = ({ clockOffset }) => ({
  id: newId(),
  at: localTime(),
  offset: clockOffset(),
});

/** @param {string} name @param {Ears} ears */
function switched(name, { display, languages }) {
  const shown = display();
  if (name === "language")
    return { language: otherLanguage(languages, shown.language) };
  return { [name]: !shown[/** @type {"large" | "contrast" | "low"} */ (name)] };
}
