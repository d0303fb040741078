import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Catalogue } from '../../src/recording/catalogue.ts';
import type { RecordingInfo } from '../../src/recording/recording-info.ts';
import { S3Store } from '../../src/recording/upload/s3-store.ts';
import type { S3Options } from '../../src/recording/upload/s3-store.ts';
import { UploadQueue } from '../../src/recording/upload/upload-queue.ts';
import type { UploadQueueOptions, UploadResult } from '../../src/recording/upload/upload-queue.ts';
import { recordingsFolder, writeRecording } from './support/recordings.ts';
import { BUCKET, startS3 } from './support/s3-server.ts';
import type { Fault, S3TestServer } from './support/s3-server.ts';
import { until } from './support/test-server.ts';

const MEBIBYTE = 1024 * 1024;
const NAME = 'room/20260102T030405Z_a.webm';

let s3: S3TestServer;
let directory: string;
let stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  s3 = await startS3();
  directory = recordingsFolder();
});
afterEach(async () => {
  for (const stop of stops) await stop();
  stops = [];
  await s3.stop();
  rmSync(directory, { recursive: true });
});

interface Running {
  catalogue: Catalogue;
  queue: UploadQueue;
  results: UploadResult[];
  log: { level: string; facts: Record<string, unknown>; message: string }[];
  info(id?: string): RecordingInfo | undefined;
  stop(): Promise<void>;
}

/** What a start of the server does about uploads. */
async function start(options: Partial<UploadQueueOptions> = {}, store: Partial<S3Options> = {}): Promise<Running> {
  const lines: Running['log'] = [];
  const write =
    (level: string) =>
    (facts: object, message: string): void =>
      void lines.push({ level, facts: { ...facts }, message });
  const log = { info: write('info'), warn: write('warn'), error: write('error') };
  const catalogue = new Catalogue({ directory, log });
  const s3Store = new S3Store({
    endpoint: `http://127.0.0.1:${s3.port}`,
    region: 'us-east-1',
    bucket: BUCKET,
    accessKey: 'S3RVER',
    secretKey: 'S3RVER',
    pathStyle: true,
    idleTimeout: 1000,
    ...store,
  });
  const results: UploadResult[] = [];
  const queue = new UploadQueue({
    directory,
    catalogue,
    store: s3Store,
    place: { bucket: store.bucket ?? BUCKET, prefix: 'live/' },
    deleteAfterUpload: false,
    log,
    onResult: (result) => results.push(result),
    retry: { firstWait: 20, longestWait: 100, refusals: 3 },
    ...options,
  });
  await catalogue.refresh();
  await queue.start();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= queue.stop().then(() => s3Store.close());
    return stopped;
  };
  stops.push(stop);
  return { catalogue, queue, results, log: lines, info: (id = 'a') => catalogue.get(id), stop };
}

const isLocal = (name = NAME): boolean => existsSync(join(directory, name));
const sidecar = (id = 'a'): RecordingInfo =>
  JSON.parse(readFileSync(join(directory, `room/${id}.json`), 'utf8')) as RecordingInfo;
const jobs = (): string[] => (existsSync(join(directory, '.uploads')) ? readdirSync(join(directory, '.uploads')) : []);
const uploaded = (running: Running, id = 'a'): Promise<void> =>
  until(() => running.info(id)?.state === 'uploaded' && running.queue.length === 0, `${id} is uploaded`, 20_000);

/** Breaks the first requests that match. */
function breakFirst(count: number, matches: RegExp, fault: Fault): void {
  let left = count;
  s3.fault = ({ method, path }) => (left > 0 && matches.test(`${method} ${path}`) && left-- > 0 ? fault : undefined);
}

