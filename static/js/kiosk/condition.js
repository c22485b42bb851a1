// @ts-check
/** How the tablet is, in lines for the staff panel; nothing of a citizen is in them. */

/** @typedef {Pick<import("./outbox.js").Outbox, "summary" | "contents">} Outbox */

/**
 * @param {Record<string, string>} labels @param {Outbox} outbox
 * @param {Navigator["storage"] | undefined} storage missing under a plain http address
 * @returns {Promise<[string, string][]>} what waits, and whether it is safe
 */
export async function conditionOf(labels, outbox, storage) {
  const summary = await outbox.summary();
  const { quarantine } = await outbox.contents();
  const persisted = await storage?.persisted?.().catch(() => false);
  const stored = persisted ? labels.stored : labels.storedLoosely;
  const sum = labels.sum
    .replace("{tapped}", String(summary.tapped))
    .replace("{sent}", String(summary.acknowledged));
  return [
    [labels.queue, String(summary.queue)],
    [labels.oldest, timeOf(summary.oldest) ?? labels.none],
    [labels.refused, reasonsOf(quarantine) || labels.none],
    [labels.account, sum],
    [labels.storage, summary.kind === "memory" ? labels.inMemory : stored],
  ];
}

/**
 * @param {{ code: string, message?: string }[]} quarantine
 * @returns {string} each reason with its count
 */
function reasonsOf(quarantine) {
  /** @type {Map<string, number>} */
  const reasons = new Map();
  for (const { code, message } of quarantine) {
    const reason = message ? `${message} (${code})` : String(code);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return Array.from(reasons, ([reason, count]) => `${count} × ${reason}`).join("; ");
}

/** @param {string | Date | null} moment @returns {string | null} as 08:15 22/11/2026 */
export function timeOf(moment) {
  const date = moment === null ? null : new Date(moment);
  if (date === null || Number.isNaN(date.getTime())) return null;
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  const day = `${two(date.getDate())}/${two(date.getMonth() + 1)}/${date.getFullYear()}`;
  return `${time} ${day}`;
}
