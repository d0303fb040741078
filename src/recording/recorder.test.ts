import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RtpSource } from '../../test/support/rtp-source.ts';
import type { Codec, CodecName, MediaKind } from '../protocol/sdp/types.ts';
import type { MediaFrame } from './media-frame.ts';
import { ChunkWriter } from './packet-channel.ts';
import { Recorder } from './recorder.ts';
import { nodeFileSystem } from './recording-file.ts';
import type { RecordingFileSystem } from './recording-file.ts';
import type { RecordingInfo } from './recording-info.ts';
import type { RecordingOptions } from './recording-options.ts';
import { sidecarPath } from './sidecar.ts';
import { audioFrames, FRAME_RATE, inOrder, videoFrames } from './testing/encoded-frames.ts';
import { decodingErrors, packetTimes, probe, timesBack } from './testing/media-tools.ts';

// ffmpeg takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const WALL_CLOCK = Date.UTC(2026, 10, 22, 10, 15, 30);
const SECONDS = 4;
/** Recorder ticks, ms. */
const STEP = 50;

let audio: MediaFrame[];
let video: MediaFrame[];
let other: MediaFrame[];
beforeAll(async () => {
  audio = await audioFrames(SECONDS);
  video = videoFrames('VP8', { seconds: SECONDS, keyframeInterval: FRAME_RATE });
  other = videoFrames('VP9', { seconds: SECONDS, keyframeInterval: FRAME_RATE });
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'recorder-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const shifted = (frames: readonly MediaFrame[], seconds: number): MediaFrame[] =>
  frames.map((frame) => ({ ...frame, time: frame.time + seconds }));

function codecOf(name: CodecName, feedback: readonly string[] = []): Codec {
  const isAudio = name === 'opus';
  return {
    name,
    payloadType: isAudio ? 111 : 96,
    clockRate: isAudio ? 48_000 : 90_000,
    channels: isAudio ? 2 : 1,
    parameters: {},
    feedback,
    rtxPayloadType: undefined,
  };
}

/** A recorder with one publication and a clock that the test moves. */
class Scene {
  readonly recorder: Recorder;
  readonly started: RecordingInfo[] = [];
  readonly ended: RecordingInfo[] = [];
  keyframeRequests = 0;
  /** Of the picture. */
  feedback: readonly string[] = [];
  now = 1000;
  readonly #sources: Record<MediaKind, RtpSource>;
  readonly #codecs: Record<MediaKind, CodecName | undefined> = { audio: undefined, video: undefined };
  #chunk = new ChunkWriter(new ArrayBuffer(4_000_000));

  constructor(options: Partial<RecordingOptions> = {}, fileSystem = nodeFileSystem, room = 'show') {
    const defaults = { directory, elementary: true, muxed: true, segmentMs: 0, minimumFreeBytes: 0 };
    this.recorder = new Recorder({ ...defaults, ...options }, fileSystem, {
      onRecording: (type, info) => {
        if (type === 'started') this.started.push(info);
        if (type === 'ended') this.ended.push(info);
      },
      requestKeyframe: () => (this.keyframeRequests += 1),
    });
    // Sequence numbers and timestamps wrap on the way.
    this.#sources = {
      audio: new RtpSource('audio', 1, 65_500, 2 ** 32 - 48_000),
      video: new RtpSource('video', 2, 65_500, 2 ** 32 - 90_000),
    };
    this.#chunk.note(1, this.now, { type: 'open', room, kinds: ['audio', 'video'], wallClock: WALL_CLOCK });
  }

  /** Sends frames as their times say; `lose` leaves out packets by their count, the packets of `late` come 1 s later. */
  async send(
    frames: readonly MediaFrame[],
    lose: (index: number) => boolean = () => false,
    late?: MediaFrame,
  ): Promise<void> {
    const repairs: { kind: MediaKind; packet: Uint8Array; at: number }[] = [];
    const begin = this.now - (frames[0]?.time ?? 0) * 1000;
    let next = this.now + STEP;
    let index = 0;
    for (const frame of frames) {
      const arrival = begin + frame.time * 1000;
      while (arrival >= next) {
        await this.deliver(next);
        next += STEP;
      }
      if (this.#codecs[frame.kind] !== frame.codec) {
        this.#codecs[frame.kind] = frame.codec;
        const feedback = frame.kind === 'video' ? this.feedback : [];
        this.#chunk.note(1, arrival, { type: 'source', kind: frame.kind, codec: codecOf(frame.codec, feedback) });
      }
      for (const packet of this.#sources[frame.kind].packets(frame)) {
        if (frame === late) repairs.push({ kind: frame.kind, packet, at: arrival + 1000 });
        else if (!lose(index++)) this.#packet(frame.kind, arrival, packet);
      }
      while (repairs[0] !== undefined && repairs[0].at <= arrival) {
        const [{ kind, packet, at }] = repairs.splice(0, 1) as [(typeof repairs)[0]];
        this.#packet(kind, at, packet);
      }
    }
    await this.deliver(next);
  }

  #packet(kind: MediaKind, arrival: number, packet: Uint8Array): void {
    this.#chunk.packet(1, kind, arrival, Buffer.from(packet), 0, packet.length);
  }

  async deliver(now: number): Promise<void> {
    this.now = now;
    const chunk = this.#chunk;
    await this.recorder.receive(chunk.buffer, chunk.length, now);
    this.#chunk = new ChunkWriter(chunk.buffer);
  }

  async close(): Promise<void> {
    this.#chunk.note(1, this.now, { type: 'close' });
    await this.deliver(this.now + 1000);
  }
}

