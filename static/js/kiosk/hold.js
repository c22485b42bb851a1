// @ts-check
/** How staff open their panel: a long hold that no citizen makes, or three keys at once. */

import { SLIP } from "./touch.js";

/** How long a finger rests on the line with the counter's name, in ms. */
export const HOLD = 3_000;
/** Screens on which that line is not shown, and no citizen answers. */
const STAFF_SCREENS = new Set(["setup", "connecting"]);

/** @param {Document} page @param {() => void} open */
export function onHold(page, open) {
  /** @type {{ id: number, x: number, y: number, timer: any } | null} */
  let held = null;
  const release = () => {
    clearTimeout(held?.timer);
    held = null;
  };
  page.addEventListener("pointerdown", (event) => {
    const alone = held === null && event.isPrimary;
    release();
    if (!alone || !isHandle(page, event.target)) return;
    const { pointerId: id, clientX: x, clientY: y } = event;
    held = { id, x, y, timer: setTimeout(open, HOLD) };
  });
  page.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
    if (held?.id !== pointerId) return;
    if (Math.hypot(clientX - held.x, clientY - held.y) > SLIP) release();
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    page.addEventListener(kind, release);
  }
  page.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || !event.altKey || event.code !== "KeyS") return;
    event.preventDefault();
    open();
  });
}

/** @param {Document} page @param {EventTarget | null} target */
function isHandle(page, target) {
  if (!(target instanceof Element)) return false;
  const screen = page.documentElement.dataset.screen ?? "";
  return target.closest(STAFF_SCREENS.has(screen) ? ".head" : ".place") !== null;
}
