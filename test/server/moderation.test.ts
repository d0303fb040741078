import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHAT_CLOSURES } from '../../src/chat/protocol.ts';
import { ChatClient } from './support/chat-client.ts';
import { bearer, JWT_SECRET, webToken } from './support/setting-effects.ts';
import { OFFER, problemOf, SDP, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

type Headers = Record<string, string>;
interface Listed {
  id: string;
  role: string;
  subject?: string;
  name?: string;
  address: string;
  state: string;
}
interface Ban {
  id: number;
  sessions: number;
  endsAt?: string;
}
interface Page {
  entries: Record<string, unknown>[];
  next?: number;
}

const ADMIN = bearer('admin-secret');
const SETTINGS = { ADMIN_TOKEN: 'admin-secret', JWT_SECRET, GUEST_ROLE: 'viewer', TRUST_PROXY: 'loopback' };
/** The address that a request comes from, by the proxy's word. */
const from = (address: string): Headers => ({ 'X-Forwarded-For': address });

let server: TestServer;
let moderator: Headers;
beforeEach(async () => {
  server = await startTestServer(SETTINGS);
  moderator = bearer(await webToken({ role: 'moderator', room: 'a', sub: 'mod', name: 'Mo' }));
});
afterEach(() => server.stop());

const send = (method: string, path: string, body: unknown, headers: Headers): Promise<Response> =>
  server.call(method, path, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body));
const json = async (path: string, headers: Headers): Promise<unknown> =>
  (await server.call('GET', path, headers)).json();
const status = async (method: string, path: string, headers: Headers): Promise<number> =>
  (await server.call(method, path, headers)).status;
const people = async (headers = moderator): Promise<Listed[]> =>
  (await json('/api/rooms/a/participants', headers)) as Listed[];
const play = async (room: string, headers: Headers): Promise<string> => {
  const response = await server.call('POST', `/api/whep/play/${room}`, { ...SDP, ...headers }, OFFER);
  return response.status === 201 ? '201' : (await problemOf(response)).code;
};
const hasEnded = (path: string): Promise<void> =>
  until(async () => (await server.call('GET', path, ADMIN)).status === 410, 'the session is removed');
const audit = async (query = ''): Promise<Page> => (await json(`/api/admin/audit${query}`, ADMIN)) as Page;

describe('the participants of a room', () => {
  it('are listed for moderators of the room without what would let others end their sessions', async () => {
    const ada = bearer(await webToken({ sub: 'u1', name: 'Ada' }));
    const { path } = await server.open('whep/play', 'a', { ...ada, 'User-Agent': 'test', ...from('192.0.2.7') });
    await server.open('whep/play', 'a', from('2001:db8::1'));
    await server.open('whep/play', 'b');
    const list = await people();
    expect(list).toMatchObject([
      { role: 'play', subject: 'u1', name: 'Ada', address: '192.0.2.7', userAgent: 'test', state: 'connected' },
      { role: 'play', address: '2001:db8::1' },
    ]);
    expect(JSON.stringify(list)).not.toContain(path.split('/').at(-1));
    expect(await status('DELETE', `/api/whep/${list[0]?.id}`, {})).toBe(404);
    const elsewhere = '/api/rooms/b/participants';
    expect([await status('GET', elsewhere, moderator), await status('GET', elsewhere, {})]).toEqual([403, 401]);
    expect(await status('GET', '/api/rooms/none/participants', ADMIN)).toBe(404);
  });

  it('can be removed one by one, the publisher too, and it is written down', async () => {
    const publisher = await server.open('whip/publish', 'a', ADMIN);
    const viewer = await server.open('whep/play', 'a', from('192.0.2.7'));
    const [first, second] = await people();
    const remove = (id: string | undefined, reason: string): Promise<number> =>
      status('DELETE', `/api/rooms/a/participants/${id}?reason=${reason}`, moderator);
    expect([await remove(first?.id, 'noise'), await remove(second?.id, 'rude')]).toEqual([204, 204]);
    await hasEnded(publisher.path);
    await hasEnded(viewer.path);
    expect(await remove(first?.id, 'again')).toBe(404);
    expect(server.events).toContainEqual(expect.objectContaining({ msg: 'session closed', reason: 'removed' }));
    const actor = { token: 'signed', subject: 'mod', name: 'Mo', address: '127.0.0.1' };
    expect((await audit()).entries).toMatchObject([
      { ...actor, action: 'participant.remove', room: 'a', target: 'viewer a guest at 192.0.2.7', reason: 'rude' },
      { ...actor, action: 'participant.remove', target: 'publisher a guest at 127.0.0.1', reason: 'noise' },
    ]);
  });

  it('of another room stay', async () => {
    await server.open('whep/play', 'b');
    const [one] = (await json('/api/rooms/b/participants', ADMIN)) as Listed[];
    expect(await status('DELETE', `/api/rooms/a/participants/${one?.id}`, moderator)).toBe(404);
  });
});

