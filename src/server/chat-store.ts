/** The messages of the chat in the server's database. */
import type { ChatStore, Clearing, MessageEdit, MessageQuery, NewMessage, TimeSpan } from '../chat/chat-store.ts';
import { quotedText } from '../chat/quote.ts';
import type { ChatMessage, ChatRole, Danmaku, Mention, QuotedMessage } from '../chat/protocol.ts';
import type { Database, SqlRow } from '../store/database.ts';

/** However long messages are kept, there are never more of them. */
const MOST_MESSAGES = 1_000_000;
/** Rows that are removed in one go: others want the database too. */
const REMOVED_AT_ONCE = 1000;

/** A message with the one that it answers. */
const SELECT = `SELECT m.*, q.name AS quoted_name, q.text AS quoted_text FROM chat_messages m
  LEFT JOIN chat_messages q ON q.id = m.reply_to`;

export class DatabaseChatStore implements ChatStore {
  readonly secret: Uint8Array;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.secret = Buffer.from(String(database.get('SELECT secret FROM chat_state')?.['secret']), 'hex');
  }

  lastSequence(): number {
    return Number(this.#database.get('SELECT sequence FROM chat_state')?.['sequence']);
  }

  add(messages: readonly NewMessage[]): void {
    this.#database.transaction(() => {
      for (const message of messages) this.#insert(message);
      this.#used(messages.at(-1)?.message.id ?? 0);
    });
  }

  edit({ room, id, text, mentions, time, sequence }: MessageEdit): void {
    this.#database.transaction(() => {
      this.#database.run(
        `UPDATE chat_messages SET text = ?, mentions = ?, edited_at = ?, changed = ?
        WHERE room = ? AND id = ? AND is_deleted = 0`,
        ...[text, mentions.length === 0 ? null : JSON.stringify(mentions), time, sequence, room, id],
      );
      this.#used(sequence);
    });
  }

  delete(room: string, id: number, sequence: number): void {
    this.#database.transaction(() => {
      this.#database.run(
        `UPDATE chat_messages SET text = '', mentions = NULL, danmaku = NULL, is_deleted = 1, changed = ?
        WHERE room = ? AND id = ?`,
        ...[sequence, room, id],
      );
      this.#used(sequence);
    });
  }

  clear(room: string, { sequence, upTo }: Clearing): void {
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM chat_messages WHERE room = ? AND id <= ?', room, upTo);
      this.#database.run('INSERT OR REPLACE INTO chat_clearings VALUES (?, ?, ?)', room, sequence, upTo);
      this.#used(sequence);
    });
  }

  get(room: string, id: number): ChatMessage | undefined {
    const row = this.#database.get(`${SELECT} WHERE m.id = ? AND m.room = ?`, id, room);
    return row === undefined ? undefined : fromRow(row);
  }

  findSent(room: string, author: string, clientId: string): ChatMessage | undefined {
    const where = 'm.room = ? AND m.author = ? AND m.client_id = ?';
    const row = this.#database.get(`${SELECT} WHERE ${where}`, room, author, clientId);
    return row === undefined ? undefined : fromRow(row);
  }

  list(room: string, { before, since, limit }: MessageQuery): ChatMessage[] {
    const isForward = since !== undefined && before === undefined;
    const rows = this.#database.all(
      `${SELECT} WHERE m.room = ? AND m.id > ? AND m.id < ? ORDER BY m.id ${isForward ? 'ASC' : 'DESC'} LIMIT ?`,
      ...[room, since ?? 0, before ?? Number.MAX_SAFE_INTEGER, limit],
    );
    const messages = rows.map(fromRow);
    return isForward ? messages : messages.reverse();
  }

  changedAfter(room: string, sequence: number, limit: number): ChatMessage[] {
    const where = 'm.room = ? AND m.changed > ? AND m.changed > 0 AND m.id <= ?';
    // "+" keeps SQLite from reading all messages of the room in their order: those that have changed are few.
    const rows = this.#database.all(`${SELECT} WHERE ${where} ORDER BY +m.id LIMIT ?`, room, sequence, sequence, limit);
    return rows.map(fromRow);
  }

  clearing(room: string): Clearing | undefined {
    const row = this.#database.get('SELECT sequence, up_to FROM chat_clearings WHERE room = ?', room);
    return row === undefined ? undefined : { sequence: Number(row['sequence']), upTo: Number(row['up_to']) };
  }

  within(room: string, { from, to }: TimeSpan, since: number, limit: number): ChatMessage[] {
    // Ids and times grow together: of a room's messages, only those of the span are looked at.
    const first = 'SELECT id FROM chat_messages WHERE room = ?1 AND time >= ?2 ORDER BY time, id LIMIT 1';
    const last = 'SELECT id FROM chat_messages WHERE room = ?1 AND time <= ?3 ORDER BY time DESC, id DESC LIMIT 1';
    const where = `m.room = ?1 AND m.id BETWEEN max(?4 + 1, (${first})) AND (${last}) AND m.is_deleted = 0`;
    return this.#database
      .all(`${SELECT} WHERE ${where} ORDER BY m.id LIMIT ?5`, room, from, to, since, limit)
      .map(fromRow);
  }

  removeOld(before: number): boolean {
    // The oldest have the lowest ids: the rest need not be looked at.
    const { changes } = this.#database.run(
      `DELETE FROM chat_messages WHERE id IN (
        SELECT id FROM (SELECT id, time FROM chat_messages ORDER BY id LIMIT ${REMOVED_AT_ONCE}) WHERE time < ?
      )`,
      before,
    );
    const { changes: surplus } = this.#database.run(
      `DELETE FROM chat_messages WHERE id IN (
        SELECT id FROM chat_messages ORDER BY id
        LIMIT min(${REMOVED_AT_ONCE}, max(0, (SELECT count(*) FROM chat_messages) - ${MOST_MESSAGES}))
      )`,
    );
    return changes === REMOVED_AT_ONCE || surplus === REMOVED_AT_ONCE;
  }

  #insert({ room, message, clientId, subject }: NewMessage): void {
    const { id, time, author, text, replyTo, mentions, danmaku } = message;
    this.#database.run(
      `INSERT INTO chat_messages
        (id, room, time, author, name, role, is_guest, subject, client_id, text, reply_to, mentions, danmaku)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, room, time, author.id, author.name, author.role, Number(author.isGuest), subject ?? null, clientId, text],
      ...[replyTo?.id ?? null, json(mentions), json(danmaku)],
    );
  }

  #used(sequence: number): void {
    this.#database.run('UPDATE chat_state SET sequence = max(sequence, ?)', sequence);
  }
}

function json(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function fromRow(row: SqlRow): ChatMessage {
  const replyTo = quotedOf(row);
  const { mentions, danmaku, edited_at: editedAt } = row;
  return {
    id: Number(row['id']),
    time: Number(row['time']),
    author: {
      id: String(row['author']),
      name: String(row['name']),
      role: String(row['role']) as ChatRole,
      isGuest: row['is_guest'] === 1,
    },
    text: String(row['text']),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(typeof mentions === 'string' ? { mentions: JSON.parse(mentions) as Mention[] } : {}),
    ...(typeof danmaku === 'string' ? { danmaku: JSON.parse(danmaku) as Danmaku } : {}),
    ...(typeof editedAt === 'number' ? { editedAt } : {}),
    ...(row['is_deleted'] === 1 ? { isDeleted: true } : {}),
  };
}

/** What is quoted may have been removed meanwhile: then nothing is left of it but that it was there. */
function quotedOf({ reply_to: id, quoted_name: name, quoted_text: text }: SqlRow): QuotedMessage | undefined {
  if (typeof id !== 'number') return undefined;
  return { id, name: String(name ?? ''), text: quotedText(String(text ?? '')) };
}
