import { describe, expect, it } from 'vitest';
import { parseVp8Descriptor } from '../protocol/payload/vp8.ts';
import { parseVp9Descriptor } from '../protocol/payload/vp9.ts';
import { parseRtpHeader } from '../protocol/rtp/packet.ts';
import { readPackets } from '../protocol/rtp/testing/fixtures.ts';
import type { Codec } from '../protocol/sdp/types.ts';
import type { OperatingPoint } from './operating-point.ts';
import { PublisherTrack } from './publisher-track.ts';
import { RtpBatch } from './rtp-batch.ts';
import { batchOf, codec, media, type TestPacket } from './testing/fixtures.ts';

const VP8 = codec('VP8', 96);

function trackOf(used: Codec): PublisherTrack {
  return new PublisherTrack(media('video', [used]), used, { ssrc: 1, rid: 'h', gopCacheMs: 0 }, 0);
}

/** VP8 with a picture id of 15 bits, TL0PICIDX and a temporal layer; one packet a picture. */
function vp8Packet(sequence: number, temporalLayer: number, keyframe = false): TestPacket {
  const payload = Uint8Array.of(0x90, 0xe0, 0x80 | (sequence >> 8), sequence & 0xff, 7, temporalLayer << 6);
  const data = Uint8Array.of(keyframe ? 0 : 1, sequence & 0xff, 3);
  return { sequence, timestamp: sequence * 3000, marker: true, payload: Uint8Array.of(...payload, ...data) };
}

function find(track: PublisherTrack, spatialLayer: number, temporalLayer: number): OperatingPoint {
  const point = track.operatingPoints.find(
    ({ layer }) => layer.spatialLayer === spatialLayer && layer.temporalLayer === temporalLayer,
  );
  if (point === undefined) throw new Error('there is no such point');
  return point;
}

/** What a point gives of batches of the whole stream. */
function selectAll(track: PublisherTrack, point: OperatingPoint, batches: readonly RtpBatch[], now = 0): Uint8Array[] {
  const selected: Uint8Array[] = [];
  for (const batch of batches) {
    track.receive(batch, now, (run) => {
      const part = point.select(run);
      for (let index = 0; index < part.count; index++) selected.push(part.packet(index).slice());
    });
  }
  return selected;
}