const path = (info: RecordingInfo | undefined, extension: string): string =>
  join(directory, info?.files.find(({ name }) => name.endsWith(extension))?.name ?? 'none');

function expectWhole(infos: readonly RecordingInfo[]): void {
  for (const info of infos) {
    const sidecar = readFileSync(sidecarPath(directory, info), 'utf8');
    expect(JSON.parse(sidecar)).toEqual(JSON.parse(JSON.stringify(info)));
    for (const { name, size } of info.files) {
      expect(readFileSync(join(directory, name)).length).toBe(size);
      expect(decodingErrors(join(directory, name))).toBe('');
    }
    const durations = info.files.map(({ name }) => Number(probe(join(directory, name)).format.duration));
    expect(Math.abs(Math.max(...durations) - info.duration)).toBeLessThan(0.1);
  }
}

describe('Recorder', () => {
  it('writes a pair, a file with both, and a sidecar', async () => {
    const scene = new Scene();
    await scene.send(inOrder(video, audio));
    await scene.close();
    const [info] = scene.ended;
    const name = `show/20261122T101530Z_${info?.id ?? ''}`;
    expect(info?.files.map((file) => file.name)).toEqual([`${name}.ivf`, `${name}.ogg`, `${name}.webm`]);
    expect(info).toMatchObject({ state: 'done', videoCodec: 'VP8', audioCodec: 'opus', width: 320, height: 180 });
    expect(packetTimes(path(info, 'webm'), 'video')).toHaveLength(video.length);
    expect(packetTimes(path(info, 'webm'), 'audio')).toHaveLength(audio.length);
    expect(packetTimes(path(info, 'ivf'), 'video')).toHaveLength(video.length);
    expect(packetTimes(path(info, 'ogg'), 'audio')).toHaveLength(audio.length);
    expect(scene.recorder.counters).toMatchObject({
      active: 0,
      failures: 0,
      framesDropped: 0,
      framesWritten: video.length + audio.length,
    });
    expectWhole(scene.ended);
  });

  it.each([
    [{ elementary: false }, ['webm']],
    [{ muxed: false }, ['ivf', 'ogg']],
  ])('writes with %j only %j', async (options, extensions) => {
    const scene = new Scene(options);
    await scene.send(inOrder(video, audio).slice(0, 60));
    await scene.close();
    expect(scene.ended[0]?.files.map(({ name }) => name.split('.').at(-1))).toEqual(extensions);
  });

  it('writes a picture that IVF cannot hold to MP4, whatever is wanted', async () => {
    const scene = new Scene({ muxed: false });
    await scene.send(inOrder(videoFrames('H264', { seconds: 2 }), audio.slice(0, 100)));
    await scene.close();
    expect(scene.ended[0]?.files.map(({ name }) => name.split('.').at(-1))).toEqual(['ogg', 'mp4']);
    expectWhole(scene.ended);
  });

  it('finds a folder for the longest name of a room', async () => {
    const room = '𐐀'.repeat(64);
    const scene = new Scene({}, nodeFileSystem, room);
    await scene.send(audio.slice(0, 100));
    await scene.close();
    expect(scene.ended[0]).toMatchObject({ room, state: 'done' });
    expectWhole(scene.ended);
  });

  it('begins a new recording at a keyframe after RECORD_SEGMENT, and loses nothing between', async () => {
    const scene = new Scene({ segmentMs: 1500 });
    await scene.send(inOrder(video, audio));
    await scene.close();
    expect(scene.ended.map(({ duration }) => Math.round(duration))).toEqual([2, 2]);
    const count = (kind: MediaKind): number =>
      scene.ended.reduce((sum, info) => sum + packetTimes(path(info, 'webm'), kind).length, 0);
    expect([count('video'), count('audio')]).toEqual([video.length, audio.length]);
    expect(new Set(scene.ended.map(({ id }) => id)).size).toBe(2);
    expectWhole(scene.ended);
  });

  it('asks for the keyframe that a new segment waits for', async () => {
    const scene = new Scene({ segmentMs: 1000 });
    const [first, ...rest] = videoFrames('VP8', { seconds: 2 });
    await scene.send(inOrder(first === undefined ? [] : [first, ...rest], audio).filter(({ time }) => time < 2));
    expect(scene.keyframeRequests).toBeGreaterThan(0);
    await scene.close();
    expect(scene.ended).toHaveLength(1);
  });

  it('begins a new recording where the codec changes', async () => {
    const scene = new Scene();
    await scene.send(inOrder(video, audio));
    await scene.send(inOrder(shifted(other, SECONDS), shifted(audio, SECONDS)));
    await scene.close();
    expect(scene.ended.map(({ videoCodec }) => videoCodec)).toEqual(['VP8', 'VP9']);
    expect(packetTimes(path(scene.ended[1], 'mp4'), 'video')).toHaveLength(other.length);
    expectWhole(scene.ended);
  });

  it('records pictures alone where no sound comes, and both when it does', async () => {
    const scene = new Scene();
    await scene.send(video);
    await scene.send(inOrder(shifted(video, SECONDS), shifted(audio, SECONDS)));
    await scene.close();
    expect(scene.ended.map(({ audioCodec }) => audioCodec)).toEqual([undefined, 'opus']);
    expect(scene.ended[0]?.files.map(({ name }) => name.split('.').at(-1))).toEqual(['ivf', 'webm']);
    expectWhole(scene.ended);
  });

  it('records sound alone where no pictures come', async () => {
    const scene = new Scene();
    await scene.send(audio);
    await scene.close();
    expect(scene.ended[0]).toMatchObject({ videoCodec: undefined, audioCodec: 'opus', width: undefined });
    expect(packetTimes(path(scene.ended[0], 'ogg'), 'audio')).toHaveLength(audio.length);
    expectWhole(scene.ended);
  });

  it('leaves out what cannot be decoded after a loss, and asks for a keyframe', async () => {
    const scene = new Scene();
    await scene.send(inOrder(video, audio), (index) => index % 40 === 39);
    await scene.close();
    expect(scene.keyframeRequests).toBeGreaterThan(0);
    expect(packetTimes(path(scene.ended[0], 'ivf'), 'video').length).toBeLessThan(video.length);
    expectWhole(scene.ended);
  });

  it('keeps the order of times while a picture waits for what is sent again', async () => {
    const scene = new Scene({ elementary: false });
    scene.feedback = ['nack'];
    await scene.send(inOrder(video, audio), undefined, video[60]);
    await scene.close();
    expect(packetTimes(path(scene.ended[0], 'webm'), 'video')).toHaveLength(video.length);
    expect(packetTimes(path(scene.ended[0], 'webm'), 'audio')).toHaveLength(audio.length);
    expect(timesBack(path(scene.ended[0], 'webm'))).toBeLessThan(0.1);
    expectWhole(scene.ended);
  });

  it('leaves nothing where nothing came', async () => {
    const scene = new Scene();
    await scene.close();
    expect([scene.started, scene.ended, readdirSync(directory)]).toEqual([[], [], []]);
  });
});

