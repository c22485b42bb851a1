// @ts-check
/**
 * What staff see of the tablet itself: what waits, why something was refused, whether it
 * is safe. It opens by a PIN, closes by itself and shows nobody's answers.
 */

import { conditionOf, timeOf } from "./condition.js";
import { byId } from "./dom.js";
import { onHold } from "./hold.js";
import { otherLanguage } from "./language.js";
import { isPin, PinGate } from "./pin.js";
import { fileName, rescueFile } from "./rescue.js";

/** It closes after this long without a touch, in ms: the pad sooner, a citizen may have
 * come upon it. */
export const OPEN_FOR = 60_000;
export const PAD_FOR = 20_000;
const SECOND = 1_000;
/** How long the server is given before what waits is counted again, in ms. */
const SENT_SOON = 2_000;
/** What the browser answered when asked never to clear the tablet's storage. */
const PERSISTED = "kiosk-persisted";
const PAIRING = "/kiosk/pair";

/**
 * @typedef {import("./sheet.js").Station & { pin_sha256?: string | null }} Station
 * @typedef {object} Outside
 * @property {() => Station | null} station as the server last described it
 * @property {() => string | null} key
 * @property {Pick<import("./outbox.js").Outbox, "summary" | "contents">} outbox
 * @property {string} release
 * @property {() => boolean} isQuiet whether no citizen is answering
 * @property {() => Date | null} lastContact
 * @property {() => void} sendNow
 */

/**
 * @param {Document} page @param {Outside} outside
 * @returns {{ isOpen: () => boolean }}
 */
export function createPanel(page, outside) {
  const panel = new Panel(page, outside);
  onHold(page, () => panel.open());
  return { isOpen: () => panel.isOpen };
}

class Panel {
  #page;
  #outside;
  #dialog;
  #text;
  #language = "vi";
  #gate = new PinGate(() => performance.now());
  /** Whether the PIN was given since it was opened. */
  #known = false;
  #checking = false;
  /** @type {any} */
  #closing;
  /** @type {any} */
  #ticking;