describe('an upload', () => {
  it('brings the files of a finished recording into the bucket, and keeps them here', async () => {
    writeRecording(directory, { id: 'a' }, { ivf: 'picture', webm: 'both', ogg: '' });
    const running = await start();
    await uploaded(running);
    expect(s3.stored().sort()).toEqual([`PUT live/${NAME.replace('webm', 'ivf')}`, `PUT live/${NAME}`].sort());
    expect(String(await s3.get(`live/${NAME}`))).toBe('both');
    expect(sidecar()).toMatchObject({ state: 'uploaded', uploadedTo: { bucket: BUCKET, prefix: 'live/' } });
    expect(sidecar().files.map(({ size }) => size)).toEqual([7, 4]);
    expect([isLocal(), jobs(), running.results]).toEqual([true, [], ['done']]);
    await running.stop();
    const again = await start();
    await again.stop();
    expect(s3.stored()).toHaveLength(2);
  });

  it('begins when the recorder tells that a recording has ended', async () => {
    const running = await start();
    const info = writeRecording(directory, { id: 'a', error: 'The disk was full.', state: 'failed' });
    running.catalogue.set(info);
    running.queue.add(info);
    running.queue.add(info);
    await uploaded(running);
    expect(running.info()?.error).toBe('The disk was full.');
    expect(s3.stored()).toEqual([`PUT live/${NAME}`]);
  });

  it('deletes the files here once they are there, if asked to, and keeps the entry', async () => {
    writeRecording(directory, { id: 'a' });
    const running = await start({ deleteAfterUpload: true });
    await uploaded(running);
    expect([isLocal(), sidecar().state]).toEqual([false, 'uploaded']);
    await running.catalogue.refresh();
    expect(running.catalogue.filesOf('a')).toMatchObject([{ isLocal: false, file: { name: NAME } }]);
    const url = await running.queue.link({ bucket: BUCKET, prefix: 'live/' }, NAME);
    expect(await (await fetch(url)).text()).toBe('picture and sound');
    expect(await (await fetch(url, { headers: { Range: 'bytes=2-4' } })).text()).toBe('ctu');
  });

  it('sends a large file in parts', async () => {
    const content = randomBytes(17 * MEBIBYTE);
    writeRecording(directory, { id: 'a' }, { webm: content });
    await uploaded(await start());
    expect(s3.stored()).toEqual([1, 2, 3].map((part) => `PUT live/${NAME} part ${part}`));
    expect((await s3.get(`live/${NAME}`))?.equals(content)).toBe(true);
  });
});

