/** What the messages of one connection do. */
import { authorId, authorOf, chooseName, createKey } from './authors.ts';
import { type ChatRoomSettings, CHAT_LIMITS, type MuteInForce } from './chat-limits.ts';
import type { ChatMember, ChatPerson, Refusal } from './chat-member.ts';
import type { ChatRoom } from './chat-room.ts';
import type { ChatStore } from './chat-store.ts';
import { parseClientMessage } from './client-message.ts';
import { textFrame } from './frame.ts';
import { findMentions } from './mentions.ts';
import type { MessageWriter } from './message-writer.ts';
import {
  CHAT_VERSION,
  type ChatAuthor,
  type ChatMessage,
  type ChatSelf,
  type ChatSettings,
  type ClientMessage,
  type DeleteMessage,
  type EditMessage,
  type HistoryMessage,
  type HistoryRequest,
  type JoinMessage,
  type MuteNotice,
  type SendMessage,
  type WelcomeMessage,
} from './protocol.ts';
import { quote } from './quote.ts';
import { type BucketRate, TokenBucket } from '../util/token-bucket.ts';
import { hasBlockedWord } from './word-list.ts';

/** Frames of a connection, whatever is in them; who sends more is ended. */
const FRAME_RATE: BucketRate = { burst: 60, perSecond: 20 };
/** Frames that are not of the protocol, after which the connection is ended. */
const MOST_FAULTS = 20;
/** Changed messages that somebody who comes back is told at most. */
const MOST_CHANGED = 1000;

