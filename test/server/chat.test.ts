/** The chat over real sockets. */
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHAT_CLOSURES } from '../../src/chat/protocol.ts';
import { ChatClient } from './support/chat-client.ts';
import { bearer, JWT_SECRET, webToken } from './support/setting-effects.ts';
import { startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

const ADMIN = 'admin-token';
const JSON_BODY = { 'Content-Type': 'application/json', ...bearer(ADMIN) };

let server: TestServer;
let clients: ChatClient[] = [];

beforeAll(async () => {
  server = await startTestServer({
    ...{ JWT_SECRET, GUEST_ROLE: 'viewer', ADMIN_TOKEN: ADMIN, JWT_GRACE: '0s' },
    ALLOWED_ORIGIN: 'https://friend.example',
    MAX_CHATS_PER_ADDRESS: '30',
  });
});
afterAll(() => server.stop());
afterEach(() => {
  for (const client of clients) client.close();
  clients = [];
});

async function join(
  room: string,
  options: Parameters<typeof ChatClient.join>[2] = {},
): ReturnType<typeof ChatClient.join> {
  const client = await ChatClient.join(server.url, room, options);
  clients.push(client);
  return client;
}

async function open(room: string, token?: string): Promise<ChatClient> {
  const client = await ChatClient.connect(server.url, room, token);
  clients.push(client);
  return client;
}

const person = (sub: string, room: string, role = 'viewer', expiry?: number): Promise<string> =>
  webToken({ sub, name: sub, role, room }, expiry);

function put(room: string, settings: object): Promise<Response> {
  return server.call('PUT', `/api/admin/rooms/${room}`, JSON_BODY, JSON.stringify(settings));
}

describe('a conversation', () => {
  it('reaches everybody, the one who speaks too, and is there for those who come later', async () => {
    const ann = await join('talk', { nickname: 'Ann' });
    const bob = await join('talk', { token: await person('Bob', 'talk', 'publisher') });
    expect(ann.welcome).toMatchObject({ history: [], isComplete: true, you: { name: 'Ann', isGuest: true } });
    expect(bob.welcome).toMatchObject({ you: { name: 'Bob', isGuest: false, role: 'publisher' } });
    const danmaku = { color: '#FF0000', size: 'large', place: 'top' };
    const ack = await ann.say('Hello @bob 👋', { danmaku });
    expect(ack.type).toBe('ack');
    await until(() => ann.messages.length === 1 && bob.messages.length === 1, 'both get it');
    const expected = {
      author: { name: 'Ann' },
      text: 'Hello @bob 👋',
      mentions: [{ author: bob.welcome.you.id, start: 6, length: 4 }],
      danmaku: { ...danmaku, color: '#ff0000' },
    };
    expect(bob.messages[0]).toMatchObject(expected);
    const [first] = bob.messages;
    await bob.say('Hi', { replyTo: first?.id });
    const late = await join('talk', {});
    expect(late.welcome.history).toMatchObject([expected, { replyTo: { name: 'Ann', text: 'Hello @bob 👋' } }]);
    expect(late.welcome.presence).toBe(3);
    expect((await bob.next('presence')).count).toBeGreaterThan(1);
  });

  it('lets people edit and delete their own, and moderators delete all', async () => {
    const ann = await join('edits', { nickname: 'Ann' });
    const bob = await join('edits', { token: await person('Bob', 'edits') });
    const mod = await join('edits', { token: await person('Mo', 'edits', 'moderator') });
    const { id } = (await ann.say('Helo')) as { id: number };
    expect(await bob.ask({ type: 'edit', id, text: 'x' })).toMatchObject({ code: 'not_yours' });
    expect(await bob.ask({ type: 'delete', id })).toMatchObject({ code: 'not_yours' });
    expect(await ann.ask({ type: 'edit', id, text: 'Hello' })).toMatchObject({ type: 'ack', id });
    expect((await bob.next('edited')).message).toMatchObject({ id, text: 'Hello' });
    expect(await mod.ask({ type: 'delete', id })).toMatchObject({ type: 'ack' });
    expect(await bob.next('deleted')).toMatchObject({ id });
    expect(await ann.ask({ type: 'edit', id, text: 'again' })).toMatchObject({ code: 'no_such_message' });
    const audit = (await (await server.call('GET', '/api/admin/audit', bearer(ADMIN))).json()) as object[];
    expect(JSON.stringify(audit)).toContain(`message ${id} of Ann`);
  });

  it('gives a guest the same id for the same key, and no name twice', async () => {
    const ann = await join('names', { nickname: 'Ann' });
    const again = await join('names', { nickname: 'Ann', key: ann.welcome.you.key ?? '' });
    expect(again.welcome.you).toMatchObject({ id: ann.welcome.you.id, name: 'Ann' });
    expect(again.welcome.presence).toBe(1);
    expect((await join('names', { nickname: 'ANN' })).welcome.you.name).toBe('ANN 2');
    expect((await join('names', {})).welcome.you.name).toMatch(/^Guest \d{4}$/);
    const bad = await open('names');
    bad.send({ type: 'join', version: 1, nickname: '\u202e\u3164' });
    expect(await bad.next('refusal')).toMatchObject({ code: 'bad_nickname' });
  });
});

describe('who comes back', () => {
  it('gets what was missed, once, with what has changed meanwhile', async () => {
    const ann = await join('back', { nickname: 'Ann' });
    const bob = await join('back', { nickname: 'Bob' });
    const { id: first } = (await ann.say('one')) as { id: number };
    const { id: second } = (await ann.say('two')) as { id: number };
    await until(() => bob.messages.length === 2, 'Bob hears both');
    bob.close();
    await ann.ask({ type: 'edit', id: first, text: 'ONE' });
    await ann.ask({ type: 'delete', id: second });
    await ann.say('three');
    const { welcome } = await join('back', { since: second });
    expect(welcome.history.map(({ text }) => text)).toEqual(['three']);
    expect(welcome.changed).toMatchObject([
      { id: first, text: 'ONE' },
      { id: second, isDeleted: true, text: '' },
    ]);
    expect(welcome.isComplete).toBe(true);
    expect((await join('back', { since: welcome.sequence })).welcome).toMatchObject({ history: [], changed: [] });
  });

  it('is acknowledged a second time, and heard once, when a message is sent again', async () => {
    const ann = await join('again', { nickname: 'Ann' });
    const first = await ann.ask({ type: 'send', clientId: 'same', text: 'once' });
    const { key = '' } = ann.welcome.you;
    ann.close();
    const back = await join('again', { nickname: 'Ann', key });
    expect(await back.ask({ type: 'send', clientId: 'same', text: 'once' })).toMatchObject({ ...first });
    expect((await join('again')).welcome.history).toHaveLength(1);
  });
});

describe('limits', () => {
  it('are told with their reason', async () => {
    const ann = await join('limits', { nickname: 'Ann' });
    expect(await ann.say(' \u202e\n')).toMatchObject({ code: 'empty_text' });
    expect(await ann.say('x'.repeat(501))).toMatchObject({ code: 'text_too_long' });
    expect(await ann.say('a', { replyTo: 999_999 })).toMatchObject({ code: 'no_such_message' });
    expect(await ann.say('same')).toMatchObject({ type: 'ack' });
    expect(await ann.say('Same ')).toMatchObject({ code: 'duplicate', retryAfter: 10 });
    for (const text of ['1', '2', '3', '4']) expect(await ann.say(text)).toMatchObject({ type: 'ack' });
    expect(await ann.say('5')).toMatchObject({ code: 'rate_limited', retryAfter: 1 });
    const late = await open('limits');
    expect(await late.say('early')).toMatchObject({ code: 'not_joined' });
  });

  it('follow the settings of the room at once', async () => {
    const ann = await join('slow', { nickname: 'Ann' });
    await put('slow', { slowMode: 60, blockedWords: ['Foo'] });
    expect((await ann.next('settings')).settings).toEqual({ guestsMayWrite: true, slowMode: 60 });
    expect(await ann.say('what a foo!')).toMatchObject({ code: 'blocked_word' });
    expect(await ann.say('food')).toMatchObject({ type: 'ack' });
    expect(await ann.say('more')).toMatchObject({ code: 'slow_mode', retryAfter: 60 });
    await put('slow', { guestChat: false });
    await until(() => ann.received.filter(({ type }) => type === 'settings').length === 2, 'the settings');
    expect(await ann.say('guest')).toMatchObject({ code: 'guests_may_not_write' });
    const bob = await join('slow', { token: await person('Bob', 'slow') });
    expect(await bob.say('member')).toMatchObject({ type: 'ack' });
    await put('slow', { chat: false });
    expect(await bob.closed()).toBe(CHAT_CLOSURES.chat_off.code);
    await expect(open('slow')).rejects.toThrow('403');
  });
});

describe('order', () => {
  it('is kept by mutes, clearing, bans and the end of the room', async () => {
    const room = 'order';
    const moderator = { 'Content-Type': 'application/json', ...bearer(await person('Mo', room, 'moderator')) };
    const post = (path: string, body: object): Promise<Response> =>
      server.call('POST', `/api/rooms/${room}/${path}`, moderator, JSON.stringify(body));
    const ann = await join(room, { nickname: 'Ann' });
    const bob = await join(room, { token: await person('Bob', room) });
    await bob.say('rude');
    const mute = (await (await post('mutes', { participant: bob.welcome.you.id, reason: 'rude' })).json()) as {
      id: number;
    };
    expect(await bob.next('muted')).toMatchObject({ reason: 'rude' });
    expect(await bob.say('more')).toMatchObject({ code: 'muted', detail: 'A moderator has muted you: rude' });
    await server.call('DELETE', `/api/rooms/${room}/mutes/${mute.id}`, moderator);
    await bob.next('unmuted');
    expect(await bob.say('sorry')).toMatchObject({ type: 'ack' });
    const people = await server.call('GET', `/api/rooms/${room}/chat/people`, moderator);
    expect(await people.json()).toMatchObject([{ name: 'Ann', addresses: ['127.0.0.1'] }, { subject: 'Bob' }]);
    const { id } = bob.messages.at(-1) ?? { id: 0 };
    expect((await server.call('DELETE', `/api/rooms/${room}/chat/messages/${id}`, moderator)).status).toBe(204);
    expect(await ann.next('deleted')).toMatchObject({ id });
    expect((await server.call('DELETE', `/api/rooms/${room}/chat/messages/${id}`, moderator)).status).toBe(404);
    expect((await post('chat/clear', {})).status).toBe(204);
    await ann.next('cleared');
    expect((await join(room)).welcome.history).toEqual([]);
    await post('bans', { subject: 'Bob', reason: 'enough' });
    expect(await bob.closed()).toBe(CHAT_CLOSURES.banned.code);
    expect(await bob.next('closed')).toMatchObject({ reason: 'banned', detail: 'The ban has no end. Reason: enough' });
    await expect(open(room, await person('Bob', room))).rejects.toThrow('403');
    await server.open('whep/play', room, bearer(ADMIN));
    expect((await post('close', {})).status).toBe(204);
    expect(await ann.closed()).toBe(CHAT_CLOSURES.room_closed.code);
  });

  it('mutes the other guests of the address of a muted guest too, and nobody whom a token names', async () => {
    const room = 'muted';
    const moderator = { 'Content-Type': 'application/json', ...bearer(await person('Mo', room, 'moderator')) };
    const mutes = `/api/rooms/${room}/mutes`;
    const mayWrite = async (): Promise<boolean> =>
      ((await (await server.call('GET', `/api/rooms/${room}/chat`)).json()) as { mayWrite: boolean }).mayWrite;
    const bob = await join(room, { token: await person('Bob', room) });
    const ann = await join(room, { nickname: 'Ann' });
    await ann.say('rude');
    const beside = await join(room, { nickname: 'Beside' });
    // Who has gone is muted as well.
    ann.close();
    const body = JSON.stringify({ participant: ann.welcome.you.id, reason: 'rude' });
    const { id, ...mute } = (await (await server.call('POST', mutes, moderator, body)).json()) as { id: number };
    expect(mute).toMatchObject({ guestAddresses: ['127.0.0.1'] });
    expect(await beside.next('muted')).toMatchObject({ reason: 'rude' });
    const again = await join(room, { nickname: 'Ann' });
    expect(again.welcome).toMatchObject({ muted: { reason: 'rude' } });
    for (const guest of [beside, again]) expect(await guest.say('still here')).toMatchObject({ code: 'muted' });
    expect([(await bob.say('hello')).type, await mayWrite()]).toEqual(['ack', false]);
    expect((await server.call('DELETE', `${mutes}/${id}`, moderator)).status).toBe(204);
    await beside.next('unmuted');
    expect([(await again.say('sorry')).type, await mayWrite()]).toEqual(['ack', true]);
  });

  it('lets nobody in without the right, and nobody stay longer than their token', async () => {
    await expect(open('members', await person('Ann', 'other'))).resolves.toBeDefined();
    await put('members', { membersOnly: true });
    await expect(open('members')).rejects.toThrow('401');
    await expect(open('members', await person('Ann', 'other'))).rejects.toThrow('403');
    const soon = Math.floor(Date.now() / 1000) + 2;
    const ann = await join('members', { token: await person('Ann', 'members', 'viewer', soon) });
    expect(await ann.closed()).toBe(CHAT_CLOSURES.expired.code);
    const guest = await join('public');
    await put('public', { membersOnly: true });
    expect(await guest.closed()).toBe(CHAT_CLOSURES.access_changed.code);
    expect(server.rawLog.join('')).not.toContain('token.');
  });

  it('lets pages of other sites in where ALLOWED_ORIGIN names them', async () => {
    const from = (origin: string): Promise<ChatClient> => ChatClient.connect(server.url, 'o', undefined, { origin });
    await expect(from('https://enemy.example')).rejects.toThrow('403');
    for (const origin of ['https://friend.example', server.url]) clients.push(await from(origin));
    const why = await server.call('GET', '/api/rooms/o/chat', { Origin: 'https://enemy.example' });
    expect(((await why.json()) as { code: string }).code).toBe('origin_not_allowed');
  });
});

describe('what was said', () => {
  it('is read in pages', async () => {
    const ann = await join('pages', { nickname: 'Ann' });
    for (const text of ['a', 'b', 'c']) await ann.say(text);
    await until(() => ann.messages.length === 3, 'all');
    const read = async (query: string): Promise<string> => {
      const response = await server.call('GET', `/api/rooms/pages/chat/messages?${query}`);
      const { messages, isComplete } = (await response.json()) as { messages: { text: string }[]; isComplete: boolean };
      return `${messages.map(({ text }) => text).join('')} ${isComplete}`;
    };
    const [first, , third] = ann.messages;
    expect(await read('limit=2')).toBe('bc false');
    expect(await read(`before=${third?.id}`)).toBe('ab true');
    expect(await read(`since=${first?.id}&limit=1`)).toBe('b false');
    expect((await server.call('GET', '/api/rooms/pages/chat/messages?since=x')).status).toBe(400);
  });
});

describe('who asks for what was said before', () => {
  it('gets it in pages, as it is now, and no sooner than they have joined', async () => {
    const ann = await join('earlier', { nickname: 'Ann' });
    for (const text of ['a', 'b', 'c']) await ann.say(text);
    await until(() => ann.messages.length === 3, 'all');
    const ids = ann.messages.map(({ id }) => id);
    await ann.ask({ type: 'delete', id: ids[0] });
    await ann.ask({ type: 'edit', id: ids[1], text: 'B' });
    const bob = await open('earlier');
    const request = { type: 'history', clientId: 'h', before: ids[2] };
    expect(await bob.ask(request)).toMatchObject({ code: 'not_joined' });
    bob.send({ type: 'join', version: 1 });
    const { history } = await bob.next('welcome');
    bob.send(request);
    // As on joining: what was deleted has no text any more.
    const answer = await bob.next('history');
    expect(answer).toEqual({ type: 'history', clientId: 'h', messages: history.slice(0, 2), isComplete: true });
    expect(answer.messages).toMatchObject([{ isDeleted: true, text: '' }, { text: 'B' }]);
    expect(await bob.ask({ type: 'history', before: 'x' })).toMatchObject({ code: 'malformed' });
    for (let i = 0; i < 20; i++) bob.send(request);
    await until(() => bob.received.some((one) => one.type === 'refusal' && one.code === 'rate_limited'), 'a refusal');
  });

  it('gets nothing of another room, of a room that was cleared, or once they are banned', async () => {
    const moderator = { 'Content-Type': 'application/json', ...bearer(await person('Mo', 'past', 'moderator')) };
    const ann = await join('past', { nickname: 'Ann' });
    await ann.say('long ago');
    const bob = await join('past', { token: await person('Bob', 'past') });
    const elsewhere = await join('elsewhere');
    const before = Number.MAX_SAFE_INTEGER;
    elsewhere.send({ type: 'history', clientId: 'h', before });
    expect((await elsewhere.next('history')).messages).toEqual([]);
    await server.call('POST', '/api/rooms/past/chat/clear', moderator, '{}');
    bob.send({ type: 'history', clientId: 'h', before });
    expect(await bob.next('history')).toMatchObject({ messages: [], isComplete: true });
    await server.call('POST', '/api/rooms/past/bans', moderator, JSON.stringify({ subject: 'Bob' }));
    expect(await bob.closed()).toBe(CHAT_CLOSURES.banned.code);
  });
});

describe('hostile clients', () => {
  it('are told what is wrong, a few times', async () => {
    const client = await open('hostile');
    for (const frame of ['{', '[]', 'null', '{"type":"join","version":2}', '{"type":"send"}'])
      client.socket.send(frame);
    await until(() => client.received.length === 5, 'refusals');
    expect(client.received.every((message) => message.type === 'refusal' && message.code === 'malformed')).toBe(true);
    for (let i = 0; i < 20; i++) client.socket.send('{');
    expect(await client.closed()).toBe(CHAT_CLOSURES.malformed.code);
    const flood = await join('hostile');
    for (let i = 0; i < 100; i++) flood.send({ type: 'delete', clientId: `${i}`, id: 1 });
    expect(await flood.closed()).toBe(CHAT_CLOSURES.too_many_messages.code);
  });

  it('are closed for binary and large frames', async () => {
    const binary = await open('hostile');
    binary.socket.send(Buffer.from('{}'));
    expect(await binary.closed()).toBe(1003);
    const large = await open('hostile');
    large.socket.send('x'.repeat(1024 * 1024));
    expect(await large.closed()).toBe(1009);
    const crumbs = await open('hostile');
    for (let i = 0; i < 200; i++) crumbs.socket.send('x', { fin: false });
    expect(await crumbs.closed()).toBe(1008);
  });

  it('write nothing that harms those who read', async () => {
    const ann = await join('safe', { nickname: '<b>A\u202enn</b>' });
    expect(ann.welcome.you.name).toBe('<b>Ann</b>');
    await ann.say('<script>alert(1)</script>');
    await ann.say('\u202eevil\u2066 te\u0000xt\u200f');
    await ann.say(`z${'\u0335'.repeat(50)}!`);
    await until(() => ann.messages.length === 3, 'all');
    expect(ann.messages.map(({ text }) => text)).toEqual([
      '<script>alert(1)</script>',
      'evil text',
      `z${'\u0335'.repeat(4)}!`,
    ]);
  });

  it('have no more connections from one address than they may', async () => {
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => open('many')));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(30);
    expect(String((refused[0] as PromiseRejectedResult).reason)).toContain('429');
    for (const client of clients) client.close();
    await until(async () => (await server.call('GET', '/api/rooms/many/chat')).status === 200, 'room for more');
    await open('many');
  });

  it('who never read are dropped, and others do not wait for them', async () => {
    const { port } = server.http;
    const reader = connect(port, '127.0.0.1');
    reader.on('error', () => undefined);
    reader.write(
      `GET /api/rooms/deaf/chat HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const join = Buffer.from('{"type":"join","version":1}');
    // RFC 6455, 5.2: a text frame, masked with zeros.
    reader.write(Buffer.concat([Buffer.of(0x81, 0x80 | join.length, 0, 0, 0, 0), join]));
    reader.pause();
    const bob = await ChatClient.join(server.url, 'deaf', { nickname: 'Bob' });
    clients.push(bob);
    const there = async (): Promise<number> =>
      ((await (await server.call('GET', '/api/rooms/deaf/chat')).json()) as { presence: number }).presence;
    await until(async () => (await there()) === 2, 'both are there');
    // Pings ask for answers that nobody reads.
    const ping = Buffer.concat([Buffer.of(0x89, 0xfd, 0, 0, 0, 0), Buffer.alloc(125)]);
    for (let i = 0; i < 200; i++) reader.write(Buffer.concat(Array.from({ length: 500 }, () => ping)));
    expect(await bob.say('still here')).toMatchObject({ type: 'ack' });
    reader.destroy();
    await until(async () => (await there()) === 1, 'it is gone');
  });
});
