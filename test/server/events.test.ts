/** GET /api/events: who is told what, and how a reader goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../support/event-reader.ts';
import type { EventReader } from '../support/event-reader.ts';
import { bearer, JWT_SECRET, webToken } from './support/setting-effects.ts';
import { problemOf, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';
import type { ToldEvent } from './support/webhook-receiver.ts';

const ADMIN = bearer('admin-secret');
const SETTINGS = { ADMIN_TOKEN: 'admin-secret', JWT_SECRET, GUEST_ROLE: 'publisher' };
const JSON_BODY = { 'Content-Type': 'application/json' };

let server: TestServer;
let readers: EventReader[];
beforeEach(async () => {
  server = await startTestServer(SETTINGS);
  readers = [];
});
afterEach(async () => {
  for (const reader of readers) reader.close();
  await server.stop();
});

async function read(query = '', headers: Record<string, string> = ADMIN): Promise<EventReader> {
  const reader = await readEvents(`${server.url}/api/events${query}`, headers);
  expect([reader.response.status, reader.response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  readers.push(reader);
  return reader;
}

const told = (reader: EventReader): ToldEvent[] => reader.events.map(({ data }) => data as ToldEvent);
const jwt = async (role: string, room = 'stage'): Promise<Record<string, string>> =>
  bearer(await webToken({ role, room, sub: `${role}-sub`, name: role }));
const ban = (path: string, body: object): Promise<Response> =>
  server.call('POST', path, { ...JSON_BODY, ...ADMIN }, JSON.stringify(body));
const restart = async (settings: Record<string, string>): Promise<void> => {
  await server.stop();
  server = await startTestServer({ ...SETTINGS, ...settings });
};

/** A publisher and a viewer come to a room and leave. */
async function comeAndGo(room: string): Promise<void> {
  const publisher = await server.open('whip/publish', room, await jwt('publisher', room));
  const viewer = await server.open('whep/play', room, await jwt('viewer', room));
  const connected = (): number =>
    server.events.filter(({ msg, room: of }) => msg === 'session connected' && of === room).length;
  await until(() => connected() === 2, 'both are connected');
  await server.call('DELETE', viewer.path, await jwt('viewer', room));
  await server.call('DELETE', publisher.path, await jwt('publisher', room));
}

const COMING = ['publisher.joined', 'room.live', 'viewer.joined'];
const GOING = ['viewer.left', 'publisher.left', 'room.ended'];