describe('an upload that is disturbed', () => {
  const FAULTS: [string, Fault][] = [
    ['a connection cut before the answer', { kind: 'cut' }],
    ['a reset in the middle of the body', { kind: 'cut-body' }],
    ['an error 500', { kind: 'error', status: 500, code: 'InternalError' }],
    ['an error 503', { kind: 'error', status: 503, code: 'SlowDown' }],
    ['a server that does not answer in time', { kind: 'slow', milliseconds: 1500 }],
    ['one refusal', { kind: 'error', status: 403, code: 'AccessDenied' }],
  ];

  it.each(FAULTS)('is tried again: %s', async (_, fault) => {
    writeRecording(directory, { id: 'a' });
    breakFirst(2, /^PUT/, fault);
    const running = await start({ deleteAfterUpload: true });
    await uploaded(running);
    expect(running.results).toEqual(['retried', 'retried', 'done']);
    expect(String(await s3.get(`live/${NAME}`))).toBe('picture and sound');
    expect(isLocal()).toBe(false);
  });

  it.each(FAULTS.slice(0, 5))('goes on with the part that failed: %s', async (_, fault) => {
    const content = randomBytes(17 * MEBIBYTE);
    writeRecording(directory, { id: 'a' }, { webm: content });
    breakFirst(2, /^PUT .*partNumber=2/, fault);
    await uploaded(await start());
    const stored = s3.stored();
    expect(stored.filter((entry) => entry.endsWith('part 1'))).toHaveLength(1);
    expect(stored.filter((entry) => entry.endsWith('part 3'))).toHaveLength(1);
    expect((await s3.get(`live/${NAME}`))?.equals(content)).toBe(true);
  });

  it('is not done twice where only the answer was lost', async () => {
    writeRecording(directory, { id: 'a' });
    writeRecording(directory, { id: 'b' }, { webm: randomBytes(9 * MEBIBYTE) });
    const lost = new Set<string>();
    s3.fault = ({ method, path }) => {
      const isLast = (method === 'PUT' && path.includes('_a.')) || (method === 'POST' && /[?&]uploadId=/.test(path));
      if (!isLast || lost.has(path)) return undefined;
      lost.add(path);
      return { kind: 'cut-answer' };
    };
    const running = await start();
    await uploaded(running, 'a');
    await uploaded(running, 'b');
    expect(lost.size).toBe(2);
    const sent = s3.requests.filter(
      ({ method, path }) => method === 'PUT' || (method === 'POST' && /[?&]uploadId=/.test(path)),
    );
    expect(sent).toHaveLength(4);
    expect(running.results.filter((result) => result === 'done')).toHaveLength(2);
  });

  it('waits for a server that cannot be reached, as long as it takes', async () => {
    writeRecording(directory, { id: 'a' });
    const { port } = s3;
    const running = await start({ deleteAfterUpload: true }, { endpoint: 'http://127.0.0.1:1' });
    await until(() => running.results.length > 5, 'some attempts');
    expect(new Set(running.results)).toEqual(new Set(['retried']));
    expect([isLocal(), running.info()?.state, running.queue.length]).toEqual([true, 'uploading', 1]);
    expect(running.log.at(-1)).toMatchObject({ level: 'warn', facts: { recording: 'a', code: 'ECONNREFUSED' } });
    await running.stop();
    await uploaded(await start({}, { endpoint: `http://127.0.0.1:${port}` }));
  });

  it.each([9 * MEBIBYTE, 100])('does not believe a store that has something else: %i bytes', async (size) => {
    const content = randomBytes(size);
    writeRecording(directory, { id: 'a' }, { webm: content });
    breakFirst(1, /^PUT/, { kind: 'garble' });
    const running = await start({ deleteAfterUpload: true });
    await uploaded(running);
    expect((await s3.get(`live/${NAME}`))?.equals(content)).toBe(true);
    expect(running.results).toEqual(['retried', 'done']);
    expect(running.log[0]).toMatchObject({ facts: { code: 'Mismatch' } });
  });
});

describe('an upload that is refused for good', () => {
  it.each([
    ['AccessDenied', 403],
    ['NoSuchBucket', 404],
  ])('is given up, keeps the files, and can be retried: %s', async (code, status) => {
    writeRecording(directory, { id: 'a' });
    s3.fault = () => ({ kind: 'error', status, code });
    const running = await start({ deleteAfterUpload: true });
    await until(() => running.info()?.state === 'failed', 'it is given up');
    const named = running.info()?.error;
    expect(named).toMatch(/^The upload failed: \S+\.$/);
    expect([isLocal(), sidecar().state, running.queue.length]).toEqual([true, 'failed', 0]);
    expect(running.results).toEqual(['retried', 'retried', 'failed']);
    expect(running.log.at(-1)).toMatchObject({ level: 'error', message: 'the upload of a recording failed' });
    await running.stop();
    s3.fault = () => undefined;
    const again = await start({ deleteAfterUpload: true });
    expect([again.queue.length, again.info()?.error]).toEqual([0, named]);
    expect(await again.queue.retry(again.info() as RecordingInfo)).toBe(true);
    await uploaded(again);
    expect([again.info()?.error, isLocal(), s3.stored()]).toEqual([undefined, false, [`PUT live/${NAME}`]]);
    expect(await again.queue.retry(again.info() as RecordingInfo)).toBe(false);
  });

  it('says so where the file is gone', async () => {
    writeRecording(directory, { id: 'a' });
    s3.fault = ({ method }) => (method === 'PUT' ? { kind: 'cut' } : undefined);
    const running = await start();
    await until(() => running.results.length > 0, 'an attempt');
    rmSync(join(directory, NAME));
    await until(() => running.info()?.state === 'failed', 'it is given up');
    expect(running.info()?.error).toBe('The upload failed: NoSuchFile.');
  });
});