describe('a lock', () => {
  it('keeps new people out but moderators, over a restart too, until it is lifted', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'locks-'));
    await server.stop();
    server = await startTestServer({ ...SETTINGS, DATA_DIR: directory });
    const { path } = await server.open('whep/play', 'a');
    expect(await status('PUT', '/api/rooms/a/lock?reason=full', moderator)).toBe(204);
    expect(await status('PUT', '/api/rooms/a/lock', moderator)).toBe(204);
    expect([await play('a', {}), await play('a', moderator), await play('b', {})]).toEqual([
      'room_locked',
      '201',
      '201',
    ]);
    expect(await status('GET', path, {})).toBe(204);
    expect(await json('/api/rooms/a/lock', moderator)).toEqual({ locked: true });
    expect(await json('/api/rooms/a', moderator)).toMatchObject({ name: 'a', locked: true });
    expect(await status('GET', '/api/rooms/a/lock', {})).toBe(401);
    await server.stop();
    server = await startTestServer({ ...SETTINGS, DATA_DIR: directory });
    expect(await play('a', {})).toBe('room_locked');
    expect(await json('/api/admin/rooms/a', ADMIN)).toMatchObject({ locked: true });
    expect(await status('DELETE', '/api/rooms/a/lock', moderator)).toBe(204);
    expect(await play('a', {})).toBe('201');
    expect(await json('/api/rooms/a/lock', moderator)).toEqual({ locked: false });
    const { entries } = await audit('?room=a');
    expect(entries.map(({ action, reason }) => [action, reason])).toEqual([
      ['room.unlock', undefined],
      ['room.lock', 'full'],
    ]);
    rmSync(directory, { recursive: true });
  });

  it('and the end of a room are for its moderators', async () => {
    await server.open('whep/play', 'b');
    const { path } = await server.open('whep/play', 'a');
    const close = (room: string): Promise<number> => status('POST', `/api/rooms/${room}/close`, moderator);
    expect([await close('a'), await close('a'), await close('b')]).toEqual([204, 404, 403]);
    await hasEnded(path);
    expect(await status('PUT', '/api/rooms/b/lock', moderator)).toBe(403);
    expect((await audit()).entries).toMatchObject([{ action: 'room.close', room: 'a', subject: 'mod' }]);
  });

  it('closes a room that has only a chat, as a moderator and as an admin', async () => {
    const close = { moderator: '/api/rooms/a/close?reason=late', admin: '/api/admin/rooms/a/close' };
    for (const [who, path] of Object.entries(close)) {
      const headers = who === 'admin' ? ADMIN : moderator;
      const chat = await ChatClient.join(server.url, 'a');
      expect([who, await status('POST', path, headers)]).toEqual([who, 204]);
      expect(await chat.closed()).toBe(CHAT_CLOSURES.room_closed.code);
      expect([who, await status('POST', path, headers)]).toEqual([who, 404]);
    }
    expect((await audit()).entries).toMatchObject([
      { action: 'room.close', room: 'a', token: 'setting' },
      { action: 'room.close', room: 'a', subject: 'mod', reason: 'late' },
    ]);
  });
});

