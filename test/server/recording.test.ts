/** Recording with a real server, media and all: what loss, the end of the server and kill -9 leave on the disk. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseCompound } from '../../src/protocol/rtcp/compound.ts';
import type { MediaFrame } from '../../src/recording/media-frame.ts';
import type { RecordingInfo } from '../../src/recording/recording-info.ts';
import { audioFrames, inOrder, videoFrames } from '../../src/recording/testing/encoded-frames.ts';
import { decodingErrors, packetTimes, probe } from '../../src/recording/testing/media-tools.ts';
import { RtcClient } from '../support/rtc-client.ts';
import { RtpSource } from '../support/rtp-source.ts';
import { startRecordingServer } from './support/recording-server.ts';
import { SDP, until } from './support/test-server.ts';

const SECONDS = 4;

let video: Record<'VP8' | 'H264', MediaFrame[]>;
let audio: MediaFrame[];
beforeAll(async () => {
  // Publishers send a keyframe at the start and when asked: here it is the first one alone.
  video = { VP8: videoFrames('VP8', { seconds: SECONDS }), H264: videoFrames('H264', { seconds: SECONDS }) };
  audio = await audioFrames(SECONDS);
});

let directory: string;
let server: ChildProcess | undefined;
let client: RtcClient | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'records-'));
});
afterEach(async () => {
  client?.close();
  await end('SIGKILL');
  rmSync(directory, { recursive: true });
});

/** Starts the server and gives its URL. */
async function start(): Promise<string> {
  const { url } = await startRecordingServer(directory, (child) => (server = child));
  return url;
}

async function end(signal: NodeJS.Signals): Promise<void> {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill(signal);
  await exit;
}

interface Network {
  /** Every so many packets of the picture one is lost. */
  loseEvery?: number;
  /** Every so many packets of the picture one comes after the two behind it. */
  delayEvery?: number;
}

/** Publishes the frames as fast as their times say; what is lost is sent again when the server asks for it. */
async function publish(url: string, codec: 'VP8' | 'H264', network: Network = {}): Promise<number> {
  let repaired = 0;
  const publisher = new RtcClient({
    role: 'publish',
    videoCodec: codec,
    onRtcp: (bytes) => {
      for (const packet of parseCompound(bytes)) {
        if (packet.type !== 'nack' || packet.mediaSsrc !== publisher.ssrcs.video) continue;
        for (const sequence of packet.sequences) {
          const again = lost.delete(sequence) ? sources.video.again(sequence) : undefined;
          if (again !== undefined && publisher.sendRtp(again)) repaired += 1;
        }
      }
    },
  });
  client = publisher;
  const lost = new Set<number>();
  const sources = {
    audio: new RtpSource('audio', publisher.ssrcs.audio),
    video: new RtpSource('video', publisher.ssrcs.video),
  };
  const response = await fetch(`${url}/api/whip/publish/show`, {
    method: 'POST',
    headers: SDP,
    body: publisher.offer(),
  });
  await publisher.connect(await response.text());
  const delayed: { packet: Uint8Array; at: number }[] = [];
  const begin = performance.now();
  let index = 0;
  for (const frame of inOrder(video[codec], audio)) {
    const wait = frame.time * 1000 - (performance.now() - begin);
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    for (const packet of sources[frame.kind].packets(frame)) {
      if (frame.kind === 'audio') {
        publisher.sendRtp(packet);
        continue;
      }
      index += 1;
      // A loss shows by what comes behind it.
      const isLate = frame.time > SECONDS - 0.5;
      if (network.loseEvery !== undefined && index % network.loseEvery === 0 && !isLate) {
        lost.add(((packet[2] ?? 0) << 8) | (packet[3] ?? 0));
      } else if (network.delayEvery !== undefined && index % network.delayEvery === 0) {
        delayed.push({ packet, at: index + 2 });
      } else {
        publisher.sendRtp(packet);
      }
      while (delayed[0] !== undefined && delayed[0].at <= index) publisher.sendRtp(delayed.shift()?.packet ?? packet);
    }
  }
  for (const { packet } of delayed) publisher.sendRtp(packet);
  return repaired;
}

function recordings(): RecordingInfo[] {
  return readdirSync(join(directory, 'show'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(directory, 'show', name), 'utf8')) as RecordingInfo);
}

function expectPlayable(info: RecordingInfo | undefined): void {
  for (const { name, size } of info?.files ?? []) {
    expect(readFileSync(join(directory, name)).length).toBe(size);
    expect(decodingErrors(join(directory, name))).toBe('');
  }
}

const muxed = (info: RecordingInfo | undefined): string =>
  join(directory, info?.files.find(({ name }) => /\.(?:webm|mp4)$/.test(name))?.name ?? 'none');

describe('a publication', () => {
  it.each(['VP8', 'H264'] as const)('with %s is recorded whole through loss and reordering', async (codec) => {
    const url = await start();
    const repaired = await publish(url, codec, { loseEvery: 20, delayEvery: 7 });
    await until(() => (recordings()[0]?.duration ?? 0) > SECONDS / 2, 'the recording grows');
    await end('SIGTERM');
    const [info, ...others] = recordings();
    expect(others).toEqual([]);
    expect(repaired).toBeGreaterThan(0);
    expect(info).toMatchObject({ room: 'show', state: 'done', videoCodec: codec, audioCodec: 'opus', width: 320 });
    expect(packetTimes(muxed(info), 'video')).toHaveLength(video[codec].length);
    expect(packetTimes(muxed(info), 'audio')).toHaveLength(audio.length);
    expect(Math.abs(Number(probe(muxed(info)).format.duration) - SECONDS)).toBeLessThan(0.1);
    expectPlayable(info);
  });

  it('whose server is killed loses less than a second, and is found at the next start', async () => {
    const url = await start();
    await publish(url, 'H264');
    await end('SIGKILL');
    client?.close();
    client = undefined;
    expect(recordings()).toMatchObject([{ state: 'recording' }]);
    const next = await start();
    const [info] = recordings();
    expect(info).toMatchObject({ state: 'done', videoCodec: 'H264', audioCodec: 'opus' });
    expect(info?.duration).toBeGreaterThan(SECONDS - 1);
    expect(packetTimes(muxed(info), 'video').length).toBeGreaterThan(video.H264.length * (1 - 1 / SECONDS));
    expectPlayable(info);
    const listed = (await (await fetch(`${next}/api/records`)).json()) as { id: string }[];
    expect(JSON.stringify(listed)).toContain(info?.id);
  });
});
