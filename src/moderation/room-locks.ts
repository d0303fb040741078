/** Rooms that nobody new gets into. */
import type { Database } from '../store/database.ts';

export class RoomLocks {
  readonly #database: Database;
  readonly #locked: Set<string>;

  constructor(database: Database) {
    this.#database = database;
    this.#locked = new Set(database.all('SELECT room FROM room_locks').map(({ room }) => String(room)));
  }

  has(room: string): boolean {
    return this.#locked.has(room);
  }

  /** Locks a room; false where it was locked before. `now` is in milliseconds since the epoch. */
  lock(room: string, now: number): boolean {
    if (this.#locked.has(room)) return false;
    this.#database.run('INSERT INTO room_locks (room, locked_at) VALUES (?, ?)', room, now);
    this.#locked.add(room);
    return true;
  }

  /** Unlocks a room; false where it was not locked. */
  unlock(room: string): boolean {
    if (!this.#locked.delete(room)) return false;
    this.#database.run('DELETE FROM room_locks WHERE room = ?', room);
    return true;
  }
}
