/** The people in the chat of one room, and what all of them are told. */
import { type ChatRates, type GuestBucketOf, RoomLimits } from './chat-limits.ts';
import type { ChatMember } from './chat-member.ts';
import type { ChatStore } from './chat-store.ts';
import { textFrame } from './frame.ts';
import type { ServerMessage } from './protocol.ts';
import { RecentMessages } from './recent-messages.ts';
import { foldedText } from './text.ts';

/** Writes a second to all connections together: what is said meanwhile goes out in one frame. */
const WRITES_PER_SECOND = 10_000;
/** Milliseconds between two frames to everybody: at least, and at most. */
const LEAST_INTERVAL = 20;
const MOST_INTERVAL = 500;

interface Presence {
  foldedName: string;
  members: Set<ChatMember>;
}

export class ChatRoom {
  readonly name: string;
  readonly limits: RoomLimits;
  readonly recent: RecentMessages;
  /** Those that have joined. */
  readonly members = new Set<ChatMember>();
  /** Connections that have or have not joined yet. */
  connections = 0;
  readonly #people = new Map<string, Presence>();
  readonly #authorsByName = new Map<string, string>();
  #queue: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Monotonic milliseconds. */
  #lastFlush = Number.NEGATIVE_INFINITY;
  #toldPresence = 0;

  constructor(name: string, store: ChatStore, rates: ChatRates, guestBucketOf: GuestBucketOf, now: number) {
    this.name = name;
    this.limits = new RoomLimits(rates, guestBucketOf, now);
    this.recent = new RecentMessages(store, name);
  }

  /** People, each of whom may have several connections. */
  get presence(): number {
    return this.#people.size;
  }

  /** Whose name this is; undefined where nobody who is there has it. */
  authorOf(foldedName: string): string | undefined {
    return this.#authorsByName.get(foldedName);
  }

  /** The connections of somebody. */
  connectionsOf(author: string): ReadonlySet<ChatMember> {
    return this.#people.get(author)?.members ?? new Set();
  }

  /** A name that nobody else who is there has: the wanted one, or that with a number behind it. */
  freeName(wanted: string, author: string): string {
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted} ${number}`;
      const owner = this.authorOf(foldedText(name));
      if (owner === undefined || owner === author) return name;
    }
  }

  /** Somebody has joined; their `author` is known. */
  add(member: ChatMember): void {
    const { author } = member;
    if (author === undefined) return;
    this.members.add(member);
    const foldedName = foldedText(author.name);
    const known = this.#people.get(author.id);
    if (known === undefined) {
      this.#people.set(author.id, { foldedName, members: new Set([member]) });
    } else {
      known.members.add(member);
      // Who comes once more under another name is known by that.
      this.#authorsByName.delete(known.foldedName);
      known.foldedName = foldedName;
    }
    this.#authorsByName.set(foldedName, author.id);
  }

  remove(member: ChatMember): void {
    const { author } = member;
    if (!this.members.delete(member) || author === undefined) return;
    const person = this.#people.get(author.id);
    person?.members.delete(member);
    if (person?.members.size !== 0) return;
    this.#people.delete(author.id);
    if (this.authorOf(person.foldedName) === author.id) this.#authorsByName.delete(person.foldedName);
  }

  /** Tells everybody, soon. */
  broadcast(message: ServerMessage): void {
    this.#queue.push(JSON.stringify(message));
    if (this.#timer !== undefined) return;
    const interval = (this.members.size / WRITES_PER_SECOND) * 1000;
    const pause = Math.min(MOST_INTERVAL, Math.max(LEAST_INTERVAL, interval));
    const wait = Math.max(0, this.#lastFlush + pause - performance.now());
    this.#timer = setTimeout(() => this.flush(), wait);
  }

  /** Tells everybody now what waits to be told. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#queue.length === 0) return;
    const frame = textFrame(`[${this.#queue.join(',')}]`);
    this.#queue = [];
    for (const member of this.members) member.sendFrame(frame);
    this.#lastFlush = performance.now();
  }

  /** Tells how many people there are, where that has changed. */
  tellPresence(): void {
    if (this.presence === this.#toldPresence) return;
    this.#toldPresence = this.presence;
    this.broadcast({ type: 'presence', count: this.presence });
  }

  /** Nobody is there any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue = [];
  }
}
