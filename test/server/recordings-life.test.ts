/** Uploads and retention as the server does them, over HTTP and across processes. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordingsFolder, writeRecording } from './support/recordings.ts';
import type { Listed } from './support/recordings.ts';
import { startS3 } from './support/s3-server.ts';
import type { S3TestServer } from './support/s3-server.ts';
import { problemOf, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

const MEBIBYTE = 1024 * 1024;
const NAME = 'room/20260102T030405Z_a.webm';
const admin = { Authorization: 'Bearer admin-secret' };

let directory: string;
let s3: S3TestServer;
let server: TestServer | undefined;
const children: ChildProcess[] = [];
beforeEach(async () => {
  directory = recordingsFolder();
  s3 = await startS3();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await server?.stop();
  server = undefined;
  await s3.stop();
  rmSync(directory, { recursive: true });
});

async function start(settings: Record<string, string> = {}): Promise<TestServer> {
  server = await startTestServer({ RECORD_DIR: directory, ADMIN_TOKEN: 'admin-secret', ...s3.settings, ...settings });
  return server;
}

async function list(running: TestServer): Promise<Listed[]> {
  return (await (await running.call('GET', '/api/records')).json()) as Listed[];
}

const states = async (running: TestServer): Promise<string[]> => (await list(running)).map(({ state }) => state);

async function metric(running: TestServer, name: string): Promise<number> {
  const page = await (await running.call('GET', '/metrics')).text();
  const line = page.split('\n').find((text) => text.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

describe('an uploaded recording', () => {
  it('is played from the store once it is there alone', async () => {
    writeRecording(directory, { id: 'a' });
    const running = await start({ DELETE_RECORDING_AFTER_UPLOAD: '1' });
    await until(() => !existsSync(join(directory, NAME)), 'the local file is deleted');
    const [entry] = await list(running);
    expect(entry).toMatchObject({ id: 'a', name: NAME, state: 'uploaded', size: 17 });
    expect(entry?.url).toMatch(new RegExp(`^http://127.0.0.1:${s3.port}/recordings/room/.*X-Amz-Signature=`));
    expect(await (await fetch(entry?.url ?? '')).text()).toBe('picture and sound');
    const old = await running.call('GET', `/records/${NAME}`);
    expect(old.status).toBe(307);
    expect(await (await fetch(old.headers.get('location') ?? '')).text()).toBe('picture and sound');
    expect(await metric(running, 'live_webrtc_recordings{state="uploaded"}')).toBe(1);
    expect(await metric(running, 'live_webrtc_uploads_total{result="done"}')).toBe(1);
    expect(await metric(running, 'live_webrtc_uploaded_bytes_total')).toBe(17);
    expect(await metric(running, 'live_webrtc_upload_queue')).toBe(0);
    expect(running.rawLog.join('')).not.toMatch(/X-Amz|S3RVER/);
  });

  it('may be shown by the pages', async () => {
    const pages = recordingsFolder();
    writeFileSync(join(pages, 'player.html'), '<!doctype html>');
    server = await startTestServer({ RECORD_DIR: directory, ...s3.settings }, { pagesDirectory: pages });
    const policy = (await server.call('GET', '/web/player.html')).headers.get('content-security-policy');
    expect(policy).toContain(`media-src 'self' blob: http://127.0.0.1:${s3.port};`);
    expect(policy).not.toMatch(/unsafe|data:/);
    rmSync(pages, { recursive: true });
  });

  it('is deleted here and there', async () => {
    writeRecording(directory, { id: 'a' });
    const running = await start();
    await until(async () => (await states(running)).join() === 'uploaded', 'it is uploaded');
    s3.fault = () => ({ kind: 'error', status: 503, code: 'SlowDown' });
    const refused = await running.call('DELETE', '/api/admin/records/a', admin);
    expect([refused.status, (await problemOf(refused)).code]).toEqual([503, 'store_unavailable']);
    expect(existsSync(join(directory, NAME))).toBe(true);
    s3.fault = () => undefined;
    expect((await running.call('DELETE', '/api/admin/records/a', admin)).status).toBe(204);
    expect([await list(running), await s3.get(NAME), existsSync(join(directory, NAME))]).toEqual([
      [],
      undefined,
      false,
    ]);
  });
});

describe('an upload that fails for good', () => {
  it('can be seen, and tried again by the operator', async () => {
    writeRecording(directory, { id: 'a', state: 'failed' });
    const place = { bucket: 'recordings', prefix: '' };
    const files = [{ name: NAME, size: 17, state: 'begun' }];
    const job = { id: 'a', place, files, refusals: 5 };
    const running = await start({ S3_BUCKET: 'not-there' });
    await running.stop();
    // One refusal more than it takes.
    writeFileSync(
      join(directory, '.uploads/a.json'),
      JSON.stringify({ ...job, place: { bucket: 'not-there', prefix: '' } }),
    );
    const again = await start({ S3_BUCKET: 'not-there' });
    await until(async () => (await states(again)).join() === 'failed', 'it is given up');
    expect((await list(again))[0]?.error).toBe('The upload failed: NoSuchBucket.');
    expect(await metric(again, 'live_webrtc_uploads_total{result="failed"}')).toBe(1);
    expect(await metric(again, 'live_webrtc_recordings{state="failed"}')).toBe(1);
    expect(again.events).toContainEqual(
      expect.objectContaining({ level: 'error', msg: 'the upload of a recording failed', code: 'NoSuchBucket' }),
    );
    expect(existsSync(join(directory, NAME))).toBe(true);
    await again.stop();
    const third = await start();
    expect(await states(third)).toEqual(['failed']);
    expect((await third.call('POST', '/api/admin/records/a/retry', admin)).status).toBe(204);
    await until(async () => (await states(third)).join() === 'uploaded', 'it is uploaded');
    expect((await list(third))[0]?.error).toBeUndefined();
  });
});

describe('a server process', () => {
  function run(settings: Record<string, string> = {}): { child: ChildProcess; output: () => string } {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('fixtures/program.ts', import.meta.url))],
      {
        env: {
          PATH: process.env.PATH,
          HTTP_ADDR: '127.0.0.1:0',
          UDP_PORT: '0',
          RECORD_DIR: directory,
          DELETE_RECORDING_AFTER_UPLOAD: '1',
          ...s3.settings,
          ...settings,
        },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    children.push(child);
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    return { child, output: () => output };
  }

  const exit = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('close', resolve));

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'that ends by %s in the middle of a multipart upload goes on behind the last part',
    async (signal) => {
      const content = randomBytes(25 * MEBIBYTE);
      writeRecording(directory, { id: 'a' }, { webm: content });
      s3.fault = ({ path }) => (path.includes('partNumber=3') ? { kind: 'slow', milliseconds: 3000 } : undefined);
      const first = run();
      const onTheWay = (): boolean => s3.requests.some(({ path }) => path.includes('partNumber=3'));
      await until(onTheWay, 'the third part is on the way', 30_000);
      const ended = exit(first.child);
      first.child.kill(signal);
      await ended;
      expect([existsSync(join(directory, NAME)), await s3.get(NAME)]).toEqual([true, undefined]);
      s3.fault = () => undefined;
      const second = run();
      await until(() => second.output().includes('recording uploaded'), 'the upload is done', 30_000);
      const stored = s3.stored();
      for (const part of [1, 2, 4]) expect(stored.filter((entry) => entry.endsWith(`part ${part}`))).toHaveLength(1);
      expect((await s3.get(NAME))?.equals(content)).toBe(true);
      await until(() => !existsSync(join(directory, NAME)), 'the local file is deleted');
    },
  );
});

describe('RECORD_RETENTION', () => {
  const HOUR = 3_600_000;

  it('removes by size and by age what may be removed, the oldest first', async () => {
    const now = Date.now();
    const half = Buffer.alloc(MEBIBYTE / 2);
    for (let index = 0; index < 5; index++) {
      const startedAt = now - (5 - index) * 1000;
      writeRecording(directory, { id: `n${index}`, startedAt, endedAt: startedAt }, { webm: half });
    }
    writeRecording(directory, { id: 'old', startedAt: now - 3 * HOUR, endedAt: now - 2 * HOUR }, { webm: 'x' });
    const waiting = { id: 'waiting', state: 'uploading', startedAt: 0, endedAt: 1 } as const;
    writeRecording(directory, waiting, { webm: half });
    const running = await start({ UPLOAD_RECORDINGS: '0', RECORD_RETENTION: '1h,1.5M' });
    const ids = async (): Promise<string[]> => (await list(running)).map(({ id }) => id);
    await until(async () => (await ids()).length === 3, 'the oldest are removed');
    expect(await ids()).toEqual(['n4', 'n3', 'waiting']);
    expect(await metric(running, 'live_webrtc_recordings_removed_total')).toBe(4);
    expect(await metric(running, 'live_webrtc_recordings_bytes')).toBe(1.5 * MEBIBYTE);
    expect(existsSync(join(directory, 'room/old.json'))).toBe(false);
  });

  it('lets nothing go that is not uploaded, and keeps the entry of what is', async () => {
    writeRecording(directory, { id: 'a', startedAt: Date.now() - 2 * HOUR, endedAt: Date.now() - 2 * HOUR });
    s3.fault = ({ method }) => (method === 'PUT' ? { kind: 'slow', milliseconds: 1000 } : undefined);
    const running = await start({ RECORD_RETENTION: '1h' });
    await until(() => s3.requests.some(({ method }) => method === 'PUT'), 'it is on the way');
    expect((await list(running))[0]?.url).toMatch(/^\/records\/room\//);
    await until(async () => (await states(running)).join() === 'uploaded', 'it is uploaded');
    await running.stop();
    const again = await start({ RECORD_RETENTION: '1h' });
    await until(async () => (await list(again))[0]?.url.startsWith('http') === true, 'the local files are removed');
    expect(await states(again)).toEqual(['uploaded']);
  });
});

describe('settings that need each other', () => {
  it('are all named at once', async () => {
    const settings = { UPLOAD_RECORDINGS: '1', S3_BUCKET: 'recordings' };
    const message = await startTestServer(settings).then(
      () => '',
      (error: unknown) => String(error),
    );
    for (const name of ['S3_ENDPOINT', 'S3_ACCESS_KEY', 'S3_SECRET_KEY']) expect(message).toContain(name);
    expect(message).not.toContain('S3_BUCKET');
  });
});
