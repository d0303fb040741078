/** The newest messages of a room that people are in, ready to be sent: many join at once after a restart. */
import type { ChatStore } from './chat-store.ts';
import type { ChatMessage } from './protocol.ts';

/** Messages that are kept in memory. */
const MOST_RECENT = 200;
/** Messages for somebody who comes without having been there, and those for who asks for earlier ones. */
const HISTORY = 100;
/** Missed messages that somebody is told at most. */
const MOST_MISSED = 1000;

interface Entry {
  message: ChatMessage;
  json: string;
}

/** What somebody who joins, or asks for earlier messages, is told: each message as JSON. */
export interface History {
  messages: string[];
  /** Whether nothing is missing between what was asked for (or the room's beginning) and the messages. */
  isComplete: boolean;
}

export class RecentMessages {
  readonly #store: ChatStore;
  readonly #room: string;
  #entries: Entry[];
  /** Whether the room has no other messages. */
  #isAll: boolean;

  constructor(store: ChatStore, room: string) {
    this.#store = store;
    this.#room = room;
    this.#entries = store.list(room, { limit: MOST_RECENT }).map(toEntry);
    this.#isAll = this.#entries.length < MOST_RECENT;
  }

  /** A message was said and kept. */
  add(message: ChatMessage): void {
    this.#entries.push(toEntry(message));
    // Not at each message: moving all the others is what costs.
    if (this.#entries.length < 2 * MOST_RECENT) return;
    this.#entries = this.#entries.slice(-MOST_RECENT);
    this.#isAll = false;
  }

  /** A message, and what quotes it, is to be read again. */
  changed(id: number): void {
    this.#entries = this.#entries.map((entry) => {
      if (entry.message.id !== id && entry.message.replyTo?.id !== id) return entry;
      const message = this.#store.get(this.#room, entry.message.id);
      return message === undefined ? entry : toEntry(message);
    });
  }

  clear(): void {
    this.#entries = [];
    this.#isAll = true;
  }

  get(id: number): ChatMessage | undefined {
    const known = this.#entries.find(({ message }) => message.id === id)?.message;
    return known ?? (this.#isAll ? undefined : this.#store.get(this.#room, id));
  }

  /** Whether all that has been said after an id is in memory. */
  reaches(id: number): boolean {
    return this.#isAll || id >= (this.#entries[0]?.message.id ?? 0);
  }

  /** The newest messages, or those after an id. */
  history(since: number | undefined): History {
    if (since === undefined) {
      const isComplete = this.#isAll && this.#entries.length <= HISTORY;
      return { messages: this.#entries.slice(-HISTORY).map(({ json }) => json), isComplete };
    }
    if (this.reaches(since)) {
      const missed = this.#entries.filter(({ message }) => message.id > since);
      return { messages: missed.map(({ json }) => json), isComplete: true };
    }
    // The newest of them, where they are too many: one more than is told shows that they are.
    const missed = this.#store.list(this.#room, { since, before: Number.MAX_SAFE_INTEGER, limit: MOST_MISSED + 1 });
    const told = missed.slice(-MOST_MISSED);
    return { messages: told.map((message) => JSON.stringify(message)), isComplete: missed.length <= MOST_MISSED };
  }

  /** The newest messages before an id. */
  historyBefore(id: number): History {
    const known = this.#entries.filter(({ message }) => message.id < id);
    // One more than is told shows whether there are earlier ones; what is not in memory is read.
    const json =
      this.#isAll || known.length > HISTORY
        ? known.map((entry) => entry.json)
        : this.#store.list(this.#room, { before: id, limit: HISTORY + 1 }).map((message) => JSON.stringify(message));
    return { messages: json.slice(-HISTORY), isComplete: json.length <= HISTORY };
  }
}

function toEntry(message: ChatMessage): Entry {
  return { message, json: JSON.stringify(message) };
}
