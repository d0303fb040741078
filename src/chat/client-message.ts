/** Text frames of clients as messages. */
import {
  CHAT_VERSION,
  type ClientMessage,
  type Danmaku,
  DANMAKU_PLACES,
  DANMAKU_SIZES,
  type JoinMessage,
  type SendMessage,
} from './protocol.ts';

/** A message, or what is wrong with it in one sentence. */
export type ParsedMessage =
  { ok: true; message: ClientMessage } | { ok: false; clientId: string | undefined; fault: string };

const CLIENT_ID = /^[\w-]{1,64}$/;
/** What the server makes has 22; whoever makes their own should not make less. */
const KEY = /^[\w-]{16,128}$/;
const COLOR = /^#[0-9a-f]{6}$/;

type Members = Readonly<Record<string, unknown>>;

class Fault extends Error {}

/** Reads a frame of a client. */
export function parseClientMessage(frame: string): ParsedMessage {
  const members = parseObject(frame);
  if (members === undefined) return { ok: false, clientId: undefined, fault: 'It is not a JSON object.' };
  try {
    return { ok: true, message: readMessage(members) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, clientId: readClientId(members), fault: error.message };
  }
}

function parseObject(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
  } catch {
    return undefined;
  }
}

function readMessage(members: Members): ClientMessage {
  const { type } = members;
  switch (type) {
    case 'join':
      return readJoin(members);
    case 'send':
      return readSend(members);
    case 'edit':
      return { type, clientId: requireClientId(members), id: requireId(members, 'id'), text: requireText(members) };
    case 'delete':
      return { type, clientId: requireClientId(members), id: requireId(members, 'id') };
    case 'history':
      return { type, clientId: requireClientId(members), before: requireId(members, 'before') };
    default:
      throw new Fault('type is none of join, send, edit, delete and history.');
  }
}

function readJoin(members: Members): JoinMessage {
  if (members['version'] !== CHAT_VERSION) throw new Fault(`version is not ${CHAT_VERSION}.`);
  const { nickname, key } = members;
  const join: JoinMessage = { type: 'join', version: CHAT_VERSION };
  if (nickname !== undefined && nickname !== null) {
    if (typeof nickname !== 'string') throw new Fault('nickname is not a string.');
    join.nickname = nickname;
  }
  if (key !== undefined && key !== null) {
    if (typeof key !== 'string' || !KEY.test(key)) throw new Fault('key is not as a welcome gives it.');
    join.key = key;
  }
  const since = readId(members, 'since');
  if (since !== undefined) join.since = since;
  return join;
}

function readSend(members: Members): SendMessage {
  const send: SendMessage = { type: 'send', clientId: requireClientId(members), text: requireText(members) };
  const replyTo = readId(members, 'replyTo');
  if (replyTo !== undefined) send.replyTo = replyTo;
  const danmaku = readDanmaku(members);
  if (danmaku !== undefined) send.danmaku = danmaku;
  return send;
}

function readDanmaku(members: Members): Danmaku | undefined {
  const value = members['danmaku'] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'object') throw new Fault('danmaku is not an object.');
  const { color, size, place } = value as Members;
  const lowered = typeof color === 'string' ? color.toLowerCase() : '';
  const knownSize = DANMAKU_SIZES.find((known) => known === size);
  const knownPlace = DANMAKU_PLACES.find((known) => known === place);
  if (!COLOR.test(lowered)) throw new Fault('danmaku.color is not #rrggbb.');
  if (knownSize === undefined) throw new Fault(`danmaku.size is none of ${DANMAKU_SIZES.join(', ')}.`);
  if (knownPlace === undefined) throw new Fault(`danmaku.place is none of ${DANMAKU_PLACES.join(', ')}.`);
  return { color: lowered, size: knownSize, place: knownPlace };
}

function readClientId({ clientId }: Members): string | undefined {
  return typeof clientId === 'string' && CLIENT_ID.test(clientId) ? clientId : undefined;
}

function requireClientId(members: Members): string {
  const clientId = readClientId(members);
  if (clientId === undefined) throw new Fault('clientId is not 1 to 64 of A-Z a-z 0-9 _ and -.');
  return clientId;
}

function requireText({ text }: Members): string {
  if (typeof text !== 'string') throw new Fault('text is not a string.');
  return text;
}

/** A number of a message or a change; undefined where it is missing or null. */
function readId(members: Members, name: string): number | undefined {
  const value = members[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Fault(`${name} is not 0 or a positive whole number.`);
}

function requireId(members: Members, name: string): number {
  const id = readId(members, name);
  if (id === undefined) throw new Fault(`${name} is missing.`);
  return id;
}