describe('what happens in a room', () => {
  it('is told to each role as far as the table goes', async () => {
    await restart({ GUEST_ROLE: 'none' });
    const roles = ['viewer', 'publisher', 'moderator', 'admin'];
    const tokens = await Promise.all(roles.map((role) => jwt(role)));
    const byRole = await Promise.all(tokens.map((token) => read('', token)));
    const elsewhere = await read('', await jwt('moderator', 'elsewhere'));
    await comeAndGo('stage');
    await ban('/api/rooms/stage/bans', { subject: 'x', reason: 'spam' });
    await ban('/api/admin/bans', { address: '192.0.2.7' });
    const [viewer = [], publisher = [], moderator = [], admin = []] = await Promise.all(
      byRole.map(async (reader, index) => {
        const expected = [2, 6, 7, 8][index] ?? 0;
        await until(() => reader.events.length >= expected, `${roles[index] ?? ''} is told`);
        return told(reader);
      }),
    );
    const types = (events: ToldEvent[]): string[] => events.map(({ type }) => type);
    expect(types(viewer)).toEqual(['room.live', 'room.ended']);
    expect(types(publisher)).toEqual([...COMING, ...GOING]);
    expect(types(moderator)).toEqual([...COMING, ...GOING, 'ban.created']);
    expect(types(admin)).toEqual([...COMING, ...GOING, 'ban.created', 'ban.created']);
    expect(elsewhere.events).toEqual([]);
    expect(admin[2]?.data).toMatchObject({ subject: 'viewer-sub', name: 'viewer', address: '127.0.0.1', viewers: 1 });
    expect(admin[7]).toMatchObject({ room: null, data: { network: '192.0.2.7' } });
    expect(JSON.stringify([viewer, publisher, moderator])).not.toMatch(/127\.0\.0\.1|192\.0\.2/);
    const sessions = server.events.flatMap(({ session }) => (typeof session === 'string' ? [session] : []));
    expect(sessions.length).toBeGreaterThan(0);
    for (const session of sessions) expect(JSON.stringify(admin)).not.toContain(session);
  });

  it('has numbers that grow, times, and as much of a stay as there was', async () => {
    const reader = await read();
    await comeAndGo('a');
    await until(() => reader.events.length === 6, 'all is told');
    const events = told(reader);
    expect(reader.names()).toEqual(events.map(({ type }) => type));
    for (const [index, { id, time, room }] of events.entries()) {
      expect(id).toBe((events[0]?.id ?? 0) + index);
      expect(Math.abs(Date.now() - Date.parse(time))).toBeLessThan(10_000);
      expect(room).toBe('a');
    }
    expect(events[3]?.data).toMatchObject({ reason: 'deleted', seconds: expect.any(Number) as number, viewers: 0 });
    expect(events[5]?.data).toEqual({ reason: 'deleted', seconds: expect.any(Number) as number });
  });

  it('tells the end of a ban, lifted or by itself', async () => {
    const reader = await read('?types=ban.*');
    const { id } = (await (await ban('/api/admin/bans', { subject: 'x' })).json()) as { id: number };
    await ban('/api/admin/bans', { subject: 'y', duration: 2 });
    await server.call('DELETE', `/api/admin/bans/${id}`, ADMIN);
    await until(() => reader.events.length === 4, 'both have ended');
    const ends = told(reader).filter(({ type }) => type === 'ban.ended');
    expect(ends.map(({ data }) => [data['subject'], data['lifted']])).toEqual([
      ['x', true],
      ['y', false],
    ]);
  });

  it('is not told to those who are banned, nor rooms that are not listed to those who do not know them', async () => {
    await server.call('PUT', '/api/admin/rooms/secret', { ...JSON_BODY, ...ADMIN }, '{"listed":false}');
    const guest = await read('', {});
    const knowing = await read('?room=secret', {});
    const banned = await read('', await jwt('viewer', '*'));
    await ban('/api/rooms/stage/bans', { subject: 'viewer-sub' });
    await comeAndGo('secret');
    const publisher = await server.open('whip/publish', 'stage', await jwt('publisher'));
    await server.open('whip/publish', 'last');
    await until(() => guest.names().length >= 4 && banned.names().length >= 1, 'the last room is live');
    expect(new Set(told(guest).map(({ room }) => room))).toEqual(new Set(['stage', 'last']));
    expect(new Set(told(banned).map(({ room }) => room))).toEqual(new Set(['last']));
    expect(knowing.names()).toEqual([...COMING, ...GOING]);
    await server.call('DELETE', publisher.path, await jwt('publisher'));
  });
});

