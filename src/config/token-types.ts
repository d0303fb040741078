/** The types of the settings' values that are secrets. */
import { parseRoomName } from '../util/room-name.ts';
import type { ValueType } from './setting.ts';

/** What a header can carry as a bearer token. */
const TOKEN = /^[\x21-\x7E]+$/;

/** A token, or nothing. */
export const secretToken: ValueType<string> = {
  allowed: 'visible ASCII characters without spaces',
  parse: (text) => (text === '' || TOKEN.test(text) ? text : undefined),
};

/** Characters of a secret that makes 256 bits (RFC 7518 3.2). */
const SIGNING_SECRET_LENGTH = 32;

/** The shared key of signatures, or nothing. */
export const signingSecret: ValueType<string> = {
  allowed: `at least ${SIGNING_SECRET_LENGTH} visible ASCII characters without spaces, such as "openssl rand -hex 32" writes`,
  parse: (text) => (text === '' || (TOKEN.test(text) && text.length >= SIGNING_SECRET_LENGTH) ? text : undefined),
};

/** Tokens by the names of their rooms. */
export const roomTokens: ValueType<ReadonlyMap<string, string>> = {
  allowed:
    'room:token pairs with ";" between them, such as room1:token1;room2:token2, each room once, tokens of visible ' +
    'ASCII characters without spaces and ";"',
  parse(text) {
    const tokens = new Map<string, string>();
    for (const part of text.split(';').map((item) => item.trim())) {
      if (part === '') continue;
      const colon = part.indexOf(':');
      const room = colon < 0 ? undefined : parseRoomName(part.slice(0, colon).trim());
      const token = part.slice(colon + 1).trim();
      if (room === undefined || tokens.has(room) || !TOKEN.test(token)) return undefined;
      tokens.set(room, token);
    }
    return tokens;
  },
};
