/** Who may not write in a room's chat, though they may read it. */
import type { Database, SqlRow } from '../store/database.ts';

/** Somebody in a chat: a person, or somebody without a name for as long as they are there. */
export interface MuteTarget {
  room: string;
  /** The `sub` of a token; undefined for guests. */
  subject: string | undefined;
  /** Names a participant of the chat, for those without a subject. */
  participant: string | undefined;
}

/** Somebody who wants to write. */
export interface MuteQuestion extends MuteTarget {
  /** What counts as the address of a guest; undefined for those whom a token or a login names. */
  guestAddress: string | undefined;
}

export interface MuteRequest extends MuteTarget {
  /** Other guests of these addresses are muted with the participant. */
  guestAddresses: readonly string[];
  reason: string;
  /** Names who made it, to be shown. */
  createdBy: string;
  /** Milliseconds since the epoch; undefined for good. */
  endsAt: number | undefined;
}

export interface Mute extends MuteRequest {
  id: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** All mutes, in memory as in the database. */
export class Mutes {
  readonly #database: Database;
  readonly #mutes = new Map<number, Mute>();
  readonly #listeners = new Set<(room: string) => void>();

  constructor(database: Database) {
    this.#database = database;
    for (const row of database.all('SELECT * FROM mutes')) {
      const mute = fromRow(row);
      this.#mutes.set(mute.id, mute);
    }
  }

  /** The mute that somebody is under; undefined where there is none. `now` is in milliseconds since the epoch. */
  check({ room, subject, participant, guestAddress }: MuteQuestion, now = Date.now()): Mute | undefined {
    return [...this.#mutes.values()].find(
      (mute) =>
        isInForce(mute, now) &&
        mute.room === room &&
        (mute.subject === undefined
          ? (participant !== undefined && mute.participant === participant) ||
            (guestAddress !== undefined && mute.guestAddresses.includes(guestAddress))
          : mute.subject === subject),
    );
  }

  /** Mutes from now on. `now` is in milliseconds since the epoch. */
  add(request: MuteRequest, now: number): Mute {
    const { room, subject, participant, guestAddresses, reason, createdBy, endsAt } = request;
    for (const mute of this.#mutes.values()) {
      if (!isInForce(mute, now)) this.remove(mute.id);
    }
    const { lastId } = this.#database.run(
      `INSERT INTO mutes (room, subject, participant, guest_addresses, reason, created_by, created_at, ends_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[room, subject ?? null, participant ?? null, guestAddresses.join(' '), reason, createdBy, now, endsAt ?? null],
    );
    const mute = { ...request, id: lastId, createdAt: now };
    this.#mutes.set(mute.id, mute);
    this.#tell(room);
    return mute;
  }

  get(id: number, now: number): Mute | undefined {
    const mute = this.#mutes.get(id);
    return mute !== undefined && isInForce(mute, now) ? mute : undefined;
  }

  /** Lifts a mute. */
  remove(id: number): void {
    this.#database.run('DELETE FROM mutes WHERE id = ?', id);
    const mute = this.#mutes.get(id);
    this.#mutes.delete(id);
    if (mute !== undefined) this.#tell(mute.room);
  }

  /** Calls the listener with the room of each mute that begins or is lifted. Returns what ends that. */
  watch(listener: (room: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(room: string): void {
    for (const listener of this.#listeners) listener(room);
  }

  /** Those in force in a room, the newest first. */
  list(room: string, now: number): Mute[] {
    return [...this.#mutes.values()].filter((mute) => mute.room === room && isInForce(mute, now)).reverse();
  }
}

function isInForce({ endsAt }: Mute, now: number): boolean {
  return endsAt === undefined || endsAt > now;
}

function fromRow(row: SqlRow): Mute {
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  return {
    id: Number(row['id']),
    room: String(row['room']),
    subject: text('subject'),
    participant: text('participant'),
    guestAddresses: String(row['guest_addresses']).split(' ').filter(Boolean),
    reason: String(row['reason']),
    createdBy: String(row['created_by']),
    createdAt: Number(row['created_at']),
    endsAt: row['ends_at'] === null ? undefined : Number(row['ends_at']),
  };
}
