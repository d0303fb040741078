import { parseClientMessage } from '../../../src/chat/client-message.ts';
import { CHAT_SUBPROTOCOL } from '../../../src/chat/protocol.ts';
import { cleanName, cleanText, lengthOf } from '../../../src/chat/text.ts';
import { tokenOfProtocols } from '../../../src/http/chat-sockets.ts';
import { type FuzzTarget, invariant } from '../target.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const message: FuzzTarget = {
  name: 'chat-message',
  format: 'text',
  corpus: [
    { type: 'join', version: 1, nickname: 'Ann', key: 'abcdefghijklmnop', since: 7 },
    { type: 'send', clientId: 'a', text: 'Hi', replyTo: 3, danmaku: { color: '#00ff7f', size: 'small', place: 'top' } },
    { type: 'edit', clientId: 'b', id: 3, text: 'Ho' },
    { type: 'delete', clientId: 'c', id: 3 },
    { type: 'history', clientId: 'd', before: 3 },
  ].map((value) => encode(JSON.stringify(value))),
  run(input) {
    const parsed = parseClientMessage(decode(input));
    if (!parsed.ok) return parsed.fault;
    const again = parseClientMessage(JSON.stringify(parsed.message));
    invariant(JSON.stringify(again) === JSON.stringify(parsed), 'what was read can be written and read');
    return `${parsed.message.type} ${Object.keys(parsed.message).join(' ')}`;
  },
};

const text: FuzzTarget = {
  name: 'chat-text',
  format: 'text',
  corpus: ['Hello @Ann 👩‍👩‍👧', 'z\u0335\u0336\u0337\u0338\u0339\u033a', '\u202eevil\u2066\n\n\n\nx', 'می‌خواهم'].map(
    encode,
  ),
  run(input) {
    const clean = cleanText(decode(input));
    invariant(!/[\u202a-\u202e\u2066-\u2069]|\p{M}{5}|\n{3}|\p{Cs}/u.test(clean), 'nothing unwanted is left');
    const name = cleanName(clean, 32);
    invariant(name === undefined || (lengthOf(name) <= 32 && !name.includes('\n')), 'names are short lines');
    return `${clean.includes('\n')} ${name === undefined} ${clean === ''}`;
  },
};

const protocols: FuzzTarget = {
  name: 'chat-subprotocols',
  format: 'text',
  corpus: [`${CHAT_SUBPROTOCOL}, token.c2VjcmV0`, 'token.', CHAT_SUBPROTOCOL].map(encode),
  run: (input) => `${tokenOfProtocols(decode(input)) === undefined}`,
};

export const CHAT_TARGETS: readonly FuzzTarget[] = [message, text, protocols];
