/** What moderators and operators send, checked member by member. */
import { ServiceError } from '../errors.ts';
import { type Network, parseNetwork } from '../moderation/network.ts';
import { hashPassword, LONGEST_PASSWORD } from '../moderation/password-hash.ts';
import { DEFAULT_ROOM_SETTINGS, type RoomSettings } from '../moderation/room-settings.ts';
import { countMember, indexMember, textMember } from './json-body.ts';

type Body = Readonly<Record<string, unknown>>;

const LONGEST_TITLE = 100;
const LONGEST_DESCRIPTION = 2000;
const LONGEST_REASON = 500;
const LONGEST_SUBJECT = 255;
const LONGEST_WORD = 64;
const MOST_PUBLISHERS = 1000;
const MOST_WORDS = 500;
const MOST_VIEWERS = 1_000_000;
const MOST_SECONDS_OF_SLOW_MODE = 3600;
/** A ban that ends has an end within ten years. */
const LONGEST_BAN_SECONDS = 10 * 366 * 86_400;
/** A ban of more than 16 million addresses is a mistake. */
const WIDEST_IPV4 = 8;
const WIDEST_IPV6 = 16;

/** What a GET answers beside what can be set: it may be sent back as it came. */
const READ_ONLY = ['room', 'hasPassword', 'locked', 'open', 'updatedAt'];
const SETTABLE = [...Object.keys(DEFAULT_ROOM_SETTINGS).filter((name) => name !== 'passwordHash'), 'password'];

/** The settings that a PUT wants; `before` has the password where it is to stay. */
export async function roomSettingsBody(body: Body, before: RoomSettings): Promise<RoomSettings> {
  const unknown = Object.keys(body).find((name) => !SETTABLE.includes(name) && !READ_ONLY.includes(name));
  if (unknown !== undefined) throw malformed(`${unknown} is no setting of a room.`);
  const usual = DEFAULT_ROOM_SETTINGS;
  return {
    title: line(body, 'title', LONGEST_TITLE) ?? usual.title,
    description: text(body, 'description', LONGEST_DESCRIPTION) ?? usual.description,
    listed: flag(body, 'listed') ?? usual.listed,
    publishers: texts(body, 'publishers', MOST_PUBLISHERS, LONGEST_SUBJECT) ?? usual.publishers,
    viewerLimit: number(body, 'viewerLimit', MOST_VIEWERS) ?? usual.viewerLimit,
    joinsPerMinute: number(body, 'joinsPerMinute', MOST_VIEWERS) ?? usual.joinsPerMinute,
    recording: flag(body, 'recording') ?? usual.recording,
    chat: flag(body, 'chat') ?? usual.chat,
    guestChat: flag(body, 'guestChat') ?? usual.guestChat,
    slowMode: number(body, 'slowMode', MOST_SECONDS_OF_SLOW_MODE) ?? usual.slowMode,
    blockedWords: texts(body, 'blockedWords', MOST_WORDS, LONGEST_WORD) ?? usual.blockedWords,
    membersOnly: flag(body, 'membersOnly') ?? usual.membersOnly,
    // The last one: it takes time.
    passwordHash: await passwordHash(body, before),
  };
}

async function passwordHash(body: Body, before: RoomSettings): Promise<string | undefined> {
  if (body['password'] === null) return undefined;
  const password = text(body, 'password', LONGEST_PASSWORD);
  if (password === undefined) return before.passwordHash;
  // It is sent as a token, in a header.
  if (!/^[\x21-\x7e]+$/.test(password))
    throw malformed('password is empty or has other than visible ASCII characters.');
  return hashPassword(password);
}

/** The reason that a body gives; there need not be any. */
export function reasonMember(body: Body): string | undefined {
  return text(body, 'reason', LONGEST_REASON);
}

/** When what a body asks for ends: milliseconds since the epoch; undefined for never. */
export function endMember(body: Body, now: number): number | undefined {
  const seconds = countMember(body, 'duration');
  if (seconds === undefined) return undefined;
  if (seconds > LONGEST_BAN_SECONDS) throw malformed(`duration is more than ${LONGEST_BAN_SECONDS} seconds.`);
  return now + seconds * 1000;
}

/** Which of the members that name somebody a body has; exactly one must be there. */
export function namingMember<const Name extends string>(
  body: Body,
  names: readonly Name[],
): { name: Name; value: string } {
  const given = names.flatMap((name) => {
    const value = line(body, name, LONGEST_SUBJECT);
    return value === undefined ? [] : [{ name, value }];
  });
  const [only] = given;
  if (only === undefined || given.length > 1) throw malformed(`Exactly one of ${names.join(', ')} is needed.`);
  if (only.value === '') throw malformed(`${only.name} is empty.`);
  return only;
}

/** An address or network that may be banned. */
export function bannedNetwork(value: string): Network {
  const network = parseNetwork(value);
  if (network === undefined) throw malformed('address is neither an address nor a network such as 192.0.2.0/24.');
  const widest = network.bits === 32 ? WIDEST_IPV4 : WIDEST_IPV6;
  if (network.prefix < widest) throw malformed(`address is a network wider than /${widest}.`);
  return network;
}

/** A member that is true or false; undefined where it is missing or null. */
export function flag(body: Body, name: string): boolean | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw malformed(`${name} is neither true nor false.`);
}

function text(body: Body, name: string, longest: number): string | undefined {
  const value = textMember(body, name);
  if (value !== undefined && value.length > longest) throw malformed(`${name} is longer than ${longest} characters.`);
  return value;
}

/** Text that stands in one line. */
function line(body: Body, name: string, longest: number): string | undefined {
  const value = text(body, name, longest);
  if (value !== undefined && /\p{Cc}/u.test(value)) throw malformed(`${name} has control characters.`);
  return value;
}

function number(body: Body, name: string, most: number): number | undefined {
  const value = indexMember(body, name);
  if (value !== undefined && value > most) throw malformed(`${name} is more than ${most}.`);
  return value;
}

function texts(body: Body, name: string, most: number, longest: number): string[] | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  const isList = Array.isArray(value) && value.length <= most;
  if (!isList) throw malformed(`${name} is not a list of at most ${most} strings.`);
  return value.map((item: unknown) => {
    const isGood = typeof item === 'string' && item.trim() !== '' && item.length <= longest;
    if (!isGood) throw malformed(`${name} has an item that is not a string of 1 to ${longest} characters.`);
    return item;
  });
}

function malformed(detail: string): ServiceError {
  return new ServiceError('malformed_request', { detail });
}
