// @ts-check
/**
 * The durable part of the outbox: IndexedDB with strict durability, which waits until
 * the storage medium has the sheet, not only the operating system.
 */

import { stateOf } from "./envelope.js";

/**
 * @typedef {import("./envelope.js").Envelope} Envelope
 * @typedef {import("./envelope.js").Entry} Entry
 * @typedef {{ entry: Entry, code: string, path?: string, message?: string }} Refusal
 * @typedef {{ tapped: number, acknowledged: number }} Counters
 */

export const NAME = "kiosk";
/** An answer of the storage later than this counts as a failure, in ms. */
export const PATIENCE = 3_000;
const STORES = ["queue", "quarantine", "meta"];
const COUNTERS = "counters";
/** The largest count that getAll takes. */
const MOST = 0xffff_ffff;
/** @type {Counters} */
const NONE = Object.freeze({ tapped: 0, acknowledged: 0 });

/**
 * @param {IDBFactory} factory @param {() => void} onClosed the browser took it away
 * @returns {Promise<Disk>} rejects when the browser refuses storage
 */
export async function openDisk(factory, onClosed) {
  const database = await open(factory, 1).catch((error) => {
    // A newer release was here: its database is read as it is.
    if (error?.name === "VersionError") return open(factory);
    throw error;
  });
  const disk = new Disk(database);
  database.onclose = onClosed;
  // Another tab brings a newer release; it must not wait for this one.
  database.onversionchange = () => {
    database.close();
    onClosed();
  };
  return disk;
}

/** @param {IDBFactory} factory @param {number} [version] @returns {Promise<IDBDatabase>} */
function open(factory, version) {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, version);
    request.onupgradeneeded = () => {
      const made = request.result;
      made.createObjectStore("queue", { keyPath: "seq", autoIncrement: true });
      made.createObjectStore("quarantine", { keyPath: "seq" });
      made.createObjectStore("meta", { keyPath: "name" });
    };
    let late = false;
    request.onsuccess = () => (late ? request.result.close() : resolve(request.result));
    request.onerror = () => reject(request.error);
    setTimeout(() => {
      late = true;
      reject(new Error("storage does not open"));
    }, PATIENCE);
  });
}

