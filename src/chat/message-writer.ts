/** Keeps what is said: the messages of a moment in one transaction, each acknowledged when it is on the disk. */
import type { ChatStore, NewMessage } from './chat-store.ts';
import type { ChatMessage } from './protocol.ts';

/** A transaction waits for the disk; no more than one begins in this time: milliseconds. */
const COMMIT_INTERVAL = 50;

/** A message that has no number and no time yet. */
export interface Draft extends Omit<NewMessage, 'message'> {
  message: Omit<ChatMessage, 'id' | 'time'>;
}

/** Is told how it ends. */
export interface DraftWatcher {
  onKept(message: ChatMessage): void;
  /** Nothing of it has been kept. */
  onFailed(): void;
}

interface Pending {
  draft: Draft;
  watchers: DraftWatcher[];
}

export interface MessageWriterOptions {
  store: ChatStore;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** The store could not keep messages. */
  onError: (error: unknown) => void;
}

export class MessageWriter {
  readonly #options: MessageWriterOptions;
  #sequence: number;
  #pending = new Map<string, Pending>();
  #timer: NodeJS.Timeout | undefined;
  /** Monotonic milliseconds. */
  #lastCommit = Number.NEGATIVE_INFINITY;

  constructor(options: MessageWriterOptions) {
    this.#options = options;
    this.#sequence = options.store.lastSequence();
  }

  /** The greatest number of a message or a change so far. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The next number, for a change that is kept at once. */
  nextSequence(): number {
    return ++this.#sequence;
  }

  /** Keeps a message soon. */
  add(draft: Draft, watcher: DraftWatcher): void {
    this.#pending.set(keyOf(draft.room, draft.message.author.id, draft.clientId), { draft, watchers: [watcher] });
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#lastCommit + COMMIT_INTERVAL - performance.now());
    this.#timer = setTimeout(() => this.commit(), wait);
  }

  /** Lets somebody who sends a message again be told with the first time; false where it is not waiting. */
  watch(room: string, author: string, clientId: string, watcher: DraftWatcher): boolean {
    const pending = this.#pending.get(keyOf(room, author, clientId));
    pending?.watchers.push(watcher);
    return pending !== undefined;
  }

  /** Keeps now what waits. */
  commit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = [...this.#pending.values()];
    if (batch.length === 0) return;
    this.#pending = new Map();
    const time = this.#options.now();
    const first = this.#sequence + 1;
    const messages = batch.map(({ draft }, index): NewMessage => {
      return { ...draft, message: { id: first + index, time, ...draft.message } };
    });
    try {
      this.#options.store.add(messages);
    } catch (error) {
      this.#options.onError(error);
      for (const { watchers } of batch) for (const watcher of watchers) watcher.onFailed();
      return;
    } finally {
      this.#lastCommit = performance.now();
    }
    this.#sequence += batch.length;
    for (const [index, { watchers }] of batch.entries()) {
      const kept = messages[index];
      if (kept !== undefined) for (const watcher of watchers) watcher.onKept(kept.message);
    }
  }
}

function keyOf(room: string, author: string, clientId: string): string {
  return `${room}\0${author}\0${clientId}`;
}
