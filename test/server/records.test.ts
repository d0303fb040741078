import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

/** The status of a request whose path goes out as it is: fetch would tidy it up. */
function rawStatus(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest({ port: server.http.port, host: '127.0.0.1', path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('GET /api/records', () => {
  it('is an empty list where nothing is, and says so in one request', async () => {
    await start({ RECORD_DIR: join(directory, 'not-there') });
    const response = await server.call('GET', '/api/records');
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await response.json()).toEqual([]);
  });

  it('has an entry for each file, newest first', async () => {
    const older = writeRecording(directory, { id: 'older', startedAt: Date.UTC(2026, 0, 1) });
    writeRecording(
      directory,
      { id: 'newer', room: 'Straße', audioCodec: undefined, state: 'failed', error: 'The disk was full.' },
      { ivf: 'abc', webm: 'defgh' },
    );
    await start();
    expect(await list()).toEqual([
      ...['ivf', 'webm'].map((extension, index) => ({
        id: 'newer',
        name: `Straße/20260102T030405Z_newer.${extension}`,
        room: 'Straße',
        size: [3, 5][index],
        time: '2026-01-02T03:04:05.000Z',
        url: `/records/Stra%C3%9Fe/20260102T030405Z_newer.${extension}`,
        duration: 12.5,
        videoCodec: 'VP8',
        width: 640,
        height: 360,
        state: 'failed',
        error: 'The disk was full.',
      })),
      expect.objectContaining({ id: 'older', name: older.files[0]?.name, audioCodec: 'opus', state: 'done' }),
    ]);
    expect((await list('?room=room')).map(({ id }) => id)).toEqual(['older']);
    expect(await list('?room=other')).toEqual([]);
    expect((await server.call('GET', '/api/records?room=.a')).status).toBe(400);
  });

  it('follows what is put there and taken away by hand', async () => {
    const first = writeRecording(directory, { id: 'first' }, { ivf: 'a', ogg: 'b' });
    await start();
    writeRecording(directory, { id: 'second', room: 'other' });
    expect((await list()).map(({ id }) => id).sort()).toEqual(['first', 'first', 'second']);
    rmSync(join(directory, first.files[0]?.name ?? ''));
    expect((await list()).map(({ id }) => id).sort()).toEqual(['first', 'second']);
    rmSync(join(directory, 'other'), { recursive: true });
    rmSync(join(directory, first.files[1]?.name ?? ''));
    expect(await list()).toEqual([]);
    writeFileSync(join(directory, first.files[1]?.name ?? ''), 'b');
    expect((await list()).map(({ name }) => name)).toEqual([first.files[1]?.name]);
  });

  it('leaves out what is no sidecar, or names a file elsewhere, with a line in the log', async () => {
    writeRecording(directory, { id: 'good' });
    writeFileSync(join(directory, 'room/broken.json'), '{"id":');
    writeFileSync(join(directory, 'secret.webm'), 'secret');
    for (const [index, name] of ['../secret.webm', 'room/../secret.webm', 'secret.webm', 'room/good.json'].entries()) {
      writeRecording(directory, { id: `outside${index}`, files: [{ name, size: 1 }] }, {});
    }
    writeRecording(directory, { id: 'copied', room: 'a' });
    mkdirSync(join(directory, 'b'));
    symlinkSync(join(directory, 'a/copied.json'), join(directory, 'b/copied.json'));
    await start();
    expect((await list()).map(({ id }) => id).sort()).toEqual(['copied', 'good']);
    await list();
    const ignored = server.events.filter(({ msg }) => msg === 'a sidecar is ignored').map(({ file }) => file);
    expect(ignored.sort()).toEqual([
      'room/broken.json',
      'room/outside0.json',
      'room/outside1.json',
      'room/outside2.json',
      'room/outside3.json',
    ]);
  });

  it('reads ten thousand recordings without holding up requests', async () => {
    for (let index = 0; index < 10_000; index++) {
      writeRecording(directory, { id: `id${index}`, room: `room${index % 100}`, startedAt: index * 1000 });
    }
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    await start();
    clearInterval(watch);
    expect(longest).toBeLessThan(250);
    const listed = await list();
    expect(listed).toHaveLength(10_000);
    expect(listed[0]?.id).toBe('id9999');
  });
});

describe('GET /records', () => {
  const file = '/records/room/20260102T030405Z_a.webm';

  it('sends a file, parts of it, and says when it has not changed', async () => {
    writeRecording(directory, { id: 'a' }, { webm: '0123456789' });
    await start();
    const whole = await server.call('GET', file);
    expect(await whole.text()).toBe('0123456789');
    const { headers } = whole;
    expect(headers.get('content-type')).toBe('video/webm');
    expect(headers.get('accept-ranges')).toBe('bytes');
    expect(headers.get('content-length')).toBe('10');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    const etag = headers.get('etag') ?? '';
    const modified = headers.get('last-modified') ?? '';
    const get = async (more: Record<string, string>): Promise<[number, string | null, string]> => {
      const response = await server.call('GET', file, more);
      return [response.status, response.headers.get('content-range'), await response.text()];
    };
    expect(await get({ Range: 'bytes=2-4' })).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await get({ Range: 'bytes=7-' })).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await get({ Range: 'bytes=-3' })).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await get({ Range: 'bytes=5-100' })).toEqual([206, 'bytes 5-9/10', '56789']);
    expect((await get({ Range: 'bytes=10-' })).slice(0, 2)).toEqual([416, 'bytes */10']);
    expect(await get({ Range: 'bytes=0-1,3-4' })).toEqual([200, null, '0123456789']);
    expect(await get({ Range: 'bytes=4-2' })).toEqual([200, null, '0123456789']);
    for (const condition of [etag, modified]) {
      expect(await get({ Range: 'bytes=2-4', 'If-Range': condition })).toEqual([206, 'bytes 2-4/10', '234']);
    }
    expect(await get({ Range: 'bytes=2-4', 'If-Range': '"other"' })).toEqual([200, null, '0123456789']);
    expect((await get({ 'If-None-Match': `"x", ${etag}` }))[0]).toBe(304);
    expect((await get({ 'If-Modified-Since': modified }))[0]).toBe(304);
    expect((await get({ 'If-None-Match': '"x"', 'If-Modified-Since': modified }))[0]).toBe(200);
    const head = await server.call('HEAD', file, { Range: 'bytes=2-4' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([206, '3', '']);
    expect((await server.call('DELETE', file)).headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  it('names the media type of every kind of file', async () => {
    writeRecording(directory, { id: 'a' }, { mp4: 'a', webm: 'b', ogg: 'c', ivf: '' });
    await start();
    const types = await Promise.all(
      ['mp4', 'webm', 'ogg', 'ivf'].map(async (extension) => {
        const response = await server.call('GET', file.replace('webm', extension));
        return [response.headers.get('content-type'), response.headers.get('content-length')];
      }),
    );
    expect(types).toEqual([
      ['video/mp4', '1'],
      ['video/webm', '1'],
      ['audio/ogg', '1'],
      ['video/x-ivf', '0'],
    ]);
  });

  it('offers to save a file under its name', async () => {
    writeRecording(directory, { id: 'a', room: '现场' });
    writeRecording(directory, { id: 'a2' });
    await start();
    const disposition = async (path: string): Promise<string | null> =>
      (await server.call('GET', path)).headers.get('content-disposition');
    expect(await disposition(`${file.replace('_a', '_a2')}?download=1`)).toBe(
      'attachment; filename="room_20260102T030405Z_a2.webm"',
    );
    expect(await disposition(`/records/${encodeURIComponent('现场')}/20260102T030405Z_a.webm?download=1`)).toBe(
      `attachment; filename="___20260102T030405Z_a.webm"; filename*=UTF-8''%E7%8E%B0%E5%9C%BA_20260102T030405Z_a.webm`,
    );
    expect(await disposition(file.replace('_a', '_a2'))).toBeNull();
  });

  it('serves nothing that is no recording', async () => {
    writeRecording(directory, { id: 'a' });
    writeFileSync(join(directory, 'secret.webm'), 'secret');
    writeFileSync(join(directory, 'room/stranger.webm'), 'stranger');
    writeFileSync(join(directory, 'room/a.json.1.tmp'), '{}');
    const outside = recordingsFolder();
    writeRecording(outside, { id: 'b', room: 'linked' });
    symlinkSync(join(outside, 'linked'), join(directory, 'linked'));
    writeRecording(directory, { id: 'c' });
    rmSync(join(directory, 'room/20260102T030405Z_c.webm'));
    symlinkSync('/etc/passwd', join(directory, 'room/20260102T030405Z_c.webm'));
    await start();
    for (const path of [
      '/records/room/a.json',
      '/records/room/a.json.1.tmp',
      '/records/room/stranger.webm',
      '/records/room/20260102T030405Z_c.webm',
      '/records/linked/20260102T030405Z_b.webm',
      '/records',
      '/records/',
      '/records/room',
      '/records/room/',
      '/records/secret.webm',
      '/records/../package.json',
      '/records/room/../../package.json',
      '/records/room/..%2f..%2fpackage.json',
      '/records/%2e%2e/package.json',
      '/records/room%2f20260102T030405Z_a.webm',
      '/records/room/%2e%2e%2fsecret.webm',
      '/records/room/..%5csecret.webm',
      '/records/room/%c0%ae%c0%ae%c0%afsecret.webm',
      '/records/room/%ef%bc%8e%ef%bc%8e%ef%bc%8fsecret.webm',
      '/records/room/20260102T030405Z_a.webm%00',
      '/records/room/20260102T030405Z_a.webm%00.json',
      '/records/room//20260102T030405Z_a.webm',
      '/records//etc/passwd',
    ]) {
      expect([path, await rawStatus(path)]).toEqual([path, path.includes('%c0') ? 400 : 404]);
    }
    expect(await rawStatus('/records/room/20260102T030405Z_a.webm')).toBe(200);
    rmSync(outside, { recursive: true });
  });

  it('sends what is there of a file that grows, and tells no length of it', async () => {
    await start();
    // It came after the start: what is found then is not being recorded any more.
    writeRecording(directory, { id: 'a', state: 'recording', endedAt: undefined }, { webm: '0123' });
    expect((await list())[0]).toMatchObject({ state: 'recording', size: 4 });
    appendFileSync(join(directory, 'room/20260102T030405Z_a.webm'), '4567');
    expect((await list())[0]).toMatchObject({ state: 'recording', size: 8 });
    const whole = await server.call('GET', file);
    expect([whole.status, await whole.text(), whole.headers.get('content-length')]).toEqual([200, '01234567', null]);
    expect(whole.headers.get('cache-control')).toBe('no-store');
    expect(whole.headers.get('etag')).toBeNull();
    const head = await server.call('HEAD', file);
    expect([head.status, head.headers.get('content-length')]).toEqual([200, null]);
    const part = await server.call('GET', file, { Range: 'bytes=6-' });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '67', 'bytes 6-7/*']);
    appendFileSync(join(directory, 'room/20260102T030405Z_a.webm'), '89');
    const rest = await server.call('GET', file, { Range: 'bytes=8-' });
    expect([rest.status, await rest.text()]).toEqual([206, '89']);
  });

  it('lists what the last end of the server left unfinished as failed', async () => {
    writeRecording(directory, { id: 'a', state: 'recording', endedAt: undefined });
    await start();
    expect((await list())[0]).toMatchObject({ state: 'failed', error: 'The server ended while this was recorded.' });
  });
});

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
    expect([await rawStatus('/records/c/nothing.webm'), await rawStatus('/records/x')]).toEqual([401, 401]);
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
    expect(await rawStatus('/records/room/20260102T030405Z_a.webm')).toBe(404);
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