describe('a ban', () => {
  const ban = async (body: unknown, room: string | undefined = 'a', headers = moderator): Promise<Ban> => {
    const response = await send('POST', room === '*' ? '/api/admin/bans' : `/api/rooms/${room}/bans`, body, headers);
    if (response.status !== 201) throw new Error(await response.text());
    return (await response.json()) as Ban;
  };

  it('of a person ends their sessions in the room at once and keeps them out of it, whatever their address', async () => {
    const ada = bearer(await webToken({ sub: 'u1', room: '*' }));
    const [here, there] = [await server.open('whep/play', 'a', ada), await server.open('whep/play', 'b', ada)];
    const other = await server.open('whep/play', 'a', bearer(await webToken({ sub: 'u2' })));
    expect(await ban({ subject: 'u1', reason: 'spam' })).toMatchObject({ subject: 'u1', room: 'a', sessions: 1 });
    await hasEnded(here.path);
    expect([await status('GET', there.path, ada), await status('GET', other.path, ADMIN)]).toEqual([204, 204]);
    expect([await play('a', { ...ada, ...from('198.51.100.1') }), await play('b', ada)]).toEqual(['banned', '201']);
    const refused = await server.call('POST', '/api/whip/publish/a', { ...SDP, ...ada }, OFFER);
    expect(await problemOf(refused)).toMatchObject({ code: 'banned', detail: 'The ban has no end. Reason: spam' });
    expect(await play('a', {})).toBe('201');
  });

  it('everywhere holds on the whole API, but for admins', async () => {
    const { path } = await server.open('whep/play', 'b', from('192.0.2.9'));
    expect(await ban({ address: '192.0.2.0/24' }, '*', ADMIN)).toMatchObject({ address: '192.0.2.0/24', sessions: 1 });
    await hasEnded(path);
    const there = from('192.0.2.200');
    expect([await play('b', there), await play('b', from('192.0.3.1'))]).toEqual(['banned', '201']);
    for (const url of ['/api/rooms', '/api/records', '/api/ice-servers', '/records/a/b.webm']) {
      expect([url, await status('GET', url, there)]).toEqual([url, 403]);
    }
    expect(await status('GET', '/api/rooms', { ...ADMIN, ...there })).toBe(200);
    // Who is allowed to keep order in a room is not above a ban.
    expect(await status('GET', '/api/rooms/b/participants', { ...moderator, ...there })).toBe(403);
  });

  it('of an address says before and after how many sessions share it', async () => {
    for (let i = 0; i < 3; i++) await server.open('whep/play', 'a', from('203.0.113.5'));
    const body = { address: '203.0.113.5' };
    const preview = await send('POST', '/api/rooms/a/bans', { ...body, preview: true }, moderator);
    expect([preview.status, await preview.json()]).toEqual([200, { sessions: 3 }]);
    expect(await people()).toHaveLength(3);
    expect(await ban({ ...body, duration: 60 })).toMatchObject({ sessions: 3 });
    await until(async () => (await status('GET', '/api/rooms/a/participants', moderator)) === 404, 'all are gone');
  });

  it('ends no session of an admin, and counts none', async () => {
    await server.open('whep/play', 'a', { ...ADMIN, ...from('203.0.113.6') });
    await server.open('whep/play', 'a', from('203.0.113.6'));
    const preview = await send('POST', '/api/rooms/a/bans', { address: '203.0.113.0/29', preview: true }, moderator);
    expect(await preview.json()).toEqual({ sessions: 1 });
    expect(await ban({ address: '203.0.113.0/29' })).toMatchObject({ sessions: 1 });
    expect(await people()).toMatchObject([{ address: '203.0.113.6' }]);
  });

  it('of a participant is of the person, or of the line where nobody is named', async () => {
    await server.open('whep/play', 'a', bearer(await webToken({ sub: 'u1' })));
    await server.open('whep/play', 'a', from('2001:db8:1:2:3::9'));
    const [named, guest] = await people();
    expect(await ban({ participant: named?.id })).toMatchObject({ subject: 'u1' });
    expect(await ban({ participant: guest?.id })).toMatchObject({ address: '2001:db8:1:2::/64' });
    expect(await play('a', from('2001:db8:1:2::1'))).toBe('banned');
    expect((await send('POST', '/api/rooms/a/bans', { participant: 'gone' }, moderator)).status).toBe(404);
  });

  it('survives a restart, ends at its time, and can be lifted by those who may', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bans-'));
    await server.stop();
    server = await startTestServer({ ...SETTINGS, DATA_DIR: directory });
    const short = await ban({ address: '192.0.2.1', duration: 1 });
    const long = await ban({ address: '192.0.2.2' });
    const general = await ban({ address: '192.0.2.3' }, '*', ADMIN);
    await server.stop();
    server = await startTestServer({ ...SETTINGS, DATA_DIR: directory });
    expect([await play('a', from('192.0.2.2')), await play('b', from('192.0.2.3'))]).toEqual(['banned', 'banned']);
    await until(async () => (await play('a', from('192.0.2.1'))) === '201', 'the short one ends');
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(short.endsAt ?? ''));
    expect(await json('/api/rooms/a/bans', moderator)).toMatchObject([{ id: long.id, createdBy: 'Mo' }]);
    expect(await json('/api/admin/bans', ADMIN)).toMatchObject([
      { id: general.id, createdBy: 'operator' },
      { id: long.id },
    ]);
    // A moderator lifts those of the own room.
    expect(await status('DELETE', `/api/rooms/a/bans/${general.id}`, moderator)).toBe(404);
    expect(await status('DELETE', `/api/rooms/a/bans/x`, moderator)).toBe(404);
    expect(await status('DELETE', `/api/rooms/a/bans/${long.id}?reason=sorry`, moderator)).toBe(204);
    expect(await status('DELETE', `/api/admin/bans/${general.id}`, ADMIN)).toBe(204);
    expect([await play('a', from('192.0.2.2')), await play('b', from('192.0.2.3'))]).toEqual(['201', '201']);
    rmSync(directory, { recursive: true });
  });

  it.each([
    [{}, 'Exactly one of subject, address, participant is needed.'],
    [{ subject: 'u', address: '192.0.2.1' }, 'Exactly one of subject, address, participant is needed.'],
    [{ subject: '' }, 'subject is empty.'],
    [{ address: '192.0.2' }, 'address is neither an address nor a network such as 192.0.2.0/24.'],
    [{ address: '0.0.0.0/0' }, 'address is a network wider than /8.'],
    [{ address: '::/3' }, 'address is a network wider than /16.'],
    [{ subject: 'u', duration: 0 }, 'duration is not a positive whole number.'],
    [{ subject: 'u', duration: 1e12 }, 'duration is more than 316224000 seconds.'],
    [{ subject: 'u', reason: 'x'.repeat(501) }, 'reason is longer than 500 characters.'],
  ])('is refused: %j', async (body, detail) => {
    const response = await send('POST', '/api/rooms/a/bans', body, moderator);
    expect([response.status, (await problemOf(response)).detail]).toEqual([400, detail]);
    expect(await json('/api/rooms/a/bans', moderator)).toEqual([]);
  });
});

