import { describe, expect, it } from 'vitest';
import { parseRtpHeader } from '../protocol/rtp/packet.ts';
import { findExtension } from '../protocol/rtp/header-extensions.ts';
import { readPackets } from '../protocol/rtp/testing/fixtures.ts';
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import { partOf } from './layer-candidates.ts';
import { OperatingPoint } from './operating-point.ts';
import { PublisherTrack } from './publisher-track.ts';
import { RtpBatch } from './rtp-batch.ts';
import type { LayerPair } from './sink.ts';
import { codec, media } from './testing/fixtures.ts';

const AV1 = codec('AV1', 45);
/** As negotiated when the fixtures were made. */
const DESCRIPTOR = { id: 13, uri: EXTENSION.dependencyDescriptor, direction: undefined };
const MILLISECONDS_A_PACKET = 10;

function trackOf(extensions = [DESCRIPTOR]): PublisherTrack {
  return new PublisherTrack(media('video', [AV1], { extensions }), AV1, { ssrc: 1, rid: undefined, gopCacheMs: 0 }, 0);
}

/** What Chromium sent in a scalability mode, a packet a batch. */
function batchesOf(mode: string): RtpBatch[] {
  return readPackets(`chromium-av1-${mode}.rtp`).map((packet) => {
    const header = parseRtpHeader(packet);
    if (header === undefined) throw new Error('malformed packet in the fixture');
    const batch = new RtpBatch();
    batch.setSingle(packet.slice(), header);
    return batch;
  });
}

/** Gives all packets to a track twice, so that it knows the layers the second time; returns what a point selects then. */
function select(mode: string, layer: LayerPair) {
  const track = trackOf();
  const batches = batchesOf(mode);
  for (const batch of batches) track.receive(batch, 0, () => undefined);
  const point = partOf(track, layer);
  if (!(point instanceof OperatingPoint)) throw new Error('there is no such point');
  const packets: Uint8Array[] = [];
  batches.forEach((batch, index) => {
    track.receive(batch, 1000 + index * MILLISECONDS_A_PACKET, (run) => {
      const part = point.select(run);
      for (let at = 0; at < part.count; at++) packets.push(part.packet(at).slice());
    });
  });
  const sent = packets.map((packet) => {
    const header = parseRtpHeader(packet);
    const descriptor = findExtension(packet, DESCRIPTOR.id) ?? new Uint8Array(0);
    return {
      sequence: header?.sequence ?? 0,
      marker: header?.marker,
      frame: ((descriptor[1] ?? 0) << 8) | (descriptor[2] ?? 0),
    };
  });
  return { track, point, sent };
}

describe('operating points of AV1', () => {
  it('are those of the decode targets that are sent, known with the first packet', () => {
    const track = trackOf();
    const highest = batchesOf('l3t3').map((batch, index) => {
      track.receive(batch, index * 1000, () => undefined);
      return track.layer;
    });
    expect(highest[0]).toEqual({ spatialLayer: 1, temporalLayer: 2 });
    expect(highest.at(-1)).toEqual({ spatialLayer: 2, temporalLayer: 2 });
    expect(track.operatingPoints).toHaveLength(8);
  });

  it('hold the frames of their decode target, numbered without holes, each picture’s last packet marked', () => {
    const { track, point, sent } = select('l3t3', { spatialLayer: 1, temporalLayer: 1 });
    // Pictures are of the temporal layers 0 2 1 2 0 2 1 2 0; the frames of the highest spatial layer begin with the fifth.
    expect(sent.map(({ frame }) => frame)).toEqual([1, 2, 5, 6, 9, 10, 15, 16, 21, 22]);
    expect(sent.map(({ marker }) => marker)).toEqual([false, true, false, true, false, true, false, true, false, true]);
    const first = sent[0]?.sequence ?? 0;
    expect(sent.map(({ sequence }) => sequence)).toEqual(sent.map((_, index) => first + index));
    expect(point.frameSize).toEqual({ width: 640, height: 360 });
    expect(partOf(track, { spatialLayer: 0, temporalLayer: 2 }).frameSize).toEqual({ width: 320, height: 180 });
    expect(track.frameSize).toEqual({ width: 1280, height: 720 });
  });

  it('leave out what lower layers send for themselves alone', () => {
    // After the keyframe, spatial layers do not refer to each other.
    const { sent } = select('l2t2-key', { spatialLayer: 1, temporalLayer: 0 });
    expect(sent.map(({ frame }) => frame)).toEqual([1, 2, 6, 10, 14, 18]);
    expect(sent.map(({ marker }) => marker)).toEqual([false, true, true, true, true, true]);
    const base = select('l2t2-key', { spatialLayer: 0, temporalLayer: 1 }).sent;
    expect(base.map(({ frame }) => frame)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17]);
    expect(base.every(({ marker }) => marker)).toBe(true);
  });

  it('are measured by what they hold', () => {
    const { track } = select('l3t3-key', { spatialLayer: 0, temporalLayer: 0 });
    const now = 2100;
    for (const batch of batchesOf('l3t3-key')) track.receive(batch, now, () => undefined);
    const bitrate = (spatialLayer: number, temporalLayer: number): number =>
      partOf(track, { spatialLayer, temporalLayer }).bitrate(now);
    expect(bitrate(0, 0)).toBeGreaterThan(0);
    expect(bitrate(0, 1)).toBeGreaterThan(bitrate(0, 0));
    // All packets have about the same length, and a third of them is of each spatial layer.
    expect(bitrate(0, 2)).toBeGreaterThan(0.25 * track.bitrate(now));
    expect(bitrate(1, 2)).toBeLessThan(0.55 * track.bitrate(now));
  });

  it('are none where the descriptor was not negotiated, or there is one layer alone', () => {
    const track = trackOf([]);
    for (const batch of batchesOf('l3t3')) track.receive(batch, 0, () => undefined);
    expect(track.layer).toBeUndefined();
    const single = trackOf();
    for (const batch of batchesOf('l1t3').slice(0, 1)) single.receive(batch, 0, () => undefined);
    expect(single.layer).toEqual({ spatialLayer: 0, temporalLayer: 2 });
  });

  it('hold what nobody can tell the layers of: the packet with the structure is missing', () => {
    const track = trackOf();
    const batches = batchesOf('l2t2');
    for (const batch of batches) track.receive(batch, 0, () => undefined);
    const point = partOf(track, { spatialLayer: 0, temporalLayer: 0 });
    if (!(point instanceof OperatingPoint)) throw new Error('there is no such point');
    const selected = batchesOf('l3t3')
      .slice(-1)
      .map((batch) => {
        track.receive(batch, 10, () => undefined);
        return point.select(batch).count;
      });
    expect(selected).toEqual([1]);
  });
});
