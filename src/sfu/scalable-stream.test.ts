import { describe, expect, it } from 'vitest';
import { partOf } from './layer-candidates.ts';
import { AUTOMATIC, type LayerWish } from './layer-wish.ts';
import { OperatingPoint } from './operating-point.ts';
import { PublisherTrack } from './publisher-track.ts';
import type { SourceTrack } from './sink.ts';
import { SubscriberLayers } from './subscriber-layers.ts';
import { SubscriberTrack } from './subscriber-track.ts';
import { batchOf, codec, media, RecordingTable, type TestPacket } from './testing/fixtures.ts';
import { TrackFanOut } from './track-fan-out.ts';

const PATTERN = [0, 2, 1, 2];
const FRAME_MS = 50;
/** 20 pictures a second make 160 kbit/s. */
const PAYLOAD_BYTES = 1000;

const NO_BOUNDS: LayerWish = {
  type: 'bounds',
  maxWidth: undefined,
  maxHeight: undefined,
  spatialLayer: undefined,
  temporalLayer: undefined,
};

function viewer(peer: number): SubscriberTrack {
  return new SubscriberTrack({
    peer,
    media: media('video', [codec('VP8', 100)]),
    ssrc: 1000 + peer,
    rtxSsrc: undefined,
    transportSequenceId: 5,
    twoByteExtensions: false,
    firstSequence: 100,
  });
}

/** A VP8 stream of three temporal layers, one packet a picture, and its viewers. */
class Broadcast {
  readonly table = new RecordingTable();
  readonly fanOut = new TrackFanOut(this.table.create);
  readonly track = new PublisherTrack(
    media('video', [codec('VP8', 96)]),
    codec('VP8', 96),
    { ssrc: 1, rid: undefined, gopCacheMs: 10_000 },
    0,
  );
  #picture = 0;
  now = 0;