/** What conversations need of the chat. */
export interface ConversationParts {
  store: ChatStore;
  writer: MessageWriter;
  now: () => number;
  settings: (room: string) => ChatRoomSettings;
  mute(room: string, person: ChatPerson, author: string): MuteInForce | undefined;
  /** Deletes a message and tells everybody. */
  deleteMessage(room: ChatRoom, id: number): void;
  /** A moderator has deleted somebody else's message. */
  onModerated(member: ChatMember, message: ChatMessage): void;
  /** The store could not be read or written. */
  onError(error: unknown): void;
}

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #room: ChatRoom;
  readonly #member: ChatMember;
  readonly #frames: TokenBucket;
  #faults = 0;

  constructor(parts: ConversationParts, room: ChatRoom, member: ChatMember) {
    this.#parts = parts;
    this.#room = room;
    this.#member = member;
    this.#frames = new TokenBucket(FRAME_RATE, parts.now());
  }

  /** Handles a text frame. */
  receive(frame: string): void {
    const now = this.#parts.now();
    if (!this.#member.isOpen) return;
    if (this.#frames.wait(now) > 0) {
      this.#member.end('too_many_messages');
      return;
    }
    this.#frames.take(now);
    const parsed = parseClientMessage(frame);
    if (parsed.ok) this.#do(parsed.message);
    else this.#fault(parsed.clientId, parsed.fault);
  }

  /** Whatever the store throws ends neither the connection nor the server. */
  #do(message: ClientMessage): void {
    try {
      if (message.type === 'join') this.#join(message);
      else this.#speak(message);
    } catch (error) {
      this.#parts.onError(error);
      this.#member.refuse(message.type === 'join' ? undefined : message.clientId, { code: 'not_kept' });
    }
  }

  #fault(clientId: string | undefined, detail: string): void {
    this.#faults++;
    this.#member.refuse(clientId, { code: 'malformed', detail });
    if (this.#faults >= MOST_FAULTS) this.#member.end('malformed');
  }

  #speak(message: Exclude<ClientMessage, JoinMessage>): void {
    const { author } = this.#member;
    const refusal = author === undefined ? ({ code: 'not_joined' } as const) : this.#act(author, message);
    if (refusal !== undefined) this.#member.refuse(message.clientId, refusal);
  }

  #act(author: ChatAuthor, message: Exclude<ClientMessage, JoinMessage>): Refusal | undefined {
    switch (message.type) {
      case 'send':
        return this.#send(author, message);
      case 'edit':
        return this.#edit(author, message);
      case 'delete':
        return this.#delete(author, message);
      case 'history':
        return this.#readHistory(author, message);
    }
  }

  #join({ nickname, key: sentKey, since }: JoinMessage): void {
    const member = this.#member;
    const { person, room: roomName } = member;
    const { store, settings } = this.#parts;
    if (member.author !== undefined) {
      member.refuse(undefined, { code: 'already_joined' });
      return;
    }
    const key = person.subject === undefined ? (sentKey ?? createKey()) : undefined;
    const id = authorId(store.secret, roomName, key === undefined ? { subject: person.subject ?? '' } : { key });
    const name = chooseName(person, nickname, id, CHAT_LIMITS.nameLength);
    const { blockedWords } = settings(roomName);
    if (name === undefined || hasBlockedWord(name, blockedWords)) {
      member.refuse(undefined, { code: name === undefined ? 'bad_nickname' : 'blocked_word' });
      return;
    }
    const author = authorOf(person, id, this.#room.freeName(name, id));
    // What others still wait for is in the history: nobody gets it twice.
    this.#room.flush();
    member.author = author;
    this.#room.add(member);
    const you = { ...author, isModerator: person.isModerator, ...(key === undefined ? {} : { key }) };
    this.#welcome(you, this.#mayReadFrom(author, since) ? since : undefined);
  }

  /** Reading far back is asking for earlier messages; who has asked too often begins with the newest, as a newcomer does. */
  #mayReadFrom(author: ChatAuthor, since: number | undefined): boolean {
    if (since === undefined || this.#room.recent.reaches(since)) return true;
    return this.#room.limits.checkHistory(this.#member, author.id, this.#parts.now()) === undefined;
  }

  #welcome(you: ChatSelf, since: number | undefined): void {
    const { store, writer, settings } = this.#parts;
    const { name, recent, presence } = this.#room;
    const { messages, isComplete } = recent.history(since);
    const changed = since === undefined ? [] : store.changedAfter(name, since, MOST_CHANGED);
    const clearing = since === undefined ? undefined : store.clearing(name);
    const mute = this.#mute();
    this.#member.isMuted = mute !== undefined;
    const welcome: Omit<WelcomeMessage, 'history'> = {
      type: 'welcome',
      version: CHAT_VERSION,
      you,
      changed,
      ...(clearing !== undefined && clearing.sequence > (since ?? 0) ? { clearedUpTo: clearing.upTo } : {}),
      isComplete: isComplete && changed.length < MOST_CHANGED,
      sequence: writer.sequence,
      presence,
      settings: settingsShown(settings(name)),
      limits: CHAT_LIMITS,
      ...(mute === undefined ? {} : { muted: muteNotice(mute) }),
    };
    this.#sendWith(welcome, 'history', messages);
  }

  #send(author: ChatAuthor, { clientId, text: raw, replyTo, danmaku }: SendMessage): Refusal | undefined {
    const { store, writer, now, settings } = this.#parts;
    const room = this.#room;
    const watcher = {
      onKept: ({ id, time }: ChatMessage) => this.#member.send({ type: 'ack', clientId, id, time }),
      onFailed: () => this.#member.refuse(clientId, { code: 'not_kept' }),
    };
    if (writer.watch(room.name, author.id, clientId, watcher)) return undefined;
    const known = store.findSent(room.name, author.id, clientId);
    if (known !== undefined) {
      watcher.onKept(known);
      return undefined;
    }
    const refusal = this.#refusalToWrite();
    if (refusal !== undefined) return refusal;
    const quoted = replyTo === undefined ? undefined : room.recent.get(replyTo);
    if (replyTo !== undefined && (quoted === undefined || quoted.isDeleted)) return { code: 'no_such_message' };
    const checked = room.limits.check(this.#member, author.id, raw, settings(room.name), now());
    if (!checked.ok) return checked.refusal;
    const { text } = checked;
    const mentions = this.#mentions(text);
    const message = {
      author,
      text,
      ...(quoted === undefined ? {} : { replyTo: quote(quoted) }),
      ...(mentions.length === 0 ? {} : { mentions }),
      ...(danmaku === undefined ? {} : { danmaku }),
    };
    writer.add(
      { room: room.name, clientId, subject: this.#member.person.subject, message },
      {
        onKept: (kept) => {
          watcher.onKept(kept);
          room.recent.add(kept);
          room.broadcast({ type: 'message', message: kept });
        },
        onFailed: () => {
          room.limits.forget(author.id);
          watcher.onFailed();
        },
      },
    );
    return undefined;
  }

  #edit(author: ChatAuthor, { clientId, id, text: raw }: EditMessage): Refusal | undefined {
    const { store, writer, now, settings } = this.#parts;
    const room = this.#room;
    const message = room.recent.get(id);
    if (message === undefined || message.isDeleted) return { code: 'no_such_message' };
    if (message.author.id !== author.id) return { code: 'not_yours' };
    const refusal = this.#refusalToWrite();
    if (refusal !== undefined) return refusal;
    const checked = room.limits.checkEdit(this.#member, author.id, raw, settings(room.name), now());
    if (!checked.ok) return checked.refusal;
    // Numbers are given in the order of what is told.
    writer.commit();
    const { text } = checked;
    const sequence = writer.nextSequence();
    const time = now();
    store.edit({ room: room.name, id, text, mentions: this.#mentions(text), time, sequence });
    room.recent.changed(id);
    this.#member.send({ type: 'ack', clientId, id, time });
    const edited = store.get(room.name, id);
    if (edited !== undefined) room.broadcast({ type: 'edited', sequence, message: edited });
    return undefined;
  }

  #delete(author: ChatAuthor, { clientId, id }: DeleteMessage): Refusal | undefined {
    const message = this.#room.recent.get(id);
    if (message === undefined) return { code: 'no_such_message' };
    const isOwn = message.author.id === author.id;
    if (!isOwn && !this.#member.person.isModerator) return { code: 'not_yours' };
    if (!message.isDeleted) {
      this.#parts.deleteMessage(this.#room, id);
      if (!isOwn) this.#parts.onModerated(this.#member, message);
    }
    this.#member.send({ type: 'ack', clientId, id, time: this.#parts.now() });
    return undefined;
  }

  #readHistory(author: ChatAuthor, { clientId, before }: HistoryRequest): Refusal | undefined {
    const refusal = this.#room.limits.checkHistory(this.#member, author.id, this.#parts.now());
    if (refusal !== undefined) return refusal;
    const { messages, isComplete } = this.#room.recent.historyBefore(before);
    const answer: Omit<HistoryMessage, 'messages'> = { type: 'history', clientId, isComplete };
    this.#sendWith(answer, 'messages', messages);
    return undefined;
  }

  /** Sends a message with one more member: an array of what is JSON already. */
  #sendWith(message: object, member: string, elements: readonly string[]): void {
    const head = JSON.stringify(message).slice(0, -1);
    this.#member.sendFrame(textFrame(`[${head},"${member}":[${elements.join(',')}]}]`));
  }

  /** Why this person may not write at all at present. */
  #refusalToWrite(): Refusal | undefined {
    const { isKnown } = this.#member.person;
    if (!isKnown && !this.#parts.settings(this.#room.name).guestChat) return { code: 'guests_may_not_write' };
    const mute = this.#mute();
    if (mute === undefined) return undefined;
    const detail = mute.reason === '' ? {} : { detail: `A moderator has muted you: ${mute.reason}` };
    const { endsAt } = mute;
    const end = endsAt === undefined ? {} : { retryAfter: Math.max(1, (endsAt - this.#parts.now()) / 1000) };
    return { code: 'muted', ...detail, ...end };
  }

  #mute(): MuteInForce | undefined {
    const { author, person, room } = this.#member;
    return author === undefined ? undefined : this.#parts.mute(room, person, author.id);
  }

  #mentions(text: string): ReturnType<typeof findMentions> {
    return findMentions(text, CHAT_LIMITS.nameLength, (name) => this.#room.authorOf(name));
  }
}

export function settingsShown({ guestChat, slowMode }: ChatRoomSettings): ChatSettings {
  return { guestsMayWrite: guestChat, slowMode };
}

export function muteNotice({ endsAt, reason }: MuteInForce): MuteNotice {
  return { ...(endsAt === undefined ? {} : { until: endsAt }), reason };
}
