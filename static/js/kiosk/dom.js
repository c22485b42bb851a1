// @ts-check
/** The three things that every drawing module does with the page. */

/** @param {Document} page @param {string} id @returns {HTMLElement} */
export function byId(page, id) {
  const found = page.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found;
}

/** @param {Document} page @param {string} id @returns {DocumentFragment} */
export function cloneOf(page, id) {
  const template = /** @type {HTMLTemplateElement} */ (byId(page, id));
  return /** @type {DocumentFragment} */ (template.content.cloneNode(true));
}

/**
 * Put the strings of one language where the template names them.
 * @param {ParentNode} where @param {Record<string, string>} words
 */
export function fillWords(where, words) {
  for (const place of where.querySelectorAll("[data-text]")) {
    place.textContent = words[place.getAttribute("data-text") ?? ""];
  }
}
