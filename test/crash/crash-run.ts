/** Kills servers that record, at random moments, and looks at what their successors make of the files. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordEntry } from '../../src/http/api-schemas.ts';
import type { MediaKind } from '../../src/protocol/sdp/types.ts';
import type { MediaFrame } from '../../src/recording/media-frame.ts';
import { audioFrames, inOrder, videoFrames } from '../../src/recording/testing/encoded-frames.ts';
import { decodingErrors, packetTimes } from '../../src/recording/testing/media-tools.ts';
import { SeededRandom } from '../fuzz/random.ts';
import { eventually } from '../support/eventually.ts';
import { FramePublisher } from '../support/frame-publisher.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** How long publishers have been sending when the server is killed, ms: from the least to the longest time. */
const LEAST_MS = 300;
const LONGEST_MS = 5000;
const CODECS = ['VP8', 'H264', 'VP8'] as const;
/** What a crash may cost, seconds. */
const TOLERATED = 1;

const TRACKS: Readonly<Record<string, readonly MediaKind[]>> = {
  ivf: ['video'],
  ogg: ['audio'],
  webm: ['audio', 'video'],
  mp4: ['audio', 'video'],
};

export interface CrashOptions {
  times: number;
  seed: number;
  onCrash?: (crash: Crash) => void;
}

/** What one kill -9 did. */
export interface Crash {
  /** Milliseconds that publishers had been sending. */
  afterMs: number;
  publishers: number;
  /** The worker was killed with the server, by the process group. */
  wholeGroup: boolean;
  files: number;
  /** Milliseconds that are missing at the end of the track that lost most. */
  lostMs: number;
  faults: string[];
}

/** One after the other, on one directory of recordings. */
export async function runCrashes({ times, seed, onCrash }: CrashOptions): Promise<Crash[]> {
  const directory = mkdtempSync(join(tmpdir(), 'crashes-'));
  const start = (): Promise<TestServer> =>
    startServer({ RECORD_ENABLED: '1', RECORD_DIR: directory, RECORD_MIN_FREE: '0' });
  const random = new SeededRandom(seed);
  const frames = await encode(LONGEST_MS / 1000 + 1);
  const crashes: Crash[] = [];
  let server = await start();
  try {
    for (let index = 0; index < times; index++) {
      const publishers = random.between(2, 3);
      const afterMs = random.between(LEAST_MS, LONGEST_MS);
      const wholeGroup = random.oneIn(2);
      const rooms = Array.from({ length: publishers }, (_, number) => `crash-${index}-${number}`);
      const sent = await publishUntil(server, rooms, frames, afterMs, () => server.stop('SIGKILL', wholeGroup));
      server = await start();
      const crash: Crash = { afterMs, publishers, wholeGroup, files: 0, lostMs: 0, faults: [] };
      const listed = await finished(server, crash);
      rooms.forEach((room, number) => {
        judge(
          crash,
          directory,
          room,
          listed.filter((file) => file.room === room),
          sent[number],
        );
      });
      crashes.push(crash);
      onCrash?.(crash);
    }
  } finally {
    await server.stop('SIGTERM');
    rmSync(directory, { recursive: true });
  }
  return crashes;
}

async function encode(seconds: number): Promise<Record<(typeof CODECS)[number], MediaFrame[]>> {
  const audio = await audioFrames(seconds);
  // One keyframe at the beginning and no other: what follows must not hang on the next one.
  return {
    VP8: inOrder(videoFrames('VP8', { seconds }), audio),
    H264: inOrder(videoFrames('H264', { seconds }), audio),
  };
}

/** Publishes to the rooms for so long; gives the times of the newest frames that were sent before `kill` was called. */
async function publishUntil(
  server: TestServer,
  rooms: readonly string[],
  frames: Record<(typeof CODECS)[number], MediaFrame[]>,
  afterMs: number,
  kill: () => Promise<unknown>,
): Promise<FramePublisher['sent'][]> {
  const publishers: FramePublisher[] = [];
  try {
    const sending: Promise<void>[] = [];
    for (const [number, room] of rooms.entries()) {
      const codec = CODECS[number] ?? 'VP8';
      const publisher = await FramePublisher.connect(`${server.url}/api/whip/publish/${room}`, codec);
      publishers.push(publisher);
      sending.push(publisher.send(frames[codec]));
    }
    await sleep(afterMs);
    const sent = publishers.map((publisher) => ({ ...publisher.sent }));
    await kill();
    for (const publisher of publishers) publisher.stop();
    await Promise.all(sending);
    return sent;
  } finally {
    for (const publisher of publishers) publisher.stop();
  }
}

/** What the server lists once it has finished what its predecessor left. */
async function finished(server: TestServer, crash: Crash): Promise<RecordEntry[]> {
  let listed: RecordEntry[] = [];
  try {
    await eventually(async () => {
      listed = (await (await fetch(`${server.url}/api/records`)).json()) as RecordEntry[];
      const others = listed.filter(({ state }) => state !== 'done');
      if (others.length > 0) throw new Error(`not done: ${JSON.stringify(others)}`);
    });
  } catch (error) {
    crash.faults.push(String(error));
  }
  return listed;
}

function judge(
  crash: Crash,
  directory: string,
  room: string,
  files: readonly RecordEntry[],
  sent: FramePublisher['sent'] | undefined,
): void {
  const fault = (text: string): void => void crash.faults.push(`${room}: ${text}`);
  if (new Set(files.map(({ id }) => id)).size > 1) fault('more than one recording');
  const found: Record<MediaKind, number[]> = { audio: [], video: [] };
  for (const { name, size } of files) {
    crash.files += 1;
    const path = join(directory, name);
    if (readFileSync(path).length !== size) fault(`${name} is not ${size} bytes long`);
    const errors = decodingErrors(path);
    if (errors !== '') fault(`${name}: ${errors}`);
    for (const kind of TRACKS[name.split('.').at(-1) ?? ''] ?? []) {
      found[kind].push(Math.max(0, ...packetTimes(path, kind)));
    }
  }
  for (const kind of ['audio', 'video'] as const) {
    const last = Math.min(...(found[kind].length === 0 ? [0] : found[kind]));
    const lost = (sent?.[kind] ?? 0) - last;
    crash.lostMs = Math.max(crash.lostMs, Math.round(lost * 1000));
    if (lost > TOLERATED) fault(`${lost.toFixed(3)} s of ${kind} are missing`);
  }
}