describe('a reader', () => {
  it('chooses a room and types', async () => {
    const reader = await read('?room=b&types=room.*,viewer.joined', {});
    await comeAndGo('a');
    await comeAndGo('b');
    await until(() => reader.names().includes('room.ended'), 'b has ended');
    expect(told(reader).map(({ room, type }) => `${room ?? ''} ${type}`)).toEqual([
      'b room.live',
      'b viewer.joined',
      'b room.ended',
    ]);
  });

  it.each([
    ['?types=nonsense', 'malformed_request'],
    ['?types=', 'malformed_request'],
    ['?room=.hidden', 'bad_room_name'],
    ['?room=a&room=b', 'bad_room_name'],
  ])('is refused with %s', async (query, code) => {
    const response = await server.call('GET', `/api/events${query}`, ADMIN);
    expect([response.status, (await problemOf(response)).code]).toEqual([400, code]);
  });

  it('needs a right in the room that it asks for', async () => {
    await restart({ GUEST_ROLE: 'none' });
    const status = async (query: string, headers: Record<string, string>): Promise<number> => {
      const response = await server.call('HEAD', `/api/events${query}`, headers);
      return response.status;
    };
    expect(await status('', {})).toBe(401);
    expect(await status('?room=stage', await jwt('viewer'))).toBe(200);
    expect(await status('?room=other', await jwt('viewer'))).toBe(403);
  });

  it('goes on behind the last event that it has had', async () => {
    const first = await read();
    await comeAndGo('a');
    await until(() => first.events.length === 6, 'all is told');
    const { id } = told(first)[2] ?? { id: 0 };
    const second = await read('', { ...ADMIN, 'Last-Event-ID': String(id) });
    await until(() => second.events.length === 3, 'the rest is told');
    expect(second.events).toEqual(first.events.slice(3));
    expect((await read()).events).toEqual([]);
  });

  it('is told that it has missed something where the server was started anew, and numbers go on', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'events-'));
    await restart({ DATA_DIR: directory });
    const before = await read();
    await comeAndGo('a');
    await until(() => before.events.length === 6, 'all is told');
    const { id } = told(before).at(-1) ?? { id: 0 };
    await restart({ DATA_DIR: directory });
    const after = await read('', { ...ADMIN, 'Last-Event-ID': String(id) });
    await comeAndGo('a');
    await until(() => after.events.length === 7, 'all is told');
    expect(after.events[0]).toEqual({ name: 'missed', data: {} });
    expect(told(after)[1]?.id).toBeGreaterThan(id);
    rmSync(directory, { recursive: true });
  });

  it('is ended with its token, and by the stop of the server, which it sees', async () => {
    await restart({ JWT_GRACE: '0s' });
    const token = await webToken({ role: 'moderator' }, Math.ceil(Date.now() / 1000) + 2);
    const short = await read('', bearer(token));
    const long = await read();
    await server.open('whip/publish', 'a');
    await until(() => long.events.length === 2 && short.events.length === 2, 'both are told');
    await new Promise((resolve) => setTimeout(resolve, 3100));
    await server.open('whep/play', 'a');
    await until(() => long.events.length === 3, 'one is told');
    await until(() => short.ended(), 'the other has ended');
    expect(short.events).toHaveLength(2);
    await server.stop();
    await until(() => long.ended(), 'the stream has ended');
    expect(long.names()).toContain('room.ended');
    expect(told(long).at(-1)?.data).toMatchObject({ reason: 'shutdown' });
  });

  it('is ended at once by a ban of its user or its address, in its room or everywhere; an admin is not', async () => {
    const admin = await read();
    const room = await read('?room=stage', await jwt('viewer'));
    const all = await read('', await jwt('viewer', '*'));
    const other = await read('?room=hall', await jwt('publisher', 'hall'));
    const guest = await read('', {});
    const ended = (): boolean[] => [room, all, other, guest, admin].map((reader) => reader.ended());
    await ban('/api/rooms/stage/bans', { subject: 'viewer-sub' });
    await until(() => room.ended(), 'the stream of the room has ended', 1000);
    expect(ended()).toEqual([true, false, false, false, false]);
    await ban('/api/admin/bans', { subject: 'viewer-sub' });
    await until(() => all.ended(), 'the stream of all rooms has ended', 1000);
    expect(ended()).toEqual([true, true, false, false, false]);
    await ban('/api/admin/bans', { address: '::ffff:127.0.0.0/104' });
    await until(() => other.ended() && guest.ended(), 'all of the address have ended', 1000);
    expect(ended()).toEqual([true, true, true, true, false]);
    expect((await server.call('GET', '/api/events')).status).toBe(403);
  });

  it('is ended with its token though nothing happens', async () => {
    await restart({ JWT_GRACE: '0s' });
    const end = Math.ceil(Date.now() / 1000) + 1;
    const reader = await read('', bearer(await webToken({ role: 'viewer' }, end)));
    await until(() => reader.ended(), 'the stream has ended', 4000);
    expect(Date.now()).toBeGreaterThanOrEqual(end * 1000);
  });

  it('is one of 20 of its address at the most, and counted', async () => {
    for (let n = 0; n < 20; n++) await read();
    const refused = await server.call('GET', '/api/events', ADMIN);
    expect([refused.status, (await problemOf(refused)).code]).toEqual([503, 'too_many_event_readers']);
    const metrics = await (await server.call('GET', '/metrics')).text();
    expect(metrics).toContain('live_webrtc_event_readers 20');
    readers[0]?.close();
    await until(async () => (await server.call('HEAD', '/api/events', ADMIN)).status === 200, 'it is served');
    await until(async () => {
      const page = await (await server.call('GET', '/metrics')).text();
      return page.includes('live_webrtc_event_readers 19');
    }, 'one is gone');
    await read();
  });
});
