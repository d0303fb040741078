import { describe, expect, it } from 'vitest';
import { LargestLayer } from './largest-layer.ts';
import type { RtpBatch } from './rtp-batch.ts';
import type { SourceTrack } from './sink.ts';
import { batchOf, codec, TestSource } from './testing/fixtures.ts';

function layer(rid: string | undefined, width: number): TestSource {
  const source = new TestSource('video', codec('VP8', 96));
  source.rid = rid;
  source.frameSize = { width, height: width / 2 };
  return source;
}

function setUp() {
  const written: [SourceTrack, number][] = [];
  const ended: SourceTrack[] = [];
  const sink = new LargestLayer({
    write: (batch: RtpBatch, source) => void written.push([source, batch.sequence(0)]),
    sourceEnded: (source) => void ended.push(source),
  });
  const write = (source: TestSource, sequence: number, keyframe: boolean, now: number): void => {
    source.lastPacket = now;
    sink.write(batchOf([{ sequence }], keyframe ? 0 : -1), source, now);
  };
  return { sink, write, written, ended };
}

describe('LargestLayer', () => {
  it('gives the largest layer, from its keyframe on, and another when that one stops', () => {
    const { write, written } = setUp();
    const low = layer('l', 320);
    const high = layer('h', 1280);
    write(low, 1, true, 0);
    write(high, 100, false, 10);
    expect(high.keyframeRequests).toBe(1);
    write(low, 2, false, 20);
    write(high, 101, true, 30);
    write(low, 3, true, 40);
    write(high, 102, false, 50);
    write(low, 4, false, 3000);
    write(low, 5, true, 3010);
    expect(written.map(([, sequence]) => sequence)).toEqual([1, 2, 101, 102, 5]);
  });

  it('follows an encoder that starts anew with another SSRC', () => {
    const { write, written } = setUp();
    const before = layer(undefined, 640);
    const after = layer(undefined, 640);
    write(before, 1, true, 0);
    write(after, 500, true, 1000);
    write(after, 501, false, 1010);
    expect(written.map(([, sequence]) => sequence)).toEqual([1, 500, 501]);
  });

  it('tells the end of the source that it has given, and of no other', () => {
    const { sink, write, ended } = setUp();
    const low = layer('l', 320);
    const high = layer('h', 1280);
    write(low, 1, true, 0);
    write(high, 100, true, 10);
    sink.sourceEnded(low);
    expect(ended).toEqual([]);
    sink.sourceEnded(high);
    expect(ended).toEqual([high]);
  });
});
