import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bearer, webToken, JWT_SECRET } from './support/setting-effects.ts';
import { OFFER, problemOf, SDP, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

const ADMIN = bearer('admin-secret');
const SETTINGS = { ADMIN_TOKEN: 'admin-secret', JWT_SECRET, GUEST_ROLE: 'publisher' };
const USUAL = {
  ...{ title: '', description: '', listed: true, publishers: null, viewerLimit: 0, joinsPerMinute: 0 },
  ...{ membersOnly: false, recording: true, chat: true, guestChat: true, slowMode: 0, blockedWords: [] },
  ...{ hasPassword: false, locked: false, open: false },
};

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer(SETTINGS);
});
afterEach(() => server.stop());

const put = (room: string, settings: unknown, headers = ADMIN): Promise<Response> =>
  server.call(
    'PUT',
    `/api/admin/rooms/${room}`,
    { 'Content-Type': 'application/json', ...headers },
    JSON.stringify(settings),
  );
const get = async (path: string, headers = ADMIN): Promise<unknown> => (await server.call('GET', path, headers)).json();
const joinAs = (kind: 'whip/publish' | 'whep/play', room: string, headers = {}): Promise<Response> =>
  server.call('POST', `/api/${kind}/${room}`, { ...SDP, ...headers }, OFFER);
const play = async (room: string, headers = {}): Promise<number> => (await joinAs('whep/play', room, headers)).status;
const publish = async (room: string, headers = {}): Promise<number> =>
  (await joinAs('whip/publish', room, headers)).status;

describe('/api/admin/rooms', () => {
  it('keeps what is set, also over a restart, and forgets it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rooms-'));
    await server.stop();
    server = await startTestServer({ ...SETTINGS, DATA_DIR: directory });
    const path = '/api/admin/rooms/%E8%88%9E%E5%8F%B0';
    expect(await get(path)).toEqual({ room: '舞台', ...USUAL });
    const settings = {
      ...{ title: 'Abend 😀', description: 'Zwei\nZeilen', listed: false, publishers: ['u1'], viewerLimit: 3 },
      ...{ joinsPerMinute: 60, membersOnly: true, recording: false, chat: false, guestChat: false, slowMode: 5 },
      blockedWords: ['spam'],
    };
    const answer = await put('舞台', { ...settings, password: 'open-sesame' });
    expect(answer.status).toBe(200);
    const stored = { ...USUAL, room: '舞台', ...settings, hasPassword: true };
    expect(await answer.json()).toMatchObject(stored);
    await server.stop();
    server = await startTestServer({ ...SETTINGS, DATA_DIR: directory });
    expect(await get(path)).toMatchObject(stored);
    await server.open('whep/play', 'open');
    expect(await get('/api/admin/rooms')).toMatchObject([
      { room: 'open', open: true },
      { room: '舞台', open: false },
    ]);
    expect((await server.call('DELETE', path, ADMIN)).status).toBe(204);
    expect((await server.call('DELETE', path, ADMIN)).status).toBe(204);
    expect(await get(path)).toEqual({ room: '舞台', ...USUAL });
    rmSync(directory, { recursive: true });
  });

  it('takes what it answers, and keeps or removes the password', async () => {
    await put('a', { password: 'one', title: 'A' });
    const answered = await get('/api/admin/rooms/a');
    expect(JSON.stringify(answered)).not.toContain('scrypt');
    expect(await (await put('a', answered)).json()).toMatchObject({ title: 'A', hasPassword: true });
    expect(await (await put('a', {})).json()).toMatchObject({ title: '', hasPassword: true });
    expect(await (await put('a', { password: null })).json()).toMatchObject({ hasPassword: false });
  });

  it.each([
    [{ titel: 'x' }, 'titel is no setting of a room.'],
    [{ title: 'x'.repeat(101) }, 'title is longer than 100 characters.'],
    [{ title: 'a\u0007' }, 'title has control characters.'],
    [{ listed: 'yes' }, 'listed is neither true nor false.'],
    [{ viewerLimit: -1 }, 'viewerLimit is not 0 or a positive whole number.'],
    [{ slowMode: 3601 }, 'slowMode is more than 3600.'],
    [{ publishers: 'u1' }, 'publishers is not a list of at most 1000 strings.'],
    [{ blockedWords: [''] }, 'blockedWords has an item that is not a string of 1 to 64 characters.'],
    [{ password: 'päss' }, 'password is empty or has other than visible ASCII characters.'],
    [[], 'The body is not a JSON object.'],
  ])('refuses %j', async (settings, detail) => {
    const answer = await put('a', settings);
    expect(answer.status).toBe(400);
    expect((await problemOf(answer)).detail).toBe(detail);
    expect(await get('/api/admin/rooms/a')).toEqual({ room: 'a', ...USUAL });
  });

  it('is for admins, and wants JSON and a name', async () => {
    expect((await put('a', {}, {})).status).toBe(401);
    const moderator = await webToken({ role: 'moderator' });
    expect((await put('a', {}, bearer(moderator))).status).toBe(403);
    expect((await put('.a', {})).status).toBe(400);
    expect((await put('a', {}, { ...ADMIN, 'Content-Type': 'text/plain' })).status).toBe(415);
  });
});

