// @ts-check
/** Starts the kiosk: pairing, the survey, then the citizen's screens until switched off. */

import { keepKey, readKey, takeKeyFromAddress } from "./device.js";
import { byId } from "./dom.js";
import { joinSurvey, joinText } from "./language.js";
import { listen } from "./listen.js";
import { FIRST_DELAY, LONGEST_DELAY, Sender } from "./sender.js";
import { createServer, NotPairedError } from "./server.js";
import { Session } from "./session.js";
import { showConnecting, showSetup } from "./setup.js";
import { toSheet } from "./sheet.js";
import { isPristine } from "./state.js";
import { createGuard, guardTouches } from "./touch.js";
import { View } from "./view.js";

/** How often wording and place are asked for again, while nobody stands there, in ms. */
const REFRESH = 600_000;

const text = joinText(JSON.parse(byId(document, "kiosk-text").textContent ?? ""));
const words = text.vi;
const timing = {
  schedule: (/** @type {() => void} */ run, /** @type {number} */ ms) =>
    setTimeout(run, ms),
  cancel: (/** @type {any} */ timer) => clearTimeout(timer),
};

/** @type {import("./view.js").Model | null} */
let model = null;
let refused = false;
let waiting = 0;
let delay = FIRST_DELAY;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;

const guard = createGuard(() => performance.now());
const view = new View(document, guard.screenChanged);
const server = createServer(() => readKey(localStorage));
const sender = new Sender({
  ...timing,
  post: (sheets) => server.post(sheets),
});
const session = new Session({
  ...timing,
  send(revision) {
    if (model) sender.put(toSheet(revision, model.station, model.survey));
  },
  draw,
});

/** @param {import("./state.js").State} state */
function draw(state) {
  if (model) view.draw(state, model);
  if (refused && isPristine(state)) askForKey();
}

async function connect() {
  clearTimeout(again);
  if (!readKey(localStorage)) {
    askForKey();
    return;
  }
  let found;
  try {
    found = await server.readStation();
  } catch (error) {
    if (error instanceof NotPairedError) refuse();
    else if (model) connectIn(REFRESH);
    else connectSoon();
    return;
  }
  open(found);
}

function connectSoon() {
  showConnecting(document, words);
  connectIn(delay);
  delay = Math.min(delay * 2, LONGEST_DELAY);
}

/** @param {number} ms */
function connectIn(ms) {
  clearTimeout(again);
  again = setTimeout(connect, ms);
}

/** @param {Omit<import("./view.js").Model, "text">} found */
function open(found) {
  const first = model === null;
  delay = FIRST_DELAY;
  refused = false;
  connectIn(REFRESH);
  // New wording waits for the next citizen: nobody's question changes under the hand.
  if (!first && !isPristine(session.state)) return;
  model = { text, station: found.station, survey: joinSurvey(found.survey, text) };
  if (first) view.forget();
  view.draw(session.state, model);
}

function refuse() {
  refused = true;
  if (!model || isPristine(session.state)) askForKey();
}

function askForKey() {
  model = null;
  showSetup(document, words, { refused, onKey: pair });
}

/** @param {string} key */
function pair(key) {
  keepKey(localStorage, key);
  pairedAnew();
}

function pairedAnew() {
  session.dispatch({ type: "leave" });
  refused = false;
  model = null;
  sender.resume();
  connect();
}

sender.onState((mood) => {
  waiting = mood.waiting;
  const parts = [];
  if (mood.failing || !mood.paired)
    parts.push(words.waiting.replace("{n}", String(waiting)));
  if (mood.rejected) parts.push(words.rejected.replace("{n}", String(mood.rejected)));
  byId(document, "staff").textContent = parts.join(" · ");
  if (!mood.paired && !refused) refuse();
});

guardTouches(document, guard);
listen(window, {
  dispatch: (event) => session.dispatch(event),
  display: () => session.state.display,
  languages: Object.keys(text),
  hasUnsent: () => waiting > 0,
  online: () => sender.resume(),
  newKey: () => takeKeyFromAddress(window) && pairedAnew(),
  resized: () => view.fit(),
});
document.fonts.addEventListener("loadingdone", () => view.fit());
takeKeyFromAddress(window);
connect();
