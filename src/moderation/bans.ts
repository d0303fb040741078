/** Who may not come in: persons and networks, in a room or everywhere, until a time or for good. */
import type { Database, SqlRow } from '../store/database.ts';
import { type Network, parseNetwork } from './network.ts';

/** What a ban is made of; either a subject or a network is there. */
export interface BanRequest {
  /** Undefined for all rooms. */
  room: string | undefined;
  /** The `sub` of a token. */
  subject: string | undefined;
  /** An address or a network (CIDR). */
  network: Network | undefined;
  reason: string;
  /** Names who made it, to be shown. */
  createdBy: string;
  /** Milliseconds since the epoch; undefined for good. */
  endsAt: number | undefined;
}

export interface Ban extends BanRequest {
  id: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** Somebody, somewhere; without a room, only bans of all rooms count. */
export interface BanTarget {
  room: string | undefined;
  subject: string | undefined;
  address: string;
}

/** All bans, in memory as in the database. */
export class Bans {
  readonly #database: Database;
  readonly #bans = new Map<number, Ban>();
  readonly #listeners = new Set<(ban: Ban) => void>();

  constructor(database: Database) {
    this.#database = database;
    for (const row of database.all('SELECT * FROM bans')) {
      const ban = fromRow(row);
      this.#bans.set(ban.id, ban);
    }
  }

  /** The ban that keeps somebody out; undefined where none does. `now` is in milliseconds since the epoch. */
  check(target: BanTarget, now = Date.now()): Ban | undefined {
    for (const ban of this.#bans.values()) {
      if (isInForce(ban, now) && matches(ban, target)) return ban;
    }
    return undefined;
  }

  /** Bans from now on, and tells those that {@link watch}. `now` is in milliseconds since the epoch. */
  add(request: BanRequest, now: number): Ban {
    const { room, subject, network, reason, createdBy, endsAt } = request;
    this.#removeEnded(now);
    const { lastId } = this.#database.run(
      `INSERT INTO bans (room, subject, network, reason, created_by, created_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[room ?? null, subject ?? null, network?.text ?? null, reason, createdBy, now, endsAt ?? null],
    );
    const ban = { ...request, id: lastId, createdAt: now };
    this.#bans.set(ban.id, ban);
    for (const listener of this.#listeners) listener(ban);
    return ban;
  }

  get(id: number, now: number): Ban | undefined {
    const ban = this.#bans.get(id);
    return ban !== undefined && isInForce(ban, now) ? ban : undefined;
  }

  /** Lifts a ban. */
  remove(id: number): void {
    this.#database.run('DELETE FROM bans WHERE id = ?', id);
    this.#bans.delete(id);
  }

  /** Those in force, the newest first: of a room, or all. */
  list(now: number, room?: string): Ban[] {
    const all = [...this.#bans.values()].filter((ban) => isInForce(ban, now)).reverse();
    return room === undefined ? all : all.filter((ban) => ban.room === room);
  }

  /** Calls the listener with each new ban, so that those it is for can be sent away. Returns what ends that. */
  watch(listener: (ban: Ban) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #removeEnded(now: number): void {
    for (const ban of this.#bans.values()) {
      if (!isInForce(ban, now)) this.remove(ban.id);
    }
  }
}

/** Whether a ban is for somebody. */
export function matches(
  ban: Pick<Ban, 'room' | 'subject' | 'network'>,
  { room, subject, address }: BanTarget,
): boolean {
  if (ban.room !== undefined && ban.room !== room) return false;
  if (ban.subject !== undefined) return ban.subject === subject;
  return ban.network?.includes(address) === true;
}

/** When a ban ends, and why it is there, for who is banned. */
export function describeTerms({ endsAt, reason }: Pick<Ban, 'endsAt' | 'reason'>): string {
  const end = endsAt === undefined ? 'The ban has no end' : `The ban ends ${new Date(endsAt).toISOString()}`;
  return reason === '' ? `${end}.` : `${end}. Reason: ${reason}`;
}

function isInForce({ endsAt }: Ban, now: number): boolean {
  return endsAt === undefined || endsAt > now;
}

function fromRow(row: SqlRow): Ban {
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  return {
    id: Number(row['id']),
    room: text('room'),
    subject: text('subject'),
    network: parseNetwork(text('network') ?? ''),
    reason: String(row['reason']),
    createdBy: String(row['created_by']),
    createdAt: Number(row['created_at']),
    endsAt: row['ends_at'] === null ? undefined : Number(row['ends_at']),
  };
}
