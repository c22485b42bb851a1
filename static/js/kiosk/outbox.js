// @ts-check
/**
 * Every sheet from its tap until the server has named it. It lies on disk before the
 * citizen is thanked; while the disk fails it lies in this page's memory, and says so.
 *
 * Always: tapped = acknowledged + in the queue + in quarantine.
 */

import { openDisk, PATIENCE } from "./disk.js";
import { wrap } from "./envelope.js";

/**
 * @typedef {import("./envelope.js").Entry} Entry
 * @typedef {import("./envelope.js").Envelope} Envelope
 * @typedef {import("./disk.js").Refusal} Refusal
 * @typedef {object} Summary
 * @property {"indexeddb" | "memory"} kind where the next sheet will lie
 * @property {number} queue @property {string | null} oldest captured_at of the oldest
 * @property {number} quarantine @property {number} tapped @property {number} acknowledged
 * @property {number} unsafe how many would be lost with this page
 */

export class Outbox {
  /** @type {import("./disk.js").Disk | null} */
  #disk = null;
  /** Sheets that the disk did not take; their places are negative. @type {Map<number, Entry>} */
  #memory = new Map();
  /** @type {Map<number, Refusal & { seq: number }>} */
  #refused = new Map();
  /** What this page put on disk and nobody settled yet, should the disk be wiped. A wiped
   * disk counts its places from 1 again, so they name nothing here. @type {Map<string, Envelope>} */
  #mirror = new Map();
  /** What the disk is still writing, however late it may be. @type {Set<string>} */
  #writing = new Set();
  /** @type {Set<string>} */
  #withdrawn = new Set();
  #failing = false;
  /** @type {Promise<void> | null} */
  #reopening = null;
  #tapped = 0;
  #acknowledged = 0;
  #last = 0;
  #release;
  #factory;

  /**
   * @param {string} release
   * @param {() => IDBFactory} factory asked at each opening: asking can be refused, too
   */
  constructor(release, factory) {
    this.#release = release;
    this.#factory = factory;
  }

  /**
   * @param {any} sheet
   * @returns {Promise<number>} its place; `isUnsafe` tells whether it lies in memory only
   */
  async put(sheet) {
    const envelope = wrap(sheet, this.#release);
    const seq = await this.#toDisk(envelope).catch(() => 0);
    if (seq > 0) return seq;
    const place = this.#remember(envelope);
    // The disk may only have been closed: opened anew it takes what memory holds.
    await within(PATIENCE, this.reopen()).catch(() => {});
    return place;
  }

  /** @param {Envelope} envelope @returns {Promise<number>} */
  async #toDisk(envelope) {
    try {
      // It may only be slow: it goes on, and counts when it is done.
      const seq = await within(PATIENCE, this.#write(envelope));
      this.#failing = false;
      return seq;
    } catch (error) {
      this.#failing = true;
      throw error;
    }
  }

  /** @param {Envelope} envelope @returns {Promise<number>} */
  async #write(envelope) {
    const name = nameOf(envelope);
    this.#writing.add(name);
    try {
      const seq = await this.#onDisk((disk) => disk.add(envelope));
      this.#forgetSame(name);
      if (this.#withdrawn.delete(name)) {
        await this.#onDisk((disk) => disk.withdraw({ ...envelope, seq }));
      } else this.#mirror.set(name, envelope);
      return seq;
    } finally {
      this.#writing.delete(name);
    }
  }

