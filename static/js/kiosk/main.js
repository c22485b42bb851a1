// @ts-check
/** Starts the kiosk: pairing, the survey, then the citizen's screens until switched off. */

import { DeviceClock } from "./clock.js";
import { keepKey, readKey, readStation, takeKeyFromAddress } from "./device.js";
import { byId } from "./dom.js";
import { EVERY, readReport } from "./heartbeat.js";
import { joinSurvey, joinText } from "./language.js";
import { listen } from "./listen.js";
import { Outbox } from "./outbox.js";
import { createPanel } from "./panel.js";
import { keepUpToDate } from "./release.js";
import { Sender } from "./sender.js";
import { createServer, NotPairedError } from "./server.js";
import { Session } from "./session.js";
import { showConnecting, showSetup } from "./setup.js";
import { toSheet } from "./sheet.js";
import { isPristine } from "./state.js";
import { StationFinder } from "./station.js";
import { createGuard, guardTouches } from "./touch.js";
import { alone, settledSoon } from "./turns.js";
import { View } from "./view.js";

const text = joinText(JSON.parse(byId(document, "kiosk-text").textContent ?? ""));
const words = text.vi;
const release = document.documentElement.dataset.release ?? "";
const timing = {
  schedule: (/** @type {() => void} */ run, /** @type {number} */ ms) =>
    setTimeout(run, ms),
  cancel: (/** @type {any} */ timer) => clearTimeout(timer),
};

/** @type {import("./view.js").Model | null} */
let model = null;
let refused = false;
/** @type {import("./outbox.js").Summary | null} */
let summary = null;
let mood = { failing: false, paired: true };
/** @type {Date | null} */
let reachedAt = null;

const guard = createGuard(() => performance.now());
const view = new View(document, guard.screenChanged);
const clock = new DeviceClock(Date.now, () => performance.now());
const server = createServer(() => readKey(localStorage), clock);
const outbox = new Outbox(release, () => indexedDB);
const sender = new Sender({
  ...timing,
  outbox,
  alone: (work) => alone(navigator.locks, work),
  post: async (sheets) => {
    const reply = await server.post(sheets);
    // A portal in the server's name knows none of its words.
    if (reply.results || reply.code) reachedAt = new Date();
    return reply;
  },
  random: Math.random,
});
const session = new Session({ ...timing, keep, draw });
const finder = new StationFinder({
  ...timing,
  storage: localStorage,
  read: () => server.readStation(),
  onFound: open,
  onWaiting: () => showConnecting(document, words),
  onUnpaired: (known) => (known ? refuse() : askForKey()),
});

/**
 * Keep an answer on disk, or see it stored by the server: one of both, before the thanks.
 * @param {import("./state.js").Revision} revision @returns {Promise<boolean>}
 */
async function keep(revision) {
  if (!model) return false;
  const place = await outbox.put(toSheet(revision, model.station, model.survey));
  if (!outbox.isUnsafe(place)) {
    sender.wake();
    return true;
  }
  sender.resume();
  if (await settledSoon(() => !outbox.isUnsafe(place))) return true;
  // The citizen hears that it was not kept, and may answer elsewhere.
  outbox.withdraw(place);
  return false;
}

/** @param {import("./state.js").State} state */
function draw(state) {
  if (model) view.draw(state, model);
  if (refused && isPristine(state)) askForKey();
}

/** @param {import("./station.js").Found} found */
function open({ station, survey }) {
  const first = model === null;
  if (refused) sender.pairedAnew();
  refused = false;
  // New wording waits for the next citizen: nobody's question changes under the hand.
  if (!first && !session.isIdle) return;
  model = { text, station, survey: joinSurvey(survey, text) };
  if (first) view.forget();
  view.draw(session.state, model);
}

function refuse() {
  // Asked again in vain: what staff are typing stays.
  if (refused && !model) return;
  refused = true;
  if (!model || isPristine(session.state)) askForKey();
}

function askForKey() {
  model = null;
  const waiting = summary ? summary.queue + summary.quarantine : 0;
  showSetup(document, words, { refused, waiting, onKey: pair });
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
  finder.forget();
  sender.pairedAnew();
  finder.find();
}

async function tellStaff() {
  summary = await outbox.summary();
  const parts = [];
  const waits = mood.failing || !mood.paired || summary.unsafe > 0;
  if (waits && summary.queue)
    parts.push(words.waiting.replace("{n}", String(summary.queue)));
  if (summary.quarantine)
    parts.push(words.rejected.replace("{n}", String(summary.quarantine)));
  if (summary.kind === "memory") parts.push(words.storageFails);
  byId(document, "staff").textContent = parts.join(" · ");
}

async function beat() {
  setTimeout(beat, EVERY);
  await outbox.reopen();
  await tellStaff();
  if (!readKey(localStorage) || refused || !summary) return;
  const reached = await server.ping().catch(() => false);
  if (!reached) return;
  reachedAt = new Date();
  sender.resume();
  finder.resume();
  const more = { release, offset: clock.offset(), model };
  const report = await readReport(navigator, summary, more);
  await server.tell(report).catch((error) => {
    // Nobody need touch a revoked tablet for it to stop inviting.
    if (error instanceof NotPairedError) finder.find();
  });
}

sender.onState((now) => {
  mood = now;
  tellStaff();
  if (!mood.paired && !refused) refuse();
});

guardTouches(document, guard);
listen(window, {
  dispatch: (event) => session.dispatch(event),
  display: () => session.state.display,
  languages: Object.keys(text),
  clockOffset: () => clock.offset(),
  hasUnsafe: () => (summary?.unsafe ?? 0) > 0,
  online: () => {
    sender.resume();
    finder.resume();
  },
  newKey: () => takeKeyFromAddress(window) && pairedAnew(),
  resized: () => view.fit(),
});
document.fonts.addEventListener("loadingdone", () => view.fit());
const panel = createPanel(document, {
  station: () => model?.station ?? readStation(localStorage)?.station ?? null,
  key: () => readKey(localStorage),
  outbox,
  release,
  isQuiet: () => session.isIdle,
  lastContact: () => reachedAt,
  sendNow: () => sender.resume(),
});
keepUpToDate({
  isIdle: () => session.isIdle && !summary?.unsafe && !panel.isOpen(),
});
takeKeyFromAddress(window);
outbox.reopen();
finder.find();
sender.wake();
beat();
