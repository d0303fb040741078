/** Files of every format, judged by Debian's ffmpeg. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { MediaFrame } from '../media-frame.ts';
import { audioFrames, FRAME_RATE, inOrder, videoFrames } from '../testing/encoded-frames.ts';
import { decodingErrors, packetTimes, probe, seekTo } from '../testing/media-tools.ts';
import { writeFrames } from '../testing/write-files.ts';
import type { Extension } from '../testing/write-files.ts';

// ffmpeg takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SECONDS = 4;
const KEYFRAME_INTERVAL = 50;

let folder: string;
let audio: MediaFrame[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'formats-'));
  audio = await audioFrames(SECONDS);
});
afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = { VP8: 'vp8', VP9: 'vp9', AV1: 'av1', H264: 'h264', H265: 'hevc' } as const;
const CODECS = Object.keys(NAMES) as (keyof typeof NAMES)[];
const muxedExtension = (codec: keyof typeof NAMES): Extension => (codec === 'VP8' ? 'webm' : 'mp4');

describe.each(CODECS)('%s', (codec) => {
  let video: MediaFrame[];
  beforeAll(() => {
    video = videoFrames(codec, { seconds: SECONDS, keyframeInterval: KEYFRAME_INTERVAL });
  });

  it('with Opus plays, has its whole length and every frame, and can be sought in', async () => {
    const path = await writeFrames(folder, muxedExtension(codec), inOrder(video, audio));
    const { format, streams } = probe(path);
    expect(streams.map(({ codec_name, width, height }) => [codec_name, width, height])).toEqual([
      [NAMES[codec], 320, 180],
      ['opus', undefined, undefined],
    ]);
    expect(streams.map(({ nb_read_packets }) => Number(nb_read_packets))).toEqual([video.length, audio.length]);
    expect(Math.abs(Number(format.duration) - SECONDS)).toBeLessThan(0.1);
    expect(decodingErrors(path)).toBe('');
    expect(seekTo(path, 3.5)).toBeCloseTo(KEYFRAME_INTERVAL / FRAME_RATE, 2);
    for (const [kind, frames] of [['video', video] as const, ['audio', audio] as const]) {
      const times = packetTimes(path, kind);
      expect(Math.max(...times.map((time, index) => Math.abs(time - (frames[index]?.time ?? 0))))).toBeLessThan(0.001);
    }
  });

  it('keeps the distance of tracks that begin at different times', async () => {
    const late = audio.map((frame) => ({ ...frame, time: frame.time + 0.4 }));
    const path = await writeFrames(folder, muxedExtension(codec), inOrder(video, late));
    expect([packetTimes(path, 'video')[0], packetTimes(path, 'audio')[0]]).toEqual([0, 0.4]);
    expect(decodingErrors(path)).toBe('');
  });

  it('plays without sound', async () => {
    const path = await writeFrames(folder, muxedExtension(codec), video);
    expect(probe(path).streams.map(({ codec_type }) => codec_type)).toEqual(['video']);
    expect(decodingErrors(path)).toBe('');
  });

  it('plays up to its last flush while it grows', async () => {
    const path = await writeFrames(folder, muxedExtension(codec), inOrder(video, audio), false);
    expect(decodingErrors(path)).toBe('');
    expect(packetTimes(path, 'video')).toHaveLength(video.length);
  });

  it('goes on in another size of picture', async () => {
    const larger = videoFrames(codec, { seconds: 1, width: 640, height: 360 });
    const frames = [...video, ...larger.map((frame) => ({ ...frame, time: frame.time + SECONDS }))];
    for (const extension of codec.startsWith('H') ? ['mp4' as const] : [muxedExtension(codec), 'ivf' as const]) {
      const path = await writeFrames(folder, extension, frames);
      expect(decodingErrors(path)).toBe('');
      expect(packetTimes(path, 'video')).toHaveLength(frames.length);
    }
  });
});

describe.each(['VP8', 'VP9', 'AV1'] as const)('%s in IVF', (codec) => {
  it('plays and has its whole length', async () => {
    const video = videoFrames(codec, { seconds: SECONDS });
    const path = await writeFrames(folder, 'ivf', video);
    const { format, streams } = probe(path);
    expect(streams).toMatchObject([{ codec_name: NAMES[codec], width: 320, height: 180 }]);
    expect(Number(streams[0]?.nb_read_packets)).toBe(video.length);
    expect(Number(format.duration)).toBeCloseTo(SECONDS, 2);
    expect(decodingErrors(path)).toBe('');
  });
});

describe('Opus in Ogg', () => {
  it('plays and has its whole length', async () => {
    const path = await writeFrames(folder, 'ogg', audio);
    expect(probe(path)).toMatchObject({ streams: [{ codec_name: 'opus' }], format: { start_time: '0.000000' } });
    expect(Math.abs(Number(probe(path).format.duration) - SECONDS)).toBeLessThan(0.1);
    expect(packetTimes(path, 'audio')).toHaveLength(audio.length);
    expect(decodingErrors(path)).toBe('');
  });

  it('fills gaps, so that what comes behind them keeps its time', async () => {
    const cut = audio
      .filter(({ time }) => time < 1 || time >= 2.5)
      .map((frame) => ({ ...frame, time: frame.time + 0.5 }));
    const path = await writeFrames(folder, 'ogg', cut);
    expect(Math.abs(Number(probe(path).format.duration) - SECONDS - 0.5)).toBeLessThan(0.1);
    expect(packetTimes(path, 'audio')).toHaveLength(audio.length + 25);
    expect(decodingErrors(path)).toBe('');
  });

  it('takes no packet twice', async () => {
    const path = await writeFrames(folder, 'ogg', inOrder(audio, audio));
    expect(packetTimes(path, 'audio')).toHaveLength(audio.length);
  });
});