describe('a mute', () => {
  it('is kept for the chat until it is lifted', async () => {
    const mute = await send('POST', '/api/rooms/a/mutes', { subject: 'u1', reason: 'caps', duration: 60 }, moderator);
    expect(mute.status).toBe(201);
    const { id } = (await mute.json()) as { id: number };
    expect(await json('/api/rooms/a/mutes', moderator)).toMatchObject([{ id, subject: 'u1', reason: 'caps' }]);
    const other = bearer(await webToken({ role: 'moderator', room: 'b' }));
    expect(await status('DELETE', `/api/rooms/b/mutes/${id}`, other)).toBe(404);
    expect(await status('DELETE', `/api/rooms/a/mutes/${id}`, moderator)).toBe(204);
    expect(await json('/api/rooms/a/mutes', moderator)).toEqual([]);
    expect((await audit()).entries.map(({ action, target }) => [action, target])).toEqual([
      ['mute.remove', 'u1'],
      ['mute.add', 'u1'],
    ]);
    expect((await send('POST', '/api/rooms/a/mutes', { address: '192.0.2.1' }, moderator)).status).toBe(400);
  });
});

describe('GET /api/admin/audit', () => {
  it('has what operators do, page by page, by room and by action', async () => {
    await server.call('PUT', '/api/admin/rooms/a', { 'Content-Type': 'application/json', ...ADMIN }, '{"title":"A"}');
    await send('POST', '/api/admin/tokens', { role: 'viewer', room: 'a', subject: 'u1' }, ADMIN);
    await send('POST', '/api/admin/bans', { subject: 'u1', reason: 'test' }, ADMIN);
    await server.call('DELETE', '/api/admin/rooms/a', ADMIN);
    const operator = { token: 'setting', address: '127.0.0.1' };
    const { entries, next } = await audit();
    expect(entries).toMatchObject([
      { ...operator, action: 'room.settings.delete', room: 'a' },
      { ...operator, action: 'ban.add', target: 'u1', reason: 'test' },
      { ...operator, action: 'token.mint', room: 'a', target: 'viewer of a, u1, 3600 s' },
      { ...operator, action: 'room.settings', room: 'a', target: 'title' },
    ]);
    expect(next).toBeUndefined();
    expect(JSON.stringify(entries)).not.toContain('admin-secret');
    const first = await audit('?limit=3');
    expect(first.entries).toEqual(entries.slice(0, 3));
    expect(await audit(`?limit=3&before=${first.next}`)).toEqual({ entries: entries.slice(3) });
    expect((await audit('?action=ban.add')).entries).toHaveLength(1);
    expect((await audit('?room=a')).entries).toHaveLength(3);
  });

  it.each(['action=x', 'limit=0', 'limit=1001', 'before=-1', 'room=.a'])('refuses ?%s', async (query) => {
    expect(await status('GET', `/api/admin/audit?${query}`, ADMIN)).toBe(400);
  });
});