  send(pictures: number, keyframe = false): void {
    for (let index = 0; index < pictures; index++) this.sendBatch([this.#next(keyframe && index === 0)]);
  }

  /** One read that holds some pictures, with a keyframe among them. */
  sendBatch(packets: TestPacket[]): void {
    this.now += FRAME_MS;
    this.track.receive(batchOf(packets), this.now, (batch) => {
      this.fanOut.write(batch, this.track, this.now);
    });
  }

  sendAround(before: number, after: number): void {
    const packets = Array.from({ length: before }, () => this.#next(false));
    packets.push(this.#next(true), ...Array.from({ length: after }, () => this.#next(false)));
    this.sendBatch(packets);
  }

  /** The part with no more than this temporal layer. */
  part(temporalLayer: number): SourceTrack {
    return partOf(this.track, { spatialLayer: undefined, temporalLayer });
  }

  /** What a viewer got since the last call. */
  sentTo(peer: number): { sequence: number; timestamp: number }[] {
    const sent = this.table.sentTo(peer).map(({ sequence, timestamp }) => ({ sequence, timestamp }));
    this.table.sent.length = 0;
    return sent;
  }

  #next(keyframe: boolean): TestPacket {
    const number = this.#picture++;
    const temporalLayer = keyframe ? 0 : (PATTERN[number % 4] ?? 0);
    const descriptor = [0x90, 0xe0, 0x80 | (number >> 8), number & 0xff, 7, temporalLayer << 6];
    const payload = new Uint8Array(PAYLOAD_BYTES);
    payload.set([...descriptor, keyframe ? 0 : 1, 2, 3]);
    return { sequence: (65_500 + number) & 0xffff, timestamp: number * 4500, marker: true, payload };
  }
}

function setUp() {
  const broadcast = new Broadcast();
  const track = viewer(1);
  broadcast.fanOut.add(track, 0);
  broadcast.send(1, true);
  broadcast.send(43);
  return { broadcast, track, fanOut: broadcast.fanOut };
}

const sequencesOf = (sent: readonly { sequence: number }[]): number[] => sent.map(({ sequence }) => sequence);
const isContinuous = (sequences: readonly number[]): boolean =>
  sequences.every((sequence, index) => index === 0 || sequence === (sequences[index - 1] ?? 0) + 1);

describe('a viewer of a scalable stream', () => {
  it('gets the whole, and is numbered once there is a choice', () => {
    const { broadcast, track, fanOut } = setUp();
    expect(track.source).toBe(broadcast.track);
    expect(fanOut.hasChoice).toBe(true);
    expect(track.numbered).toBe(true);
    expect(broadcast.sentTo(1)).toHaveLength(44);
  });

  it('turns to an operating point at the next keyframe and back, with nothing twice and no holes', () => {
    const { broadcast, track, fanOut } = setUp();
    const sent = broadcast.sentTo(1);
    const point = broadcast.part(0);
    expect(point).toBeInstanceOf(OperatingPoint);
    fanOut.prefer(track, point, broadcast.now);
    expect(broadcast.track.keyframes.poll(broadcast.now)).toBe(true);
    broadcast.send(4);
    expect(track.source).toBe(broadcast.track);
    broadcast.sendAround(2, 1);
    expect(track.source).toBe(point);
    const change = broadcast.sentTo(1);
    expect(change).toHaveLength(4 + 2 + 1);

    broadcast.send(8);
    const low = broadcast.sentTo(1);
    expect(low).toHaveLength(2);

    fanOut.prefer(track, broadcast.track, broadcast.now);
    broadcast.sendAround(4, 2);
    expect(track.source).toBe(broadcast.track);
    broadcast.send(4);
    const high = broadcast.sentTo(1);
    expect(high).toHaveLength(1 + 1 + 2 + 4);

    const all = [...sent, ...change, ...low, ...high];
    expect(isContinuous(sequencesOf(all))).toBe(true);
    // Each picture keeps its instant.
    const offset = (all[0]?.timestamp ?? 0) - 0;
    expect(all.every(({ timestamp }) => (timestamp - offset) % 4500 === 0)).toBe(true);
    expect(new Set(all.map(({ timestamp }) => timestamp)).size).toBe(all.length);
    expect(all.at(-1)?.timestamp).toBe(offset + (44 + 4 + 4 + 8 + 7 + 4 - 1) * 4500);
  });

  it('is not sent the past again where pictures are far apart while it changes', () => {
    const { broadcast, track, fanOut } = setUp();
    broadcast.table.sent.length = 0;
    fanOut.prefer(track, broadcast.part(0), broadcast.now + 900);
    expect(broadcast.sentTo(1)).toEqual([]);
    expect(track.source).toBe(broadcast.track);
  });

  it('begins with the whole where its point has no keyframe of the past, and with the point at a keyframe', () => {
    const { broadcast, fanOut } = setUp();
    broadcast.table.sent.length = 0;
    const late = viewer(2);
    late.preferred = broadcast.part(1);
    fanOut.add(late, broadcast.now);
    expect(late.target).toBe(broadcast.part(1));
    expect(late.source).toBe(broadcast.track);
    expect(broadcast.sentTo(2).length).toBeGreaterThan(0);
    broadcast.send(1, true);
    expect(late.source).toBe(broadcast.part(1));
    broadcast.table.sent.length = 0;
    broadcast.send(8);
    expect(broadcast.sentTo(2)).toHaveLength(4);
  });

  it('gets the rate of pictures that its link carries, within the bounds of its user', () => {
    const { broadcast, track, fanOut } = setUp();
    const layers = new SubscriberLayers({ track, fanOut, sendRtp: () => true, trackSends: undefined, now: 0 });
    layers.start(broadcast.now);
    const temporalLayerAt = (bitrate: number): number | undefined => {
      for (let step = 0; step < 80; step++) {
        layers.handleRemb(bitrate, broadcast.now);
        layers.handleTimeout(broadcast.now);
        broadcast.send(1, step % 40 === 0);
      }
      return track.source?.layer?.temporalLayer;
    };
    expect(temporalLayerAt(1_000_000)).toBe(2);
    expect(temporalLayerAt(96_000)).toBe(1);
    expect(temporalLayerAt(55_000)).toBe(0);
    layers.setWish({ ...NO_BOUNDS, temporalLayer: 1 }, broadcast.now);
    for (let round = 0; round < 9; round++) temporalLayerAt(1_000_000);
    expect(temporalLayerAt(1_000_000)).toBe(1);
    layers.setWish(AUTOMATIC, broadcast.now);
    for (let round = 0; round < 9; round++) temporalLayerAt(1_000_000);
    expect(temporalLayerAt(1_000_000)).toBe(2);
  });

  it('shares the whole’s work alone once no one uses a point', () => {
    const { broadcast, track, fanOut } = setUp();
    const point = broadcast.part(0);
    fanOut.prefer(track, point, broadcast.now);
    broadcast.send(1, true);
    expect(track.source).toBe(point);
    const cache = point.cache;
    fanOut.prefer(track, undefined, broadcast.now);
    broadcast.send(1, true);
    broadcast.send(10);
    expect(track.source).toBe(broadcast.track);
    expect(point.cache).not.toBe(cache);
    expect(fanOut.sources).toEqual([broadcast.track]);
    expect(fanOut.size).toEqual({ active: 1, waiting: 0 });
  });

  it('stays with its point while pictures are far apart, and waits once the stream has ended', () => {
    const { broadcast, track, fanOut } = setUp();
    const point = broadcast.part(0);
    fanOut.prefer(track, point, broadcast.now);
    broadcast.send(1, true);
    broadcast.now += 700;
    broadcast.send(8);
    expect(track.source).toBe(point);
    fanOut.sourceEnded(broadcast.track);
    expect(track.source).toBeUndefined();
    expect(track.target).toBeUndefined();
    expect(track.preferred).toBeUndefined();
    expect(fanOut.size).toEqual({ active: 0, waiting: 1 });
  });
});