  /**
   * @param {number} limit @param {number} [skip]
   * @returns {Promise<Entry[]>} rejects when the disk has some, perhaps, but is slow
   */
  async oldest(limit, skip = 0) {
    const reading = this.#onDisk((disk) => disk.oldest(limit + skip));
    const found = await within(PATIENCE, reading).catch((error) => {
      if (this.#disk && this.#memory.size === 0) throw error;
      return [];
    });
    return [...found, ...this.#memory.values()].slice(skip, skip + limit);
  }

  /** @param {Entry[]} settled @param {Refusal[]} refused */
  async settle(settled, refused) {
    for (const { seq } of settled) {
      if (this.#memory.delete(seq)) this.#acknowledged += 1;
    }
    for (const refusal of refused) {
      const { seq } = refusal.entry;
      if (this.#memory.delete(seq)) this.#refused.set(seq, { seq, ...refusal });
    }
    const named = settled.filter(isOnDisk);
    const kept = refused.filter(({ entry }) => isOnDisk(entry));
    if (named.length + kept.length === 0) return;
    const settling = this.#onDisk(async (disk) => {
      await disk.settle(named, kept);
      const done = [...named, ...kept.map(({ entry }) => entry)];
      for (const entry of done) this.#mirror.delete(nameOf(entry));
    });
    await within(PATIENCE, settling);
  }

  /** A citizen was told that this was not kept, and may answer again. @param {number} seq */
  withdraw(seq) {
    const entry = this.#memory.get(seq);
    if (!entry) return;
    this.#forget(seq);
    const name = nameOf(entry);
    if (this.#writing.has(name)) this.#withdrawn.add(name);
  }

  /** @param {number} seq @returns {boolean} whether it still waits in memory only */
  isUnsafe(seq) {
    return this.#memory.has(seq);
  }

  /** @returns {Promise<Summary>} */
  async summary() {
    const reading = this.#onDisk(async (disk) => ({
      ...(await disk.totals()),
      first: (await disk.oldest(1))[0],
    }));
    const disk = await within(PATIENCE, reading).catch(() => null);
    const first = disk?.first ?? [...this.#memory.values()][0];
    return {
      kind: this.#disk && !this.#failing ? "indexeddb" : "memory",
      queue: (disk?.queue ?? this.#mirror.size) + this.#memory.size,
      oldest: first?.sheet.captured_at ?? null,
      quarantine: (disk?.quarantine ?? 0) + this.#refused.size,
      tapped: (disk?.tapped ?? this.#mirror.size) + this.#tapped,
      acknowledged: (disk?.acknowledged ?? 0) + this.#acknowledged,
      unsafe: this.#memory.size + this.#refused.size,
    };
  }

  /** Everything, for staff to save into a file. @returns {Promise<{ queue: any[], quarantine: any[] }>} */
  async contents() {
    const reading = this.#onDisk((disk) => disk.contents());
    const disk = await reading.catch(() => ({ queue: [], quarantine: [] }));
    return {
      queue: [...disk.queue, ...this.#memory.values()],
      quarantine: [...disk.quarantine, ...this.#refused.values()],
    };
  }

  /** Open the disk if it is not open, and bring to it what it should hold. */
  reopen() {
    this.#reopening ??= this.#reopen().finally(() => {
      this.#reopening = null;
    });
    return this.#reopening;
  }

  async #reopen() {
    if (!this.#disk) {
      try {
        this.#disk = await openDisk(this.#factory(), () => this.#closed());
        this.#failing = false;
      } catch {
        return;
      }
      await this.#bringBack();
    }
    if (this.#disk) await this.#moveFromMemory();
  }

  /** The browser closed the storage, perhaps to wipe it. */
  #closed() {
    this.#disk = null;
    this.reopen();
  }

  async #bringBack() {
    // Taken before the look: what is put meanwhile is on the new disk already.
    const before = [...this.#mirror];
    if (before.length === 0) return;
    const looking = this.#onDisk((disk) => disk.contents());
    const found = await within(PATIENCE, looking).catch(() => null);
    if (!found) {
      // Nobody knows what is there: the next opening looks again.
      this.#drop(this.#disk);
      return;
    }
    const there = new Set(found.queue.map(nameOf));
    for (const [name, envelope] of before) {
      if (there.has(name) || !this.#mirror.has(name)) continue;
      const seq = await this.#toDisk(envelope).catch(() => 0);
      if (!this.#disk) return;
      if (seq > 0) continue;
      this.#mirror.delete(name);
      this.#remember(envelope);
    }
  }

  async #moveFromMemory() {
    for (const { seq: _, ...envelope } of [...this.#memory.values()]) {
      if (this.#writing.has(nameOf(envelope))) continue;
      const moved = await this.#toDisk(envelope).catch(() => 0);
      if (moved === 0) return;
    }
    for (const [seq, refusal] of [...this.#refused]) {
      const moving = this.#onDisk(async (disk) => {
        await disk.addRefused(refusal);
        if (this.#refused.delete(seq)) this.#tapped -= 1;
      });
      await within(PATIENCE, moving).catch(() => {});
      if (!this.#disk) return;
    }
  }

  /** @param {Envelope} envelope @returns {number} */
  #remember(envelope) {
    this.#last -= 1;
    this.#memory.set(this.#last, { ...envelope, seq: this.#last });
    this.#tapped += 1;
    return this.#last;
  }

  /** @param {number} seq */
  #forget(seq) {
    if (this.#memory.delete(seq)) this.#tapped -= 1;
  }

  /** @param {string} name */
  #forgetSame(name) {
    for (const [seq, entry] of this.#memory) {
      if (nameOf(entry) === name) this.#forget(seq);
    }
  }

  /**
   * @template Value @param {(disk: import("./disk.js").Disk) => Promise<Value>} work
   * @returns {Promise<Value>}
   */
  async #onDisk(work) {
    // At the start the disk may still be opening.
    if (!this.#disk) await this.#reopening;
    const disk = this.#disk;
    if (!disk) throw new Error("no storage");
    try {
      return await work(disk);
    } catch (error) {
      // A full disk can still be read and emptied.
      if (/** @type {Error} */ (error)?.name !== "QuotaExceededError") this.#drop(disk);
      throw error;
    }
  }

  /** Another may have been opened since. @param {import("./disk.js").Disk | null} disk */
  #drop(disk) {
    disk?.close();
    if (this.#disk === disk) this.#disk = null;
  }
}

/** @param {{ id: string, revision: number }} sheet one revision's name, wherever it lies */
const nameOf = ({ id, revision }) => `${id} ${revision}`;

/** @param {{ seq: number }} entry */
const isOnDisk = ({ seq }) => seq > 0;

/**
 * @template Value @param {number} ms @param {Promise<Value>} work
 * @returns {Promise<Value>} rejects when it takes longer
 */
function within(ms, work) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("too slow")), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
