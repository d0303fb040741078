/** What somebody may write in a room, and how often. Every rule for texts is here. */
import type { ChatMember, Refusal } from './chat-member.ts';
import type { ChatLimits } from './protocol.ts';
import { cleanText, foldedText, lengthOf } from './text.ts';
import { type BucketRate, TokenBucket } from '../util/token-bucket.ts';
import { hasBlockedWord } from './word-list.ts';

export const CHAT_LIMITS: ChatLimits = { textLength: 500, nameLength: 32 };

/** How often messages may come, and how often earlier ones may be asked for. */
export interface ChatRates {
  person: BucketRate;
  /** Guests of one address together: a new key makes nobody somebody else there. Undefined for no limit. */
  guestAddress: BucketRate | undefined;
  room: BucketRate;
  personHistory: BucketRate;
  /** As `guestAddress`, for earlier messages. */
  guestAddressHistory: BucketRate | undefined;
  roomHistory: BucketRate;
}

export const CHAT_RATES: ChatRates = {
  person: { burst: 5, perSecond: 1 },
  guestAddress: { burst: 20, perSecond: 5 },
  room: { burst: 200, perSecond: 100 },
  personHistory: { burst: 10, perSecond: 2 },
  guestAddressHistory: { burst: 20, perSecond: 5 },
  // Each may be a look into the database.
  roomHistory: { burst: 50, perSecond: 50 },
};

/** Why earlier messages are refused: what the codes say elsewhere is about writing. */
const HISTORY_REFUSALS = {
  rate_limited: 'Wait a moment: you ask for earlier messages too fast.',
  network_busy: 'Wait a moment, or log in: guests of your network ask for earlier messages too fast together.',
  room_busy: 'Wait a moment: too many in the room ask for earlier messages at once.',
} as const satisfies Partial<Record<Refusal['code'], string>>;

/** For so long nobody may say the same again: milliseconds. */
const DUPLICATE_TIME = 10_000;
/** What is known of more people than these is looked through for what has no effect any more. */
const MOST_PEOPLE = 5000;

/** What a room's settings say about its chat. */
export interface ChatRoomSettings {
  /** Whether there is a chat. */
  chat: boolean;
  /** Whether people without a token may write. */
  guestChat: boolean;
  /** Seconds between two messages of one person; 0 for none. */
  slowMode: number;
  blockedWords: readonly string[];
}

/** Why somebody may not write any more. */
export interface MuteInForce {
  reason: string;
  /** Milliseconds since the epoch; undefined for good. */
  endsAt: number | undefined;
}

interface PersonState {
  bucket: TokenBucket;
  history: TokenBucket;
  lastAt: number;
  /** What they have said in the last DUPLICATE_TIME, and when: the oldest first, no more than their bucket lets be said. */
  said: { text: string; at: number }[];
  /** Where they wrote from last, where they are a guest. */
  guestAddress: string | undefined;
}

/**
 * What the guests of an address share in a room: how fast they write, and how fast they ask for earlier messages. It
 * outlives the room's limits. Undefined where they may as they like.
 */
export type GuestBucketOf = (what: 'writing' | 'history', address: string, now: number) => TokenBucket | undefined;

/** Whether a text may be said: cleaned, or why it may not. */
export type CheckedText = { ok: true; text: string } | { ok: false; refusal: Refusal };

export class RoomLimits {
  readonly #rates: ChatRates;
  readonly #bucket: TokenBucket;
  readonly #history: TokenBucket;
  readonly #people = new Map<string, PersonState>();
  readonly #guestBucketOf: GuestBucketOf;

  constructor(rates: ChatRates, guestBucketOf: GuestBucketOf, now: number) {
    this.#rates = rates;
    this.#guestBucketOf = guestBucketOf;
    this.#bucket = new TokenBucket(rates.room, now);
    this.#history = new TokenBucket(rates.roomHistory, now);
  }

  /** Whether somebody may say this now, and counts it where they may. `author`: their id. */
  check(member: ChatMember, author: string, raw: string, settings: ChatRoomSettings, now: number): CheckedText {
    const checked = checkText(raw, settings);
    if (!checked.ok) return checked;
    const person = this.#person(author, now);
    const folded = foldedText(checked.text);
    const slowMode = member.person.isModerator ? 0 : settings.slowMode;
    const refusal = this.#refusal(person, folded, slowMode, now) ?? this.#refusalOfTogether(member, now);
    if (refusal !== undefined) return { ok: false, refusal };
    this.#bucket.take(now);
    this.#guestBucket('writing', member, now)?.take(now);
    person.bucket.take(now);
    person.guestAddress = member.guestAddress;
    person.lastAt = now;
    person.said = [...person.said.filter(({ at }) => now - at < DUPLICATE_TIME), { text: folded, at: now }];
    return checked;
  }

