/** The types of the settings' values that are URLs. */
import type { ValueType } from './setting.ts';
import { list } from './value-types.ts';

/** host, [IPv6] or address, with an optional port (RFC 7064 3.1, RFC 7065 3.1). */
const HOST_AND_PORT = String.raw`(?:\[[\dA-Fa-f:.]+\]|[A-Za-z\d](?:[A-Za-z\d.-]*[A-Za-z\d])?)(?::\d{1,5})?`;
const STUN_URL = new RegExp(`^stuns?:${HOST_AND_PORT}$`);
const TURN_URL = new RegExp(String.raw`^turns?:${HOST_AND_PORT}(?:\?transport=(?:udp|tcp))?$`);

/** A STUN server's URL. */
export const stunUrl: ValueType<string> = {
  allowed: 'a URL such as stun:host:3478 or stuns:host:5349',
  parse: (text) => (STUN_URL.test(text) ? text : undefined),
};

/** A TURN server's URL. */
export const turnUrl: ValueType<string> = {
  allowed: 'a URL such as turn:host:3478?transport=udp or turns:host:5349?transport=tcp',
  parse: (text) => (TURN_URL.test(text) ? text : undefined),
};

/** A web address, or nothing. */
export const httpUrl: ValueType<string> = {
  allowed: 'a URL that begins with https:// or http://, without a user name',
  parse(text) {
    if (text === '') return text;
    if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
    const { username, password } = new URL(text);
    return username === '' && password === '' ? text : undefined;
  },
};

/** URLs between commas; the word none for an empty list, where the setting has a default. */
export function urlList(url: ValueType<string>): ValueType<readonly string[]> {
  const urls = list(url);
  return { allowed: `none, or ${urls.allowed}`, parse: (text) => (text === 'none' ? [] : urls.parse(text)) };
}

/** Text that a header can carry. */
export const printableText: ValueType<string> = {
  allowed: 'printable ASCII characters',
  parse: (text) => (/^[\x20-\x7E]*$/.test(text) ? text : undefined),
};
