/** Numbers of events that grow over restarts, without asking the clock. */
import type { Database } from '../store/database.ts';

/** So many are taken from the database at once; those that a stop leaves are never used. */
const RESERVED_AT_ONCE = 1000;

export class EventIds {
  readonly #database: Database;
  readonly #onFault: (error: unknown) => void;
  #last: number;
  #reserved: number;

  /** `onFault` is told where the database cannot be written: a crash could then bring numbers back. */
  constructor(database: Database, onFault: (error: unknown) => void) {
    this.#database = database;
    this.#onFault = onFault;
    const reserved = Number(database.get('SELECT reserved FROM event_ids')?.['reserved'] ?? 0);
    // Where numbers could not be reserved before a crash, webhooks may still wait to be told of events that have them.
    const queued = Number(database.get('SELECT max(event) AS event FROM webhook_queue')?.['event'] ?? 0);
    this.#last = Math.max(reserved, queued);
    this.#reserved = reserved;
  }

  /** The newest one; at first, the highest that any earlier start can have used. */
  get last(): number {
    return this.#last;
  }

  next(): number {
    if (this.#last >= this.#reserved) this.#reserve(this.#last + RESERVED_AT_ONCE);
    return ++this.#last;
  }

  #reserve(reserved: number): void {
    try {
      this.#database.run('INSERT OR REPLACE INTO event_ids (only, reserved) VALUES (1, ?)', reserved);
      this.#reserved = reserved;
    } catch (error) {
      this.#onFault(error);
    }
  }
}
