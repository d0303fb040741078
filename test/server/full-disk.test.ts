/** Recording on a file system that is really full: a small tmpfs that the server alone sees. */
import { spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RecordEntry } from '../../src/http/api-schemas.ts';
import { audioFrames, FRAME_RATE, inOrder, videoFrames } from '../../src/recording/testing/encoded-frames.ts';
import { decodingErrors, packetTimes } from '../../src/recording/testing/media-tools.ts';
import { FramePublisher } from '../support/frame-publisher.ts';
import { RtcClient } from '../support/rtc-client.ts';
import { startRecordingServer } from './support/recording-server.ts';
import { SDP, until } from './support/test-server.ts';

const DISK_BYTES = 8 * 1024 * 1024;
/** What the first recording finds, bytes. */
const ROOM_BYTES = 500 * 1024;
const SECONDS = 40;

/** A mount namespace of its own: as root, or as one in a user namespace of its own. */
const NAMESPACE = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];

/** Not in every container: there, the injected failures of recorder.test.ts have to do. */
function canMount(): boolean {
  const command = 'mount -t tmpfs -o size=64k tmpfs /tmp';
  return spawnSync('unshare', [...NAMESPACE, 'sh', '-c', command]).status === 0;
}

let directory: string;
let server: ChildProcess;
let log = (): string => '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'disk-'));
});
afterEach(async () => {
  if (server.exitCode === null && server.signalCode === null) {
    const exit = once(server, 'exit');
    server.kill('SIGTERM');
    await exit;
  }
  rmSync(directory, { recursive: true });
});

/** Starts the server on the small disk and gives its URL. */
async function start(): Promise<string> {
  const mount = `mount -t tmpfs -o size=${DISK_BYTES} tmpfs "$RECORD_DIR" && exec "$@"`;
  const wrapper = ['unshare', ...NAMESPACE, 'sh', '-c', mount, 'sh'];
  const started = await startRecordingServer(directory, (child) => (server = child), wrapper);
  log = started.log;
  return started.url;
}

/** A file on the server's disk as this process finds it. */
const onDisk = (name: string): string => join(`/proc/${server.pid}/root`, directory, name);

async function list(url: string): Promise<RecordEntry[]> {
  return (await (await fetch(`${url}/api/records`)).json()) as RecordEntry[];
}

function expectPlayable(files: readonly RecordEntry[]): void {
  for (const { name, size } of files) {
    expect(statSync(onDisk(name)).size).toBe(size);
    expect(decodingErrors(onDisk(name))).toBe('');
  }
}

it.runIf(canMount()).each(['VP8', 'H264'] as const)(
  'a full disk ends the recording of %s, not the broadcast, and recording goes on when there is room',
  async (codec) => {
    const url = await start();
    const ballast = onDisk('ballast');
    writeFileSync(ballast, new Uint8Array(DISK_BYTES - ROOM_BYTES));
    const frames = videoFrames(codec, { seconds: SECONDS, keyframeInterval: FRAME_RATE });
    const publisher = await FramePublisher.connect(`${url}/api/whip/publish/show`, codec);
    const sending = publisher.send(inOrder(frames, await audioFrames(SECONDS)));
    let received = 0;
    const viewer = new RtcClient({ role: 'play', videoCodec: codec, onRtp: () => (received += 1) });
    try {
      const response = await fetch(`${url}/api/whep/play/show`, { method: 'POST', headers: SDP, body: viewer.offer() });
      await viewer.connect(await response.text());

      const states = async (): Promise<string[]> => (await list(url)).map(({ state }) => state);
      await until(async () => (await states()).includes('failed'), 'the recording fails', 20_000);
      const failed = (await list(url)).filter(({ state }) => state === 'failed');
      expect(failed.every(({ error }) => error === 'The disk of the recordings is full.')).toBe(true);
      expect(failed[0]?.duration).toBeGreaterThan(0.5);
      expect(log()).toContain('recording failed');
      expectPlayable(failed);
      const before = received;
      await until(() => received > before + 50, 'the room stays live');

      rmSync(ballast);
      await until(
        async () => (await list(url)).some(({ state, duration }) => state === 'recording' && duration > 2),
        'recording goes on',
        20_000,
      );
      publisher.stop();
      await until(async () => !(await states()).includes('recording'), 'the recording ends', 20_000);
      const all = await list(url);
      const done = all.filter(({ state }) => state === 'done');
      expect(new Set(done.map(({ id }) => id)).size).toBe(1);
      expect(new Set(all.map(({ id }) => id)).size).toBe(2);
      expectPlayable(all);
      const muxed = done.find(({ name }) => /\.(?:webm|mp4)$/.test(name))?.name ?? 'none';
      expect(packetTimes(onDisk(muxed), 'video').length).toBeGreaterThan(FRAME_RATE);
    } finally {
      publisher.stop();
      viewer.close();
      await sending;
    }
  },
);
