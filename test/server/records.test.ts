import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rawStatus } from './support/raw-status.ts';
import { recordingsFolder, writeRecording } from './support/recordings.ts';
import type { Listed } from './support/recordings.ts';
import { startTestServer } from './support/test-server.ts';
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
      expect([path, await rawStatus(server.http.port, path)]).toEqual([path, path.includes('%c0') ? 400 : 404]);
    }
    expect(await rawStatus(server.http.port, '/records/room/20260102T030405Z_a.webm')).toBe(200);
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

  it('finishes what the last end of the server left unfinished', async () => {
    const ivf = Buffer.alloc(32 + 12 + 10 + 5);
    ivf.write('DKIF');
    ivf.writeUInt16LE(32, 6);
    ivf.write('VP80', 8);
    ivf.writeUInt16LE(640, 12);
    ivf.writeUInt16LE(360, 14);
    ivf.writeUInt32LE(1000, 16);
    ivf.writeUInt32LE(1, 20);
    ivf.writeUInt32LE(10, 32);
    writeRecording(directory, { id: 'a', state: 'recording', endedAt: undefined }, { ivf });
    writeRecording(directory, { id: 'empty', state: 'recording', endedAt: undefined }, { ivf: ivf.subarray(0, 40) });
    await start();
    expect(await list()).toMatchObject([{ id: 'a', state: 'done', size: 54 }]);
    expect(readFileSync(join(directory, 'room/20260102T030405Z_a.ivf'))).toHaveLength(54);
    expect(existsSync(join(directory, 'room/20260102T030405Z_empty.ivf'))).toBe(false);
    expect(server.events).toContainEqual(expect.objectContaining({ msg: 'recording ended', recording: 'a' }));
  });
});
