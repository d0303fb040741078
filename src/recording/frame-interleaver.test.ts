import { describe, expect, it } from 'vitest';
import { FrameInterleaver } from './frame-interleaver.ts';
import type { MediaFrame } from './media-frame.ts';

const frame = (kind: 'audio' | 'video', time: number): MediaFrame => ({
  kind,
  codec: kind === 'audio' ? 'opus' : 'VP8',
  data: new Uint8Array(1),
  keyframe: true,
  time,
  size: undefined,
});
const times = (frames: readonly MediaFrame[]): string[] => frames.map(({ kind, time }) => `${kind[0] ?? ''}${time}`);

describe('FrameInterleaver', () => {
  it('brings two tracks into one order', () => {
    const interleaver = new FrameInterleaver(['audio', 'video']);
    for (const time of [0, 2, 4]) interleaver.add(frame('audio', time), 0);
    expect(interleaver.take(0)).toEqual([]);
    for (const time of [1, 2, 3]) interleaver.add(frame('video', time), 0);
    expect(times(interleaver.take(0))).toEqual(['a0', 'v1', 'a2', 'v2', 'v3']);
    expect(times(interleaver.drain())).toEqual(['a4']);
  });

  it('waits for a silent track for 300 ms', () => {
    const interleaver = new FrameInterleaver(['audio', 'video']);
    interleaver.add(frame('audio', 0), 1000);
    interleaver.add(frame('audio', 1), 1100);
    expect(interleaver.take(1299)).toEqual([]);
    expect(times(interleaver.take(1300))).toEqual(['a0']);
    expect(times(interleaver.take(1400))).toEqual(['a1']);
  });

  it('waits for a track that repairs a loss for 1.3 s', () => {
    const interleaver = new FrameInterleaver(['audio', 'video']);
    interleaver.add(frame('audio', 1), 1000);
    expect(interleaver.take(2299, ['video'])).toEqual([]);
    interleaver.add(frame('video', 0.5), 2299);
    expect(times(interleaver.take(2299, ['video']))).toEqual(['v0.5']);
    expect(times(interleaver.take(2300, ['video']))).toEqual(['a1']);
    interleaver.add(frame('audio', 2), 3000);
    expect(times(interleaver.take(3300, ['audio']))).toEqual(['a2']);
  });

  it('waits for nothing where there is one track', () => {
    const interleaver = new FrameInterleaver(['video']);
    interleaver.add(frame('video', 0), 0);
    expect(times(interleaver.take(0))).toEqual(['v0']);
  });
});
