import { describe, expect, it } from 'vitest';
import { findExtension } from '../protocol/rtp/header-extensions.ts';
import { parseRtpHeader } from '../protocol/rtp/packet.ts';
import { unwrapRtx } from '../protocol/rtp/rtx.ts';
import { writeProbePadding } from './probe-padding.ts';
import { SubscriberTrack } from './subscriber-track.ts';
import { codec, media } from './testing/fixtures.ts';

const VIDEO = codec('VP8', 100, { rtxPayloadType: 101 });

function trackWith(rtxSsrc: number | undefined): SubscriberTrack {
  const track = new SubscriberTrack({
    peer: 1,
    media: media('video', [VIDEO]),
    ssrc: 10,
    rtxSsrc,
    transportSequenceId: 3,
    twoByteExtensions: false,
    firstSequence: 7,
  });
  track.codec = VIDEO;
  return track;
}

describe('writeProbePadding', () => {
  it('writes about as many bytes as are wanted, as padding on the RTX stream with a place for the number', () => {
    const track = trackWith(11);
    const packets = writeProbePadding(track, 3000, 3);
    const total = packets.reduce((sum, { length }) => sum + length, 0);
    expect(total).toBeGreaterThan(2900);
    expect(total).toBeLessThan(3200);
    packets.forEach((packet, index) => {
      const header = parseRtpHeader(packet);
      expect(header).toMatchObject({ ssrc: 11, payloadType: 101, sequence: 7 + index, marker: false });
      expect((header?.headerLength ?? 0) + (header?.paddingLength ?? 0)).toBe(packet.length);
      expect(findExtension(packet, 3)).toHaveLength(2);
      expect(unwrapRtx(packet, { ssrc: 10, payloadType: 100 })).toBeUndefined();
    });
    expect(track.rtxSequence).toBe(7 + packets.length);
  });

  it('writes two packets at the least, and none without RTX', () => {
    expect(writeProbePadding(trackWith(11), 10, 3)).toHaveLength(2);
    expect(writeProbePadding(trackWith(undefined), 3000, 3)).toEqual([]);
  });
});
