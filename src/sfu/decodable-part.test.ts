import { describe, expect, it } from 'vitest';
import { findExtension } from '../protocol/rtp/header-extensions.ts';
import { parseRtpHeader } from '../protocol/rtp/packet.ts';
import { readPackets } from '../protocol/rtp/testing/fixtures.ts';
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import type { AcceptedMedia } from '../protocol/sdp/types.ts';
import { decodableBounds, decodablePart, isDecodable } from './decodable-part.ts';
import { PublisherTrack } from './publisher-track.ts';
import { RtpBatch } from './rtp-batch.ts';
import { SubscriberTrack } from './subscriber-track.ts';
import { codec, media, RecordingTable, TestSource } from './testing/fixtures.ts';
import { pointOf, scalable } from './testing/scalable-source.ts';
import { TrackFanOut } from './track-fan-out.ts';

const AV1 = codec('AV1', 45);
/** As negotiated when the fixtures were made. */
const DESCRIPTOR = { id: 13, uri: EXTENSION.dependencyDescriptor, direction: 'sendrecv' } as const;
const PICTURE_MS = 50;

function viewer(peer: number, extensions: AcceptedMedia['extensions']): SubscriberTrack {
  return new SubscriberTrack({
    peer,
    media: { ...media('video', [AV1]), extensions },
    ssrc: 1000 + peer,
    rtxSsrc: undefined,
    transportSequenceId: undefined,
    twoByteExtensions: true,
    firstSequence: 100,
  });
}

/** Sends what Chromium sent in a scalability mode to viewers with and without the extension; the frames that each got. */
function play(mode: string) {
  const table = new RecordingTable();
  const fanOut = new TrackFanOut(table.create);
  const publisher = new PublisherTrack(
    media('video', [AV1], { extensions: [DESCRIPTOR] }),
    AV1,
    { ssrc: 1, rid: undefined, gopCacheMs: 10_000 },
    0,
  );
  const [knowing, simple] = [viewer(1, [DESCRIPTOR]), viewer(2, [])];
  for (const track of [knowing, simple]) fanOut.add(track, 0);
  const batch = new RtpBatch();
  const packets = readPackets(`chromium-av1-${mode}.rtp`).map((packet) => packet.slice());
  packets.forEach((packet, index) => {
    const header = parseRtpHeader(packet);
    if (header === undefined) throw new Error('malformed packet in the fixture');
    batch.setSingle(packet, header);
    const now = index * PICTURE_MS;
    publisher.receive(batch, now, (run) => {
      fanOut.write(run, publisher, now);
    });
  });
  const late = viewer(3, []);
  fanOut.add(late, packets.length * PICTURE_MS);
  const frames = packets.map((packet) => {
    const [id = 0, , number = 0] = findExtension(packet, DESCRIPTOR.id) ?? [];
    return { template: id & 0x3f, number };
  });
  return { frames, table, simple, late };
}

describe('a viewer that did not negotiate dependency descriptors', () => {
  it('gets the lowest spatial layer of AV1, where others get the whole', () => {
    const { frames, table, simple, late } = play('l2t2');
    expect(table.sentTo(1)).toHaveLength(frames.length);
    // Templates 0 to 2 are those of the lowest spatial layer.
    const base = frames.filter(({ template }) => template < 3);
    const sent = table.sentTo(2);
    expect(sent).toHaveLength(base.length);
    expect(sent.map(({ sequence }) => sequence)).toEqual(base.map((_, index) => 100 + index));
    expect(simple.source?.layer).toEqual({ spatialLayer: 0, temporalLayer: 1 });
    // What is kept of the past is the whole: it waits for a keyframe.
    expect(table.sentTo(3)).toEqual([]);
    expect(late.target).toBe(simple.source);
  });

  it('gets all temporal layers where there is one spatial layer', () => {
    const { frames, table } = play('l1t3');
    expect(table.sentTo(2)).toHaveLength(frames.length);
    expect(table.sentTo(3)).toHaveLength(1);
  });

  it('has no choice above that, and of another codec all', () => {
    const { media: knowing } = viewer(1, [DESCRIPTOR]).options;
    const { media: simple } = viewer(1, []).options;
    const source = scalable(new TestSource('video', AV1));
    const bounds = { spatialLayer: undefined, temporalLayer: 1 };
    expect(decodablePart(source, knowing)).toBe(source);
    expect(decodablePart(source, simple).layer).toEqual({ spatialLayer: 0, temporalLayer: 2 });
    const high = pointOf(source, 1, 0) ?? source;
    expect(decodablePart(high, simple).layer).toEqual({ spatialLayer: 0, temporalLayer: 0 });
    expect(decodableBounds([source], knowing, bounds)).toBe(bounds);
    expect(decodableBounds([source], simple, bounds)).toEqual({ spatialLayer: 0, temporalLayer: 1 });
    expect([isDecodable(source, knowing), isDecodable(source, simple)]).toEqual([true, false]);
    const vp9 = scalable(new TestSource('video', codec('VP9', 98)));
    const other = media('video', [codec('VP9', 98)]);
    expect(decodablePart(vp9, other)).toBe(vp9);
    expect([isDecodable(vp9, other), isDecodable(vp9, simple)]).toEqual([true, false]);
  });
});