describe('OperatingPoints of a PublisherTrack', () => {
  const PATTERN = [0, 2, 1, 2];
  /** A keyframe, then pictures of three temporal layers. */
  const pictures = (first: number, count: number): TestPacket[] =>
    Array.from({ length: count }, (_, index) => vp8Packet(first + index, PATTERN[index % 4] ?? 0, index === 0));

  it('are those below the highest layers that arrive', () => {
    const track = trackOf(VP8);
    expect(track.operatingPoints).toEqual([]);
    track.receive(batchOf(pictures(1, 4)), 0, () => undefined);
    track.receive(batchOf([vp8Packet(5, 0)]), 1000, () => undefined);
    expect(track.layer).toEqual({ spatialLayer: 0, temporalLayer: 2 });
    expect(track.operatingPoints.map(({ layer }) => layer.temporalLayer)).toEqual([0, 1]);
    const before = track.operatingPoints;
    for (let now = 1500; now <= 4500; now += 500) {
      track.receive(batchOf([vp8Packet(now, now % 1000 === 0 ? 0 : 1)]), now, () => undefined);
      if (now === 2500) expect(track.operatingPoints).toBe(before);
    }
    expect(track.operatingPoints).toEqual([before[0]]);
    expect(track.layer).toEqual({ spatialLayer: 0, temporalLayer: 1 });
  });

  it('stay over a pause of the whole stream', () => {
    const track = trackOf(VP8);
    track.receive(batchOf(pictures(1, 4)), 0, () => undefined);
    track.receive(batchOf([vp8Packet(5, 0)]), 1000, () => undefined);
    const before = track.operatingPoints;
    for (const now of [21_000, 41_000]) track.receive(batchOf([vp8Packet(now, 0)]), now, () => undefined);
    expect(track.operatingPoints).toBe(before);
    expect(before).toHaveLength(2);
  });

  it('are none where packets name no layer, or only one', () => {
    const track = trackOf(VP8);
    for (const now of [0, 1000])
      track.receive(batchOf([{ sequence: now }, vp8Packet(now + 1, 0)]), now, () => undefined);
    expect(track.operatingPoints).toEqual([]);
    expect(track.layer).toBeUndefined();
  });

  it('are gone with the codec', () => {
    const VP9 = codec('VP9', 98);
    const track = new PublisherTrack(media('video', [VP8, VP9]), VP8, { ssrc: 1, rid: undefined, gopCacheMs: 0 }, 0);
    track.receive(batchOf(pictures(1, 4)), 0, () => undefined);
    track.receive(batchOf(pictures(5, 1)), 1000, () => undefined);
    expect(track.operatingPoints).toHaveLength(2);
    track.receive(batchOf([{ sequence: 9, payloadType: 98 }]), 1001, () => undefined);
    expect(track.operatingPoints).toEqual([]);
  });

  it('number the packets and pictures that they hold without holes, and leave the publisher’s bytes alone', () => {
    const track = trackOf(VP8);
    track.receive(batchOf(pictures(1, 4)), 0, () => undefined);
    track.receive(batchOf(pictures(5, 4)), 1000, () => undefined);
    const point = find(track, 0, 1);
    const batch = batchOf(pictures(65_530, 6));
    const later = batchOf(pictures(0, 4));
    const before = [batch.data.slice(), later.data.slice()];
    const selected = selectAll(track, point, [batch, later], 1100);
    expect([batch.data, later.data]).toEqual(before);
    const headers = selected.map((packet) => parseRtpHeader(packet));
    const descriptors = selected.map((packet, index) =>
      parseVp8Descriptor(packet.subarray(headers[index]?.headerLength ?? 0)),
    );
    expect(headers.map((header) => header?.sequence)).toEqual([65_530, 65_531, 65_532, 65_533, 65_534]);
    expect(descriptors.map((descriptor) => descriptor?.temporalLayer)).toEqual([0, 1, 0, 0, 1]);
    // The pictures were 32,762, 32,764, 32,766, 0 and 2 of 15 bits.
    expect(descriptors.map((descriptor) => descriptor?.pictureId)).toEqual([32_762, 32_763, 32_764, 32_765, 32_766]);
    expect(descriptors.every((descriptor) => descriptor?.tl0PictureIndex === 7)).toBe(true);
    const cached = new RtpBatch();
    expect(point.cache.get(65_533, cached)).toBe(true);
    expect(cached.packet(0)).toEqual(selected[3]);
  });

  it('send an empty packet in place of a late one that does not belong', () => {
    const track = trackOf(VP8);
    track.receive(batchOf(pictures(1, 4)), 0, () => undefined);
    track.receive(batchOf(pictures(5, 4)), 1000, () => undefined);
    const packets = [vp8Packet(20, 0), vp8Packet(22, 1), vp8Packet(21, 2), vp8Packet(24, 0)];
    const selected = selectAll(track, find(track, 0, 0), [batchOf(packets)], 1100);
    expect(selected.map((packet) => parseRtpHeader(packet)?.sequence)).toEqual([20, 21, 23]);
    const empty = parseRtpHeader(selected[1] ?? new Uint8Array(0));
    expect(empty).toMatchObject({ marker: false, headerLength: selected[1]?.length });
  });

  it('tell the keyframe, their bitrate and what they have of the whole', () => {
    const track = trackOf(VP8);
    for (let now = 0; now <= 2000; now += 100) {
      track.receive(batchOf([vp8Packet(now / 100, PATTERN[(now / 100) % 4] ?? 0)]), now, () => undefined);
    }
    const [low, middle] = [find(track, 0, 0), find(track, 0, 1)];
    expect(low.bitrate(2000)).toBeGreaterThan(0);
    expect(middle.bitrate(2000)).toBeGreaterThan(low.bitrate(2000));
    expect(track.bitrate(2000)).toBeGreaterThan(middle.bitrate(2000));
    const batch = batchOf([vp8Packet(21, 2), vp8Packet(22, 0, true), vp8Packet(23, 2)]);
    track.receive(batch, 2100, (run) => {
      expect(run.keyframeIndex).toBe(1);
      expect(low.select(run).keyframeIndex).toBe(0);
    });
    expect(low).toMatchObject({ whole: track, rid: 'h', kind: 'video', codec: VP8, lastPacket: 2100, gop: undefined });
    expect(track.keyframes.poll(2200)).toBe(false);
    low.requestKeyframe(2200);
    expect(track.keyframes.poll(2200)).toBe(true);
  });

  it('end the pictures of the lower spatial layer of what Chromium sends, and know its size', () => {
    const VP9 = codec('VP9', 98);
    const track = trackOf(VP9);
    const packets = readPackets('chromium-vp9-svc.rtp');
    const batches = packets.map((packet) => {
      const header = parseRtpHeader(packet);
      if (header === undefined) throw new Error('malformed packet in the fixture');
      const batch = new RtpBatch();
      batch.setSingle(packet.slice(), { ...header, payloadType: 98 });
      return batch;
    });
    for (const batch of batches) track.receive(batch, 0, () => undefined);
    track.receive(batchOf([{ sequence: 1, payloadType: 98 }]), 1000, () => undefined);
    expect(track.layer).toEqual({ spatialLayer: 1, temporalLayer: 2 });
    expect(track.operatingPoints).toHaveLength(5);

    const point = find(track, 0, 2);
    expect(point.frameSize).toEqual({ width: 320, height: 180 });
    expect(track.frameSize).toEqual({ width: 640, height: 360 });
    expect(find(track, 1, 0).frameSize).toEqual(track.frameSize);
    const selected = selectAll(track, point, batches, 1000).map((packet) => {
      const header = parseRtpHeader(packet);
      return { ...header, descriptor: parseVp9Descriptor(packet.subarray(header?.headerLength)) };
    });
    const first = selected[0]?.sequence ?? 0;
    expect(selected.length).toBeLessThan(packets.length);
    expect(selected.map(({ sequence }) => sequence)).toEqual(selected.map((_, index) => first + index));
    for (const { descriptor, marker } of selected) {
      expect(descriptor?.spatialLayer).toBe(0);
      expect(marker).toBe(descriptor?.endOfFrame);
    }
  });
});
