/** The chats of all rooms. */
import { ServiceError } from '../errors.ts';
import {
  CHAT_RATES,
  type ChatRates,
  type ChatRoomSettings,
  type GuestBucketOf,
  type MuteInForce,
} from './chat-limits.ts';
import { ChatMember, type ChatPerson, type ChatTransport } from './chat-member.ts';
import { ChatRoom } from './chat-room.ts';
import type { ChatStore, MessageQuery, TimeSpan } from './chat-store.ts';
import { Conversation, muteNotice, settingsShown } from './conversation.ts';
import { MessageWriter } from './message-writer.ts';
import type { ChatAuthor, ChatClosure, ChatMessage, ChatSettings } from './protocol.ts';
import type { BucketRate, TokenBucket } from '../util/token-bucket.ts';
import { TokenBuckets } from '../util/token-buckets.ts';

/** Milliseconds. */
const TICK = 1000;
/** Ticks between two looks at how many people there are. */
const PRESENCE_TICKS = 2;
/** A connection has to join in this time: milliseconds. */
const JOIN_TIME = 10_000;

/** What the chat asks of those who keep order. */
export interface ChatRules {
  settings(room: string): ChatRoomSettings;
  /** The mute that somebody is under. `author`: their id in the chat. */
  mute(room: string, person: ChatPerson, author: string): MuteInForce | undefined;
  /** Whether the room is one that nobody gets into without a token or a password. */
  isClosedToGuests(room: string): boolean;
}

export interface ChatOptions {
  store: ChatStore;
  rules: ChatRules;
  /** A moderator has deleted a message over their connection. */
  onModerated: (moderator: ChatPerson, room: string, message: ChatMessage) => void;
  /** The store could not be read or written. */
  onError: (error: unknown) => void;
  /** Milliseconds since the epoch; the clock where it is missing. */
  now?: () => number;
  rates?: ChatRates;
}

/** The chat's side of a connection. */
export interface ChatConnection {
  /** A text frame has come. */
  receive(text: string): void;
  /** The connection is no more. */
  closed(): void;
}

/** Somebody who is there, for moderators. */
export interface PersonThere {
  author: ChatAuthor;
  subject: string | undefined;
  /** Of each of their connections. */
  addresses: string[];
  /** When the first of them was made: milliseconds since the epoch. */
  since: number;
  mute: MuteInForce | undefined;
}

/** Addresses of guests whose pace is remembered. */
const MOST_GUEST_ADDRESSES = 20_000;

export class Chat {
  readonly #options: ChatOptions;
  readonly #now: () => number;
  readonly #writer: MessageWriter;
  readonly #rates: ChatRates;
  /** By room and address: who empties a room by going and comes again is no newcomer. */
  readonly #guestBuckets: Record<Parameters<GuestBucketOf>[0], TokenBuckets | undefined>;
  readonly #rooms = new Map<string, ChatRoom>();
  readonly #members = new Set<ChatMember>();
  readonly #toldSettings = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;

  constructor(options: ChatOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#rates = options.rates ?? CHAT_RATES;
    const { guestAddress, guestAddressHistory } = this.#rates;
    this.#guestBuckets = { writing: guestBuckets(guestAddress), history: guestBuckets(guestAddressHistory) };
    this.#writer = new MessageWriter({ store: options.store, now: this.#now, onError: options.onError });
    this.#timer = setInterval(() => this.#tick(), TICK).unref();
  }

  /** Connections of all rooms. */
  get connections(): number {
    return this.#members.size;
  }