describe('Recorder on a bad disk', () => {
  /** The real one with room for so many bytes; `free` is what it tells. */
  function limited(): RecordingFileSystem & { room: number; free: number } {
    const limits = { room: Number.POSITIVE_INFINITY, free: 1e12 };
    return Object.assign(limits, {
      ...nodeFileSystem,
      freeBytes: () => limits.free,
      create(name: string) {
        const file = nodeFileSystem.create(name);
        const write = file.write.bind(file);
        file.write = (bytes, position) => {
          const fits = Math.min(bytes.length, limits.room);
          limits.room -= fits;
          write(bytes.subarray(0, fits), position);
          if (fits < bytes.length) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
        };
        return file;
      },
    });
  }

  it('finishes what is there when the disk is full, and goes on in a new recording when there is room', async () => {
    const disk = limited();
    const scene = new Scene({}, disk);
    disk.room = 150_000;
    await scene.send(inOrder(video, audio));
    expect(scene.ended).toMatchObject([{ state: 'failed', error: 'The disk of the recordings is full.' }]);
    expect(scene.ended[0]?.duration).toBeGreaterThan(0.5);
    disk.room = Number.POSITIVE_INFINITY;
    await scene.deliver(scene.now + 4000);
    await scene.send(inOrder(shifted(video, 8), shifted(audio, 8)));
    await scene.close();
    expect(scene.ended).toMatchObject([{ state: 'failed' }, { state: 'done' }]);
    expect(packetTimes(path(scene.ended[1], 'webm'), 'video').length).toBeGreaterThan(video.length - FRAME_RATE);
    expect(scene.recorder.counters).toMatchObject({ active: 0, failures: 1 });
    expectWhole(scene.ended);
  });

  it('stops while less than RECORD_MIN_FREE is left', async () => {
    const disk = limited();
    const scene = new Scene({ minimumFreeBytes: 1000 }, disk);
    await scene.send(inOrder(video, audio));
    disk.free = 999;
    await scene.deliver(scene.now + 1500);
    expect(scene.ended).toMatchObject([{ state: 'failed' }]);
    expect(scene.ended[0]?.error).toContain('RECORD_MIN_FREE');
    await scene.send(inOrder(shifted(video, 10), shifted(audio, 10)));
    expect(scene.started).toHaveLength(1);
    disk.free = 1000;
    await scene.deliver(scene.now + 30_000);
    await scene.send(inOrder(shifted(video, 60), shifted(audio, 60)));
    await scene.close();
    expect(scene.ended).toMatchObject([{ state: 'failed' }, { state: 'done' }]);
    expectWhole(scene.ended);
  });

  it('tells once that it cannot begin, and leaves no files', async () => {
    const disk = limited();
    disk.room = 100;
    const scene = new Scene({}, disk);
    await scene.send(inOrder(video, audio));
    await scene.send(inOrder(shifted(video, 10), shifted(audio, 10)));
    await scene.close();
    expect(scene.started).toEqual([]);
    expect(scene.ended).toMatchObject([{ state: 'failed', files: [], error: 'The disk of the recordings is full.' }]);
    expect(readdirSync(join(directory, 'show'))).toEqual([]);
  });
});
