/** The chat, with what keeps order in it and what keeps its messages. */
import type { ChatPerson } from '../chat/chat-member.ts';
import { CHAT_RATES } from '../chat/chat-limits.ts';
import { Chat } from '../chat/chat.ts';
import type { BucketRate } from '../util/token-bucket.ts';
import type { Config } from '../config/schema.ts';
import type { Actor } from '../moderation/audit-log.ts';
import { describeTerms, matches } from '../moderation/bans.ts';
import type { Moderation } from '../moderation/moderation.ts';
import type { Database } from '../store/database.ts';
import { DatabaseChatStore } from './chat-store.ts';
import type { ServerLog } from './log.ts';

/** Milliseconds. */
const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Guests of one address may write, and ask for, at once what they may in so many seconds. */
const GUEST_BURST_SECONDS = 4;

export interface ChatParts {
  config: Pick<Config, 'chatRetention' | 'guestChatRate'>;
  database: Database;
  moderation: Moderation;
  log: ServerLog;
}

export interface ServerChat {
  readonly chat: Chat;
  /** Removes old messages from now on. */
  start(): void;
  /** Removes no old messages any more. */
  stop(): void;
}

/** Builds the chat, and lets what moderators do have its effect there. */
export function createChat({ config, database, moderation, log }: ChatParts): ServerChat {
  const { roomSettings, mutes, bans, audit } = moderation;
  const guests = guestRate(config.guestChatRate);
  const chat = new Chat({
    store: new DatabaseChatStore(database),
    rules: {
      settings: (room) => roomSettings.of(room),
      mute: (room, { isKnown, subject, client }, participant) =>
        mutes.check({ room, subject, participant, guestAddress: isKnown ? undefined : client }),
      isClosedToGuests: (room) => roomSettings.isClosedToGuests(room),
    },
    onModerated(moderator, room, { id, author }) {
      audit.add({ actor: actorOf(moderator), action: 'chat.delete', room, target: `message ${id} of ${author.name}` });
    },
    onError: (error) => log.logger.error({ err: error }, 'messages of the chat could not be kept'),
    rates: { ...CHAT_RATES, guestAddress: guests, guestAddressHistory: guests },
  });
  bans.watch((ban) => {
    const isMeant = ({ isAdmin, subject, address }: ChatPerson, room: string): boolean =>
      !isAdmin && matches(ban, { room, subject, address });
    chat.end(isMeant, 'banned', describeTerms(ban));
  });
  mutes.watch((room) => chat.mutesChanged(room));
  roomSettings.watch((room) => chat.settingsChanged(room));
  return { chat, ...removalOfOld(chat, config.chatRetention * DAY, log) };
}

function guestRate(perSecond: number): BucketRate | undefined {
  return perSecond === 0 ? undefined : { burst: Math.max(1, GUEST_BURST_SECONDS * perSecond), perSecond };
}

function removalOfOld(chat: Chat, retentionMs: number, { logger }: ServerLog): Pick<ServerChat, 'start' | 'stop'> {
  let isOn = true;
  let timer: NodeJS.Timeout | undefined;
  const remove = (): void => {
    const before = retentionMs === 0 ? 0 : Date.now() - retentionMs;
    chat.removeOld(before, () => isOn).catch((error: unknown) => logger.error({ err: error }, 'old messages stay'));
  };
  return {
    start() {
      timer = setInterval(remove, HOUR).unref();
      remove();
    },
    stop() {
      isOn = false;
      clearInterval(timer);
    },
  };
}

function actorOf({ isKnown, endsAt, subject, name, address }: ChatPerson): Actor {
  const token = !isKnown ? 'none' : endsAt === undefined ? 'setting' : 'signed';
  return { token, subject, name, address };
}