  /** Somebody has connected, who may. */
  connect(roomName: string, person: ChatPerson, transport: ChatTransport): ChatConnection {
    const room = this.#open(roomName);
    const member = new ChatMember(roomName, person, transport, this.#now());
    room.connections++;
    this.#members.add(member);
    const conversation = new Conversation(
      {
        store: this.#options.store,
        writer: this.#writer,
        now: this.#now,
        settings: (name) => this.#options.rules.settings(name),
        mute: (...target) => this.#options.rules.mute(...target),
        deleteMessage: (of, id) => this.#delete(of, id),
        onModerated: ({ person: moderator }, message) => this.#options.onModerated(moderator, roomName, message),
        onError: (error) => this.#options.onError(error),
      },
      room,
      member,
    );
    if (!this.#options.rules.settings(roomName).chat) member.end('chat_off');
    return {
      receive: (text) => conversation.receive(text),
      closed: () => this.#leave(room, member),
    };
  }

  /** How many people are in a room's chat. */
  presence(room: string): number {
    return this.#rooms.get(room)?.presence ?? 0;
  }

  /** What everybody may know of a room's settings. */
  settings(room: string): ChatSettings {
    return settingsShown(this.#options.rules.settings(room));
  }

  /** Messages of a room, whether or not anybody is there. */
  messages(room: string, query: MessageQuery): ChatMessage[] {
    return this.#options.store.list(room, query);
  }

  /**
   * Counts that a guest of an address asks for messages of a room by another way than the connection: 0 where they may,
   * otherwise seconds until then.
   */
  takeGuestHistory(room: string, address: string): number {
    const now = this.#now();
    const bucket = this.#guestBucket(room, 'history', address, now);
    const wait = bucket?.wait(now) ?? 0;
    if (wait === 0) bucket?.take(now);
    return wait;
  }

  /** What was said in a room in a span of time. */
  within(room: string, span: TimeSpan, since: number, limit: number): ChatMessage[] {
    return this.#options.store.within(room, span, since, limit);
  }

  /** Who is in a room's chat. */
  people(room: string): PersonThere[] {
    const people = new Map<string, PersonThere>();
    for (const { author, person, since } of this.#rooms.get(room)?.members ?? []) {
      if (author === undefined) continue;
      const known = people.get(author.id);
      const mute = this.#options.rules.mute(room, person, author.id);
      if (known === undefined) {
        people.set(author.id, { author, subject: person.subject, addresses: [person.address], since, mute });
      } else {
        known.addresses.push(person.address);
      }
    }
    return [...people.values()];
  }

  /**
   * What counts as the addresses of a guest in a room, as `ChatPerson.client` has them: of their connections, and where
   * they wrote from last, for as long as anybody is there. None for people who are no guests.
   */
  guestAddresses(roomName: string, author: string): string[] {
    const room = this.#rooms.get(roomName);
    if (room === undefined) return [];
    const connected = [...room.connectionsOf(author)].map(({ guestAddress }) => guestAddress);
    const addresses = [...connected, room.limits.guestAddressOf(author)].filter((one) => one !== undefined);
    return [...new Set(addresses)];
  }

  /** Deletes a message and tells everybody; throws no_such_message. Returns it as it was. */
  deleteMessage(roomName: string, id: number): ChatMessage {
    const message = this.#options.store.get(roomName, id);
    if (message === undefined || message.isDeleted) throw new ServiceError('no_such_message');
    this.#delete(this.#rooms.get(roomName) ?? roomName, id);
    return message;
  }

  /** Removes all messages of a room, and tells everybody. */
  clear(roomName: string): void {
    this.#writer.commit();
    const upTo = this.#writer.sequence;
    const sequence = this.#writer.nextSequence();
    this.#options.store.clear(roomName, { sequence, upTo });
    const room = this.#rooms.get(roomName);
    room?.recent.clear();
    room?.broadcast({ type: 'cleared', sequence, upTo });
  }

  /** Ends connections. `detail`: one sentence, where there is more to say than the reason does. */
  end(isMeant: (person: ChatPerson, room: string) => boolean, reason: ChatClosure, detail?: string): void {
    for (const member of this.#members) {
      if (!isMeant(member.person, member.room)) continue;
      this.#rooms.get(member.room)?.flush();
      member.end(reason, detail);
    }
  }

  /** A moderator has closed a room; false where nobody is in its chat. */
  closeRoom(roomName: string): boolean {
    const isThere = [...this.#members].some(({ room, isOpen }) => room === roomName && isOpen);
    this.end((_person, room) => room === roomName, 'room_closed');
    return isThere;
  }

  /** Tells those whose mutes have begun or ended. */
  mutesChanged(roomName: string): void {
    for (const member of this.#rooms.get(roomName)?.members ?? []) this.#tellMute(member);
  }

  /** Tells, and ends, those that new settings of a room are about. */
  settingsChanged(roomName: string): void {
    const { rules } = this.#options;
    const settings = rules.settings(roomName);
    if (!settings.chat) this.end((_person, room) => room === roomName, 'chat_off');
    if (rules.isClosedToGuests(roomName)) {
      this.end(({ isKnown }, room) => room === roomName && !isKnown, 'access_changed');
    }
    const shown = settingsShown(settings);
    const text = JSON.stringify(shown);
    if (!this.#rooms.has(roomName) || this.#toldSettings.get(roomName) === text) return;
    this.#toldSettings.set(roomName, text);
    this.#rooms.get(roomName)?.broadcast({ type: 'settings', settings: shown });
  }

  /**
   * Removes what has been kept for long enough, for as long as `goesOn` says so: messages from before a time, in
   * milliseconds since the epoch.
   */
  async removeOld(before: number, goesOn: () => boolean): Promise<void> {
    while (goesOn() && this.#options.store.removeOld(before)) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Keeps what waits, and ends all connections. */
  stop(): void {
    clearInterval(this.#timer);
    this.#writer.commit();
    this.end(() => true, 'server_stops');
  }

  #open(name: string): ChatRoom {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      const guestBucketOf: GuestBucketOf = (...target) => this.#guestBucket(name, ...target);
      room = new ChatRoom(name, this.#options.store, this.#rates, guestBucketOf, this.#now());
      this.#rooms.set(name, room);
      this.#toldSettings.set(name, JSON.stringify(this.settings(name)));
    }
    return room;
  }

  #guestBucket(room: string, ...[what, address, now]: Parameters<GuestBucketOf>): TokenBucket | undefined {
    return this.#guestBuckets[what]?.of(`${room}\0${address}`, now);
  }

  #leave(room: ChatRoom, member: ChatMember): void {
    member.gone();
    if (!this.#members.delete(member)) return;
    room.remove(member);
    room.connections--;
    if (room.connections > 0) return;
    // Those who have said something and gone at once have said it.
    this.#writer.commit();
    room.close();
    this.#rooms.delete(room.name);
    this.#toldSettings.delete(room.name);
  }

  #delete(room: ChatRoom | string, id: number): void {
    this.#writer.commit();
    const sequence = this.#writer.nextSequence();
    this.#options.store.delete(typeof room === 'string' ? room : room.name, id, sequence);
    if (typeof room === 'string') return;
    room.recent.changed(id);
    room.broadcast({ type: 'deleted', sequence, id });
  }

  #tick(): void {
    const now = this.#now();
    this.#ticks++;
    for (const member of this.#members) {
      const { endsAt } = member.person;
      if (endsAt !== undefined && endsAt <= now) member.end('expired');
      else if (member.author === undefined && member.since + JOIN_TIME <= now) member.end('join_too_late');
      else if (member.isMuted) this.#tellMute(member);
    }
    if (this.#ticks % PRESENCE_TICKS !== 0) return;
    for (const room of this.#rooms.values()) room.tellPresence();
  }

  #tellMute(member: ChatMember): void {
    const { author, person, room } = member;
    if (author === undefined) return;
    const mute = this.#options.rules.mute(room, person, author.id);
    if (mute !== undefined) {
      if (!member.isMuted) member.send({ type: 'muted', ...muteNotice(mute) });
    } else if (member.isMuted) {
      member.send({ type: 'unmuted' });
    }
    member.isMuted = mute !== undefined;
  }
}

function guestBuckets(rate: BucketRate | undefined): TokenBuckets | undefined {
  return rate === undefined ? undefined : new TokenBuckets(rate, MOST_GUEST_ADDRESSES);
}