  /** Whether somebody may change a text now, and counts it where they may. */
  checkEdit(member: ChatMember, author: string, raw: string, settings: ChatRoomSettings, now: number): CheckedText {
    const checked = checkText(raw, settings);
    if (!checked.ok) return checked;
    const { bucket } = this.#person(author, now);
    const wait = bucket.wait(now);
    if (wait > 0) return { ok: false, refusal: { code: 'rate_limited', retryAfter: wait } };
    const guests = this.#guestBucket('writing', member, now);
    const guestWait = guests?.wait(now) ?? 0;
    if (guestWait > 0) return { ok: false, refusal: { code: 'network_busy', retryAfter: guestWait } };
    bucket.take(now);
    guests?.take(now);
    return checked;
  }

  /** Why somebody may not ask for earlier messages now; counts it where they may. */
  checkHistory(member: ChatMember, author: string, now: number): Refusal | undefined {
    const shared = [
      { code: 'rate_limited', bucket: this.#person(author, now).history },
      { code: 'network_busy', bucket: this.#guestBucket('history', member, now) },
      { code: 'room_busy', bucket: this.#history },
    ] as const;
    for (const { code, bucket } of shared) {
      const retryAfter = bucket?.wait(now) ?? 0;
      if (retryAfter > 0) return { code, detail: HISTORY_REFUSALS[code], retryAfter };
    }
    for (const { bucket } of shared) bucket?.take(now);
    return undefined;
  }

  /** Where somebody who has written here as a guest did so last. */
  guestAddressOf(author: string): string | undefined {
    return this.#people.get(author)?.guestAddress;
  }

  /** What they said last has not been kept: they may say it again. */
  forget(author: string): void {
    this.#people.delete(author);
  }

  #refusal({ bucket, lastAt, said }: PersonState, text: string, slowMode: number, now: number): Refusal | undefined {
    const slow = slowMode - Math.max(0, now - lastAt) / 1000;
    if (slow > 0) return { code: 'slow_mode', retryAfter: slow };
    const wait = bucket.wait(now);
    if (wait > 0) return { code: 'rate_limited', retryAfter: wait };
    const saidAt = said.findLast((one) => one.text === text)?.at ?? Number.NEGATIVE_INFINITY;
    const sinceSaid = Math.max(0, now - saidAt);
    if (sinceSaid < DUPLICATE_TIME) return { code: 'duplicate', retryAfter: (DUPLICATE_TIME - sinceSaid) / 1000 };
    return undefined;
  }

  /** Why somebody may not write for what others write. */
  #refusalOfTogether(member: ChatMember, now: number): Refusal | undefined {
    const guestWait = this.#guestBucket('writing', member, now)?.wait(now) ?? 0;
    if (guestWait > 0) return { code: 'network_busy', retryAfter: guestWait };
    const roomWait = this.#bucket.wait(now);
    return roomWait > 0 ? { code: 'room_busy', retryAfter: roomWait } : undefined;
  }

  #guestBucket(what: Parameters<GuestBucketOf>[0], { guestAddress }: ChatMember, now: number): TokenBucket | undefined {
    return guestAddress === undefined ? undefined : this.#guestBucketOf(what, guestAddress, now);
  }

  #person(author: string, now: number): PersonState {
    const known = this.#people.get(author);
    if (known !== undefined) return known;
    if (this.#people.size >= MOST_PEOPLE) this.#removeQuiet(now);
    const person = {
      bucket: new TokenBucket(this.#rates.person, now),
      history: new TokenBucket(this.#rates.personHistory, now),
      lastAt: Number.NEGATIVE_INFINITY,
      said: [],
      guestAddress: undefined,
    };
    this.#people.set(author, person);
    return person;
  }

  /** Who has said nothing for an hour is under no limit that is still in effect, or under one that nobody waits for. */
  #removeQuiet(now: number): void {
    for (const [author, { lastAt }] of this.#people) {
      if (now - lastAt > 3_600_000) this.#people.delete(author);
    }
    const [oldest] = this.#people.keys();
    if (this.#people.size >= MOST_PEOPLE && oldest !== undefined) this.#people.delete(oldest);
  }
}

/** A text in the form that is shown, or what is wrong with it. */
function checkText(raw: string, { blockedWords }: ChatRoomSettings): CheckedText {
  const text = cleanText(raw);
  if (text === '') return { ok: false, refusal: { code: 'empty_text' } };
  const length = lengthOf(text);
  if (length > CHAT_LIMITS.textLength) {
    const detail = `Write at most ${CHAT_LIMITS.textLength} characters: these are ${length}.`;
    return { ok: false, refusal: { code: 'text_too_long', detail } };
  }
  if (hasBlockedWord(text, blockedWords)) return { ok: false, refusal: { code: 'blocked_word' } };
  return { ok: true, text };
}