describe('the queue', () => {
  it('goes on behind the last part after a stop', async () => {
    const content = randomBytes(25 * MEBIBYTE);
    writeRecording(directory, { id: 'a' }, { webm: content });
    s3.fault = ({ path }) => (path.includes('partNumber=3') ? { kind: 'slow', milliseconds: 500 } : undefined);
    const running = await start();
    await until(() => s3.requests.some(({ path }) => path.includes('partNumber=3')), 'the third part begins');
    await running.stop();
    expect([running.info()?.state, jobs()]).toEqual(['uploading', ['a.json']]);
    s3.fault = () => undefined;
    await uploaded(await start());
    const stored = s3.stored();
    for (const part of [1, 2, 4]) expect(stored.filter((entry) => entry.endsWith(`part ${part}`))).toHaveLength(1);
    expect(s3.requests.filter(({ path }) => /[?&]uploads/.test(path))).toHaveLength(1);
    expect((await s3.get(`live/${NAME}`))?.equals(content)).toBe(true);
  });

  it('finishes what was interrupted between the confirmation and its end', async () => {
    writeRecording(directory, { id: 'a' });
    const first = await start();
    await uploaded(first);
    await first.stop();
    const place = { bucket: BUCKET, prefix: 'live/' };
    const files = [{ name: NAME, size: 17, state: 'confirmed' }];
    writeFileSync(join(directory, '.uploads/a.json'), JSON.stringify({ id: 'a', place, files, refusals: 0 }));
    const second = await start({ deleteAfterUpload: true });
    await until(() => jobs().length === 0, 'the job is done');
    expect([isLocal(), second.info()?.state, s3.stored()]).toEqual([false, 'uploaded', [`PUT live/${NAME}`]]);
  });

  it('begins anew where its file is broken, the bucket is another one, or the recording is gone', async () => {
    writeRecording(directory, { id: 'a' });
    writeRecording(directory, { id: 'b' });
    const first = await start({}, { endpoint: 'http://127.0.0.1:1' });
    await until(() => jobs().length === 2, 'the jobs are there');
    await first.stop();
    writeFileSync(join(directory, '.uploads/a.json'), '{"id"');
    writeFileSync(join(directory, '.uploads/gone.json'), '{}');
    appendFileSync(join(directory, NAME), ' and more');
    const second = await start({ place: { bucket: BUCKET, prefix: 'other-' } });
    await uploaded(second, 'a');
    await uploaded(second, 'b');
    expect(s3.stored().sort()).toEqual([`PUT other-${NAME}`, `PUT other-${NAME.replace('_a', '_b')}`]);
    expect([jobs(), String(await s3.get(`other-${NAME}`))]).toEqual([[], 'picture and sound and more']);
  });

  it('deletes what is there, and what is on the way', async () => {
    writeRecording(directory, { id: 'a' });
    const running = await start();
    await uploaded(running);
    const info = running.info() as RecordingInfo;
    s3.fault = () => ({ kind: 'error', status: 503, code: 'SlowDown' });
    await expect(running.queue.delete(info)).rejects.toMatchObject({ code: 'store_unavailable' });
    s3.fault = () => undefined;
    await running.queue.delete(info);
    expect(await s3.get(`live/${NAME}`)).toBeUndefined();

    const large = writeRecording(directory, { id: 'b' }, { webm: randomBytes(17 * MEBIBYTE) });
    s3.fault = ({ path }) => (path.includes('partNumber=2') ? { kind: 'slow', milliseconds: 400 } : undefined);
    running.catalogue.set(large);
    running.queue.add(large);
    await until(() => s3.requests.some(({ path }) => path.includes('partNumber=2')), 'it is on the way');
    await running.queue.delete(running.info('b') as RecordingInfo);
    expect([running.queue.length, jobs()]).toEqual([0, []]);
    expect(s3.requests.at(-1)).toMatchObject({ method: 'DELETE' });
  });
});
