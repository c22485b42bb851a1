// @ts-check
/** Keeps everything on the screen without scrolling, whatever the wording. */

/** "Chữ to" and what it may fall back to where a wording is too long for it. */
const SIZES = [1.5, 1.45, 1.4, 1.35, 1.3, 1.25, 1.2, 1.15, 1.1];

/** @param {Document} page @param {HTMLElement} body */
export function fitScreen(page, body) {
  const root = page.documentElement;
  // The whole attribute: not even "enlarged once" is left of a citizen.
  root.removeAttribute("style");
  for (const size of SIZES) {
    fitWords(body);
    if (!root.hasAttribute("data-large") || !overflows(page)) return;
    root.style.setProperty("--large", String(size));
  }
}

/** @param {Document} page @returns {boolean} */
function overflows(page) {
  const parts = Array.from(page.querySelectorAll(".head, .card, .switches"));
  const cards = page.querySelector(".cards")?.getBoundingClientRect();
  const body = page.querySelector(".body")?.getBoundingClientRect();
  // Cards stand in the middle of the body: too tall, they stick out at both ends.
  if (cards && body && cards.top < body.top - 1) return true;
  return parts.some(
    (part) =>
      part.scrollHeight > part.clientHeight + 1 ||
      part.scrollWidth > part.clientWidth + 1,
  );
}

/**
 * "dissatisfied" at one and a half times the size is wider than a fifth of the screen: the
 * words of all five cards then shrink alike, so that no answer looks larger than another.
 * @param {HTMLElement} body
 */
function fitWords(body) {
  const row = body.querySelector(".cards");
  if (!(row instanceof HTMLElement)) return;
  row.style.removeProperty("--fit");
  const ratios = Array.from(row.querySelectorAll(".words"), (label) =>
    Math.min(1, label.clientWidth / label.scrollWidth),
  );
  const fit = Math.min(...ratios);
  if (fit < 1) row.style.setProperty("--fit", String(Math.floor(fit * 100) / 100));
}
