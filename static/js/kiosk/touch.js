// @ts-check
/**
 * Which touches count: one finger, at rest, on a screen that has stood for a moment.
 *
 * The tap is taken when the finger lifts, not from the browser's click: a finger that
 * rests longer than half a second, as old hands do, gets a context menu and no click.
 */

/** A screen takes no touch for this long after it came, in ms: a second tap of a double
 * tap, or a hand that drums, must not answer a question that nobody has read. */
export const SETTLING = 300;
/** How far a finger may slip and still be at rest, in CSS px: 4 mm on a 10" tablet. */
export const SLIP = 24;

/** @typedef {{ target: Element, x: number, y: number }} Touch */

/** @param {() => number} now milliseconds on a clock that never goes back */
export function createGuard(now) {
  /** @type {Map<number, Touch>} */
  const touches = new Map();
  let spoiled = false;
  let shownAt = Number.NEGATIVE_INFINITY;

  /** @param {number} id @returns {Touch | undefined} */
  function forget(id) {
    const touch = touches.get(id);
    touches.delete(id);
    return touch;
  }

  return {
    /** Another screen has come: whatever is pressed now was meant for the last one. */
    screenChanged() {
      shownAt = now();
      spoiled = touches.size > 0;
    },
    /** @returns {boolean} whether the screen has stood long enough */
    settled: () => now() - shownAt >= SETTLING,
    /** @param {number} id @param {Touch} touch @returns {boolean} whether it may count */
    down(id, touch) {
      if (touches.size > 0 || now() - shownAt < SETTLING) spoiled = true;
      touches.set(id, touch);
      return !spoiled;
    },
    /** @param {number} id @param {number} x @param {number} y @returns {boolean} */
    move(id, x, y) {
      const touch = touches.get(id);
      if (touch && Math.hypot(x - touch.x, y - touch.y) > SLIP) spoiled = true;
      return !spoiled;
    },
    /** @param {number} id @returns {Element | null} what was tapped */
    up(id) {
      const touch = forget(id);
      const target = touch && !spoiled ? touch.target : null;
      if (touches.size === 0) spoiled = false;
      return target;
    },
    /** The browser took the finger for a scroll. @param {number} id */
    cancel(id) {
      forget(id);
      if (touches.size === 0) spoiled = false;
    },
  };
}

/** What a finger can press. */
const PRESSABLE = "button, label.choice";

/** @param {Event} event @returns {HTMLElement | null} */
function pressable(event) {
  return event.target instanceof Element ? event.target.closest(PRESSABLE) : null;
}

/**
 * Let only guarded touches, and the keyboard, press what stands on the page.
 * @param {Document} page @param {ReturnType<typeof createGuard>} guard
 */
export function guardTouches(page, guard) {
  const release = () => {
    for (const pressed of page.querySelectorAll("[data-pressed]")) {
      pressed.removeAttribute("data-pressed");
    }
  };
  page.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    const target = pressable(event);
    const touch = { target: target ?? page.body, x: event.clientX, y: event.clientY };
    const counts = guard.down(event.pointerId, touch);
    if (counts) target?.setAttribute("data-pressed", "");
    else release();
  });
  page.addEventListener("pointermove", (event) => {
    if (!guard.move(event.pointerId, event.clientX, event.clientY)) release();
  });
  page.addEventListener("pointerup", (event) => {
    release();
    const target = guard.up(event.pointerId);
    if (target instanceof HTMLElement && target.matches(PRESSABLE)) target.click();
  });
  page.addEventListener("pointercancel", (event) => {
    release();
    guard.cancel(event.pointerId);
  });
  page.addEventListener("click", (event) => stopUnguarded(event, guard), true);
}

/** @param {MouseEvent} event @param {ReturnType<typeof createGuard>} guard */
function stopUnguarded(event, guard) {
  if (!pressable(event)) return;
  // A click with a count comes from a pointer, whose touch has been judged already.
  const fromPointer = event.isTrusted && event.detail > 0;
  const fromKeyboard = event.isTrusted && event.detail === 0;
  if (fromPointer || (fromKeyboard && !guard.settled())) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