describe('the settings of a room', () => {
  it('let only named people publish, and admins', async () => {
    await put('a', { publishers: ['u1'] });
    const named = await webToken({ role: 'publisher', sub: 'u1' });
    const other = await webToken({ role: 'publisher', sub: 'u2' });
    expect((await problemOf(await joinAs('whip/publish', 'a', bearer(other)))).code).toBe('publisher_not_named');
    expect([await publish('a'), await publish('a', bearer(named)), await publish('a', ADMIN)]).toEqual([403, 201, 201]);
    expect(await publish('b')).toBe(201);
  });

  it('limit viewers and how fast they join', async () => {
    await put('a', { viewerLimit: 2 });
    const answers = await Promise.all([1, 2, 3].map(() => joinAs('whep/play', 'a')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 503]);
    await put('b', { joinsPerMinute: 2 });
    expect([await play('b'), await play('b'), await play('c')]).toEqual([201, 201, 201]);
    const refused = await joinAs('whep/play', 'b');
    expect((await problemOf(refused)).code).toBe('too_many_joins');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(20);
    expect(await publish('b')).toBe(201);
  });

  it('keep guests out, or let them in by the password', async () => {
    await put('members', { membersOnly: true, password: 'pass' });
    await put('pass', { password: 'pass-word' });
    const member = bearer(await webToken({ room: ['members', 'pass'] }));
    expect([await play('members'), await play('members', bearer('pass')), await play('members', member)]).toEqual([
      401, 401, 201,
    ]);
    const statuses = [await play('pass'), await play('pass', bearer('wrong')), await play('pass', bearer('pass-word'))];
    expect(statuses).toEqual([401, 401, 201]);
    expect([await play('pass', member), await publish('pass', bearer('pass-word'))]).toEqual([201, 401]);
    // A password is of one room alone, and a token of another room is none.
    expect(await play('members', bearer('pass-word'))).toBe(401);
    const elsewhere = bearer(await webToken({ room: 'elsewhere' }));
    expect([await play('pass', elsewhere), await play('members', elsewhere)]).toEqual([403, 403]);
    // Its session is the guest's own.
    const session = (await joinAs('whep/play', 'pass', bearer('pass-word'))).headers.get('location') ?? '';
    expect((await server.call('DELETE', session)).status).toBe(401);
    expect((await server.call('DELETE', session, bearer('pass-word'))).status).toBe(200);
  });

  it('say what is recorded', async () => {
    await put('a', { recording: false });
    await publish('a');
    await publish('b');
    const lines = server.events.map(({ msg }) => String(msg)).filter((line) => line.startsWith('unrecorded'));
    expect(lines).toEqual(['unrecorded a']);
  });

  it('name the room in the list, or leave it out for all but its moderators', async () => {
    await put('a', { title: 'Room A', description: 'About it' });
    await put('b', { listed: false });
    for (const room of ['a', 'b', 'c']) await play(room);
    const names = async (headers = {}): Promise<string[]> =>
      ((await get('/api/rooms', headers)) as { name: string }[]).map(({ name }) => name);
    expect(await get('/api/rooms', {})).toMatchObject([{ name: 'a', title: 'Room A', description: 'About it' }, {}]);
    expect(await names({})).toEqual(['a', 'c']);
    expect(await names(bearer(await webToken({ role: 'moderator', room: 'a' })))).toEqual(['a', 'c']);
    expect(await names(bearer(await webToken({ role: 'moderator', room: 'b' })))).toEqual(['a', 'b', 'c']);
    expect(await names(ADMIN)).toEqual(['a', 'b', 'c']);
  });
});