export class Disk {
  #database;

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.#database = database;
  }

  /** @param {Envelope} envelope @returns {Promise<number>} its place in the queue */
  async add(envelope) {
    let seq = 0;
    await this.#write(["queue", "meta"], (tx) => {
      const added = tx.objectStore("queue").add({ ...envelope });
      added.onsuccess = () => {
        seq = Number(added.result);
      };
      count(tx, () => ({ tapped: 1, acknowledged: 0 }));
    });
    return seq;
  }

  /**
   * The oldest entries that can be sent. What cannot be read goes to the quarantine as
   * it is; what a newer release wrote stays where it is: neither holds up the others.
   * @param {number} limit @returns {Promise<Entry[]>}
   */
  async oldest(limit) {
    /** @type {Entry[]} */
    const ready = [];
    let after = 0;
    while (ready.length < limit) {
      const found = await this.#readQueue(limit, after);
      if (found.length === 0) break;
      after = found[found.length - 1].seq;
      // What was not given out at all stays: moved, it would be gone.
      const unreadable = found.filter(
        ({ entry }) => entry !== null && stateOf(entry) === "unreadable",
      );
      if (unreadable.length > 0) await this.#setAside(unreadable);
      for (const { entry } of found) if (stateOf(entry) === "ready") ready.push(entry);
    }
    return ready.slice(0, limit);
  }

  /**
   * @param {Entry[]} settled what the server has, or keeps apart
   * @param {Refusal[]} refused what it will never take as it is
   */
  settle(settled, refused) {
    return this.#write(STORES, (tx) => {
      let acknowledged = 0;
      for (const entry of settled) {
        remove(tx, entry, () => {
          acknowledged += 1;
        });
      }
      for (const { entry, ...why } of refused) {
        remove(tx, entry, () =>
          tx.objectStore("quarantine").put({ seq: entry.seq, ...why, entry }),
        );
      }
      // Evaluated after the look-ups above, which the transaction answers in order.
      count(tx, () => ({ tapped: 0, acknowledged }));
    });
  }

  /** What the server refused while it lay in memory. @param {Refusal} refusal */
  addRefused({ entry: { seq: _, ...envelope }, ...why }) {
    return this.#write(STORES, (tx) => {
      const queue = tx.objectStore("queue");
      // The queue alone gives out places.
      const added = queue.add(envelope);
      added.onsuccess = () => {
        const seq = Number(added.result);
        queue.delete(seq);
        const entry = { ...envelope, seq };
        tx.objectStore("quarantine").put({ ...why, seq, entry });
      };
      count(tx, () => ({ tapped: 1, acknowledged: 0 }));
    });
  }

  /** As if it had never been tapped. @param {Entry} entry */
  withdraw(entry) {
    return this.#write(["queue", "meta"], (tx) => {
      let tapped = 0;
      remove(tx, entry, () => {
        tapped = -1;
      });
      count(tx, () => ({ tapped, acknowledged: 0 }));
    });
  }

  /** @returns {Promise<Counters & { queue: number, quarantine: number }>} */
  async totals() {
    const tx = this.#database.transaction(STORES, "readonly");
    const [queue, quarantine, counters] = await Promise.all([
      result(tx.objectStore("queue").count()),
      result(tx.objectStore("quarantine").count()),
      result(tx.objectStore("meta").get(COUNTERS)),
    ]);
    const { tapped, acknowledged } = counters ?? NONE;
    return { queue, quarantine, tapped, acknowledged };
  }

  /** @returns {Promise<{ queue: any[], quarantine: any[] }>} */
  async contents() {
    const found = await this.#readQueue(MOST, 0);
    const queue = found.map(({ seq, entry }) => entry ?? { seq });
    const tx = this.#database.transaction("quarantine", "readonly");
    return { queue, quarantine: await result(tx.objectStore("quarantine").getAll()) };
  }

  close() {
    this.#database.close();
  }

  /**
   * @param {number} limit @param {number} after this place in the queue
   * @returns {Promise<{ seq: number, entry: any }[]>}
   */
  async #readQueue(limit, after) {
    const range = IDBKeyRange.lowerBound(after, true);
    const queue = () =>
      this.#database.transaction("queue", "readonly").objectStore("queue");
    const read = result(queue().getAll(range, limit));
    const entries = await read.catch(() => null);
    if (entries) return entries.map((entry) => ({ seq: entry.seq, entry }));
    // One value that the browser itself cannot read fails the whole list.
    const keys = await result(queue().getAllKeys(range, limit));
    const found = [];
    for (const key of keys) {
      const entry = await result(queue().get(key)).catch(() => null);
      found.push({ seq: Number(key), entry });
    }
    return found;
  }

  /** @param {{ seq: number, entry: any }[]} unreadable */
  #setAside(unreadable) {
    return this.#write(["queue", "quarantine"], (tx) => {
      for (const { seq, entry } of unreadable) {
        tx.objectStore("quarantine").put({ seq, code: "unreadable", entry });
        tx.objectStore("queue").delete(seq);
      }
    });
  }

  /** @param {string[]} stores @param {(tx: IDBTransaction) => void} work */
  #write(stores, work) {
    return new Promise((resolve, reject) => {
      const tx = this.#database.transaction(stores, "readwrite", {
        durability: "strict",
      });
      tx.oncomplete = () => resolve(undefined);
      tx.onabort = () => reject(tx.error ?? new Error("storage gave up"));
      work(tx);
    });
  }
}

/**
 * Take an entry off the queue if it is still there. Its place alone does not name it:
 * another tab may have settled it, and a wiped storage counts its places from 1 again.
 * @param {IDBTransaction} tx @param {Entry} entry @param {() => void} then
 */
function remove(tx, { seq, id, revision }, then) {
  const queue = tx.objectStore("queue");
  const request = queue.get(seq);
  request.onsuccess = () => {
    const found = request.result;
    if (found?.id !== id || found.revision !== revision) return;
    queue.delete(seq);
    then();
  };
}

/** @param {IDBTransaction} tx @param {() => Counters} what to add */
function count(tx, what) {
  const meta = tx.objectStore("meta");
  const request = meta.get(COUNTERS);
  request.onsuccess = () => {
    const { tapped, acknowledged } = request.result ?? NONE;
    const more = what();
    meta.put({
      name: COUNTERS,
      tapped: tapped + more.tapped,
      acknowledged: acknowledged + more.acknowledged,
    });
  };
}

/** @template Value @param {IDBRequest<Value>} request @returns {Promise<Value>} */
function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
