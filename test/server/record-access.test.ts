import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rawStatus } from './support/raw-status.ts';
import { recordingsFolder, writeRecording } from './support/recordings.ts';
import type { Listed } from './support/recordings.ts';
import { problemOf, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

let directory: string;
let server: TestServer;
beforeEach(() => {
  directory = recordingsFolder();
});
afterEach(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

async function start(settings: Record<string, string> = {}): Promise<void> {
  server = await startTestServer({ RECORD_DIR: directory, ...settings });
}

async function list(query = '', headers: Record<string, string> = {}): Promise<Listed[]> {
  const response = await server.call('GET', `/api/records${query}`, headers);
  expect(response.status).toBe(200);
  return (await response.json()) as Listed[];
}

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

describe('tokens for recordings', () => {
  const TOKENS = { AUTH_TOKEN: 'global', ROOM_TOKENS: 'a:token-a;b:token-b' };

  beforeEach(() => {
    for (const room of ['a', 'b', 'c']) writeRecording(directory, { id: `of-${room}`, room });
  });

  const path = (room: string): string => `/records/${room}/20260102T030405Z_of-${room}.webm`;
  const rooms = async (token: string): Promise<string[]> =>
    (await list('', bearer(token))).map(({ room }) => room).sort();

  it('decide what the list shows', async () => {
    await start(TOKENS);
    expect([await rooms('global'), await rooms('token-a'), await rooms('token-b')]).toEqual([['c'], ['a'], ['b']]);
    for (const headers of [{}, bearer('wrong')]) {
      const response = await server.call('GET', '/api/records', headers);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
    expect((await server.call('GET', '/api/records?room=b', bearer('token-a'))).status).toBe(403);
  });

  it('of single rooms alone leave the others open', async () => {
    await start({ ROOM_TOKENS: 'a:token-a' });
    expect((await list()).map(({ room }) => room).sort()).toEqual(['b', 'c']);
    expect(await rooms('token-a')).toEqual(['a', 'b', 'c']);
    expect([(await server.call('GET', path('a'))).status, (await server.call('GET', path('b'))).status]).toEqual([
      401, 200,
    ]);
  });

  it('open the files of their rooms', async () => {
    await start(TOKENS);
    const status = async (room: string, headers: Record<string, string>): Promise<number> =>
      (await server.call('GET', path(room), headers)).status;
    expect([await status('a', {}), await status('a', bearer('x')), await status('a', bearer('global'))]).toEqual([
      401, 401, 403,
    ]);
    expect([await status('a', bearer('token-a')), await status('c', { 'X-Auth-Token': 'global' })]).toEqual([200, 200]);
    expect([
      await rawStatus(server.http.port, '/records/c/nothing.webm'),
      await rawStatus(server.http.port, '/records/x'),
    ]).toEqual([401, 401]);
  });

  it('are not needed by links of the list, which open one file', async () => {
    await start(TOKENS);
    const [entry] = await list('', bearer('token-a'));
    const url = entry?.url ?? '';
    expect(url).toMatch(/^\/records\/a\/20260102T030405Z_of-a\.webm\?expires=\d+&signature=[\w-]{43}$/);
    const part = await server.call('GET', url, { Range: 'bytes=0-3' });
    expect([part.status, await part.text()]).toEqual([206, 'pict']);
    expect((await server.call('HEAD', `${url}&download=1`)).status).toBe(200);
    const query = url.split('?')[1] ?? '';
    for (const altered of [
      `${path('c')}?${query}`,
      url.replace(/expires=\d/, 'expires=9'),
      url.slice(0, -1),
      url.replace(/signature=./, 'signature=%2B'),
    ]) {
      const response = await server.call('GET', altered);
      expect([altered, response.status, (await problemOf(response)).code]).toEqual([altered, 403, 'link_altered']);
    }
    expect((await server.call('GET', `${path('a')}?${query}x`, bearer('token-a'))).status).toBe(200);
    await server.stop();
    await start(TOKENS);
    expect((await server.call('GET', url)).status).toBe(200);
    await server.stop();
    await start({ ...TOKENS, AUTH_TOKEN: 'changed' });
    expect((await server.call('GET', url)).status).toBe(403);
  });

  it('and signatures are in no line of the log', async () => {
    await start(TOKENS);
    const [entry] = await list('', bearer('token-a'));
    const url = entry?.url ?? '';
    await server.call('GET', url);
    await server.call('GET', `${url}x`);
    await server.call('GET', `/records/%ff?${url.split('?')[1]}`);
    const log = server.rawLog.join('');
    expect(log).toContain('/records/a/');
    for (const secret of [url.slice(-20), 'token-a', 'signature', 'global']) expect(log).not.toContain(secret);
  });

  it('are asked for with a limit on guesses, and players are not held up', async () => {
    await start({ ...TOKENS, RATE_LIMIT_RPS: '0.01', RATE_LIMIT_BURST: '3' });
    const [entry] = await list('', bearer('token-a'));
    for (let count = 0; count < 5; count++) expect((await server.call('GET', entry?.url ?? '')).status).toBe(200);
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await server.call('GET', path('a'), bearer('x'))).status);
    expect(statuses).toEqual([401, 401, 429]);
  });
});

describe('/api/admin/records', () => {
  const admin = bearer('admin-secret');

  it('deletes a recording with all its files', async () => {
    writeRecording(directory, { id: 'a' }, { ivf: 'a', webm: 'b' });
    await start({ ADMIN_TOKEN: 'admin-secret' });
    expect((await server.call('DELETE', '/api/admin/records/a')).status).toBe(401);
    expect((await server.call('DELETE', '/api/admin/records/a', admin)).status).toBe(204);
    expect(await list()).toEqual([]);
    expect(await rawStatus(server.http.port, '/records/room/20260102T030405Z_a.webm')).toBe(404);
    const again = await server.call('DELETE', '/api/admin/records/a', admin);
    expect([again.status, (await problemOf(again)).code]).toEqual([404, 'no_such_recording']);
  });

  it('refuses what goes on, and to retry what has not failed', async () => {
    await start({ ADMIN_TOKEN: 'admin-secret' });
    writeRecording(directory, { id: 'a', state: 'recording' });
    await list();
    const deletion = await server.call('DELETE', '/api/admin/records/a', admin);
    expect([deletion.status, (await problemOf(deletion)).code]).toEqual([409, 'recording_in_progress']);
    const retry = await server.call('POST', '/api/admin/records/a/retry', admin);
    expect([retry.status, (await problemOf(retry)).code]).toEqual([409, 'nothing_to_retry']);
    expect((await server.call('POST', '/api/admin/records/b/retry', admin)).status).toBe(404);
  });

  it('is not there without ADMIN_TOKEN', async () => {
    writeRecording(directory, { id: 'a' });
    await start();
    expect((await server.call('DELETE', '/api/admin/records/a', admin)).status).toBe(404);
    expect(await list()).toHaveLength(1);
  });
});
