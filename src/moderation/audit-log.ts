/** Who did what to whom, when and why. */
import type { Database, SqlRow, SqlValue } from '../store/database.ts';

/** What is written down. docs/access.md lists them. */
export const AUDITED_ACTIONS = [
  'room.settings',
  'room.settings.delete',
  'room.lock',
  'room.unlock',
  'room.close',
  'participant.remove',
  'ban.add',
  'ban.remove',
  'mute.add',
  'mute.remove',
  'chat.delete',
  'chat.clear',
  'token.mint',
  'recording.delete',
  'recording.retry',
] as const;

export type AuditedAction = (typeof AUDITED_ACTIONS)[number];

/** Who did it. */
export interface Actor {
  /** What showed their rights: nothing, a token of the settings, or a signed token or login, which tells who they are. */
  token: 'none' | 'setting' | 'signed';
  subject: string | undefined;
  name: string | undefined;
  address: string;
}

export interface AuditRecord {
  actor: Actor;
  action: AuditedAction;
  /** Undefined where it is about the whole server. */
  room?: string | undefined;
  /** Whom or what it was done to, in a few words. */
  target?: string | undefined;
  /** As who did it has put it. */
  reason?: string | undefined;
}

export interface AuditEntry extends AuditRecord {
  id: number;
  /** Milliseconds since the epoch. */
  time: number;
}

export interface AuditQuery {
  /** Only entries with lower ids. */
  before?: number | undefined;
  room?: string | undefined;
  action?: AuditedAction | undefined;
  limit: number;
}

/** However long entries are kept, there are never more of them. */
const MOST_ENTRIES = 200_000;

export class AuditLog {
  readonly #database: Database;
  readonly #retentionMs: number;

  /** `retentionMs`: how long entries are kept; 0 for good. */
  constructor(database: Database, retentionMs: number) {
    this.#database = database;
    this.#retentionMs = retentionMs;
  }

  /** Writes down what was done; it is on the disk when this returns. `now` is in milliseconds since the epoch. */
  add({ actor, action, room, target, reason }: AuditRecord, now = Date.now()): void {
    const { lastId } = this.#database.run(
      `INSERT INTO audit (time, token, subject, name, address, action, room, target, reason)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[now, actor.token, actor.subject ?? null, actor.name ?? null, actor.address, action],
      ...[room ?? null, target ?? null, reason ?? null],
    );
    this.#database.run('DELETE FROM audit WHERE id <= ?', lastId - MOST_ENTRIES);
    this.removeOld(now);
  }

  /** The newest entries that are asked for, the newest first. */
  list({ before, room, action, limit }: AuditQuery, now = Date.now()): AuditEntry[] {
    this.removeOld(now);
    const conditions: [string, SqlValue][] = [];
    if (before !== undefined) conditions.push(['id < ?', before]);
    if (room !== undefined) conditions.push(['room = ?', room]);
    if (action !== undefined) conditions.push(['action = ?', action]);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}`;
    const values = conditions.map(([, value]) => value);
    return this.#database.all(`SELECT * FROM audit ${where} ORDER BY id DESC LIMIT ?`, ...values, limit).map(fromRow);
  }

  /** Removes what has been kept for long enough. */
  removeOld(now: number): void {
    if (this.#retentionMs > 0) this.#database.run('DELETE FROM audit WHERE time < ?', now - this.#retentionMs);
  }
}

function fromRow(row: SqlRow): AuditEntry {
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  return {
    id: Number(row['id']),
    time: Number(row['time']),
    actor: {
      token: String(row['token']) as Actor['token'],
      subject: text('subject'),
      name: text('name'),
      address: String(row['address']),
    },
    action: String(row['action']) as AuditedAction,
    room: text('room'),
    target: text('target'),
    reason: text('reason'),
  };
}