  /** @param {Document} page @param {Outside} outside */
  constructor(page, outside) {
    this.#page = page;
    this.#outside = outside;
    this.#dialog = /** @type {HTMLDialogElement} */ (byId(page, "panel"));
    this.#text = JSON.parse(byId(page, "panel-text").textContent ?? "");
    this.#dialog.addEventListener("click", (event) => this.#press(event));
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
    this.#dialog.addEventListener("close", () => this.#forget());
    for (const kind of ["pointerdown", "keydown"]) {
      this.#dialog.addEventListener(kind, () => this.#stayOpen());
    }
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    if (this.isOpen || !this.#outside.isQuiet()) return;
    this.#language = "vi";
    this.#draw();
    this.#dialog.showModal();
    this.#stayOpen();
    this.#ticking = setInterval(() => this.#tick(), SECOND);
  }

  #forget() {
    clearTimeout(this.#closing);
    clearInterval(this.#ticking);
    this.#known = false;
    this.#gate.clear();
    this.#say("");
    byId(this.#page, "panel-facts").replaceChildren();
  }

  #stayOpen() {
    clearTimeout(this.#closing);
    const patience = this.#known ? OPEN_FOR : PAD_FOR;
    this.#closing = setTimeout(() => this.#dialog.close(), patience);
  }

  /** @returns {Record<string, string>} */
  get #labels() {
    return this.#text[this.#language];
  }

  #draw() {
    const labels = this.#labels;
    this.#dialog.lang = this.#language;
    for (const place of this.#dialog.querySelectorAll("[data-label]")) {
      place.textContent = labels[place.getAttribute("data-label") ?? ""];
    }
    const other = otherLanguage(Object.keys(this.#text), this.#language);
    const button = byId(this.#page, "panel-language");
    button.textContent = this.#text[other].language;
    button.lang = other;
    byId(this.#page, "panel-pad").hidden = this.#known;
    byId(this.#page, "panel-inside").hidden = !this.#known;
    if (this.#known) this.#refresh();
    else this.#drawPad();
  }

  #drawPad() {
    const dots = "●".repeat(this.#gate.typed).padEnd(6, "○");
    byId(this.#page, "panel-dots").textContent = dots;
    const station = this.#outside.station();
    if (!station?.pin_sha256) this.#say(this.#labels.noPin);
    else if (!globalThis.crypto?.subtle) this.#say(this.#labels.noCrypto);
    else this.#tick();
  }

  /** The seconds of the wait after too many wrong ones. */
  #tick() {
    const wait = Math.ceil(this.#gate.lockedFor / SECOND);
    const places = this.#dialog.querySelectorAll("[data-digit]");
    for (const button of places) button.toggleAttribute("disabled", wait > 0);
    if (this.#known) return;
    if (wait > 0) this.#say(this.#labels.locked.replace("{n}", String(wait)));
    else if (this.#dialog.dataset.locked) this.#say("");
    this.#dialog.dataset.locked = wait > 0 ? "yes" : "";
  }

  /** @param {string} line read aloud when it changes */
  #say(line) {
    const status = byId(this.#page, "panel-status");
    if (status.textContent !== line) status.textContent = line;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#known && /^[0-9]$/.test(event.key)) this.#digit(event.key);
    if (!this.#known && event.key === "Backspace") this.#erase();
  }

  /** @param {MouseEvent} event */
  #press({ target }) {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button?.dataset.digit) this.#digit(button.dataset.digit);
    const action = button?.dataset.panel;
    if (action) this.#actions[action]?.();
  }

  /** @type {Record<string, () => void>} */
  #actions = {
    close: () => this.#dialog.close(),
    erase: () => this.#erase(),
    language: () => {
      this.#language = otherLanguage(Object.keys(this.#text), this.#language);
      this.#draw();
    },
    send: () => this.#send(),
    save: () => this.#save(),
    persist: () => this.#persist(),
    pair: () => this.#pair(),
  };

  #erase() {
    this.#gate.clear();
    this.#drawPad();
  }

  /** @param {string} digit */
  async #digit(digit) {
    const expected = this.#outside.station()?.pin_sha256;
    if (this.#checking || !expected || !globalThis.crypto?.subtle) return;
    this.#say("");
    const pin = this.#gate.press(digit);
    this.#drawPad();
    if (!pin) return;
    this.#checking = true;
    const id = this.#outside.station()?.device.id ?? "";
    const isRight = await isPin(crypto.subtle, id, pin, expected);
    this.#checking = false;
    this.#gate.judge(isRight);
    if (isRight) this.#enter();
    else this.#refuse();
  }

  #refuse() {
    this.#tick();
    if (this.#gate.lockedFor > 0) return;
    this.#say(this.#labels.wrong.replace("{n}", String(this.#gate.left)));
  }

  #enter() {
    if (!this.isOpen) return;
    this.#known = true;
    this.#say("");
    this.#draw();
    this.#stayOpen();
    byId(this.#page, "panel-title").focus();
  }

  async #refresh() {
    const facts = await this.#facts();
    if (!this.#known) return;
    const rows = facts.flatMap(([name, value]) => {
      const term = this.#page.createElement("dt");
      const said = this.#page.createElement("dd");
      term.textContent = name;
      said.textContent = value;
      return [term, said];
    });
    byId(this.#page, "panel-facts").replaceChildren(...rows);
  }

  /** @returns {Promise<[string, string][]>} */
  async #facts() {
    const { outbox, release, station, lastContact } = this.#outside;
    const labels = this.#labels;
    const place = station();
    const where = place?.point.name[this.#language] ?? labels.unknown;
    return [
      [labels.point, place ? `${where} · ${place.device.name}` : where],
      ...(await conditionOf(labels, outbox, navigator.storage)),
      [labels.contact, timeOf(lastContact()) ?? labels.noContact],
      [labels.release, release],
    ];
  }

  #send() {
    this.#say(this.#labels.sending);
    this.#outside.sendNow();
    setTimeout(() => {
      if (!this.#known) return;
      this.#say("");
      this.#refresh();
    }, SENT_SOON);
  }

  async #save() {
    const { station, key, outbox, release } = this.#outside;
    const [place, secret] = [station(), key()];
    if (!place || !secret) {
      this.#say(this.#labels.cannotSave);
      return;
    }
    const what = { device: place.device, release, contents: await outbox.contents() };
    const file = await rescueFile(crypto, secret, what);
    const blob = new Blob([file], { type: "application/json" });
    const link = this.#page.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = fileName(place.point.code);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), OPEN_FOR);
    this.#say(this.#labels.saved.replace("{file}", link.download));
  }

  async #persist() {
    const given = await navigator.storage?.persist?.().catch(() => false);
    localStorage.setItem(PERSISTED, String(given ?? false));
    this.#say(given ? this.#labels.persisted : this.#labels.notPersisted);
    this.#refresh();
  }

  async #pair() {
    // Without the network the browser would show its own page, and no way back.
    const reached = await fetch(PAIRING, { cache: "no-store" }).catch(() => null);
    if (reached?.ok) this.#page.location.assign(PAIRING);
    else this.#say(this.#labels.away);
  }
}
