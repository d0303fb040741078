import { describe, expect, it } from 'vitest';
import { parseCompound, type RtcpPacket } from '../protocol/rtcp/compound.ts';
import { ntpFromUnixMs } from '../protocol/rtcp/ntp.ts';
import { wrapRtx } from '../protocol/rtp/rtx.ts';
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import type { AcceptedMedia } from '../protocol/sdp/types.ts';
import { Publisher } from './publisher.ts';
import type { RtpBatch } from './rtp-batch.ts';
import type { Sink, SourceTrack } from './sink.ts';
import { batchOf, codec, media, negotiation, packetBytes, type TestPacket } from './testing/fixtures.ts';

const VP8_KEYFRAME = Uint8Array.of(0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01, 0x00);
const VP8_DELTA = Uint8Array.of(0x10, 0x11, 0x02, 0x00);
const VIDEO = codec('VP8', 96, { rtxPayloadType: 97, feedback: ['nack', 'nack pli', 'transport-cc'] });

class RecordingSink implements Sink {
  readonly written: { track: SourceTrack; sequences: number[]; keyframe: number }[] = [];
  ended = 0;

  write(batch: RtpBatch, track: SourceTrack): void {
    const sequences = Array.from({ length: batch.count }, (_, index) => batch.sequence(index));
    this.written.push({ track, sequences, keyframe: batch.keyframeIndex });
  }

  sourceEnded(): void {
    this.ended++;
  }

  get sequences(): number[] {
    return this.written.flatMap(({ sequences }) => sequences);
  }
}

function setUp(sections: AcceptedMedia[]) {
  const rtcp: RtcpPacket[][] = [];
  const publisher = new Publisher({
    negotiation: negotiation('publish', sections),
    ssrc: 99,
    cname: 'server',
    sendRtcp: (packet) => rtcp.push(parseCompound(packet)) > 0,
    gopCacheMs: 12_000,
    now: 0,
  });
  const audio = new RecordingSink();
  const video = new RecordingSink();
  publisher.setSinks({ audio: [audio], video: [video] });
  return { publisher, rtcp, audio, video };
}

const plain = [media('audio', [codec('opus', 111)]), media('video', [VIDEO])];
const delta = (sequence: number, more: Partial<TestPacket> = {}): TestPacket => ({
  sequence,
  payload: VP8_DELTA,
  ...more,
});
const key = (sequence: number, more: Partial<TestPacket> = {}): TestPacket => ({
  sequence,
  payload: VP8_KEYFRAME,
  ...more,
});

function run(publisher: Publisher, from: number, to: number): void {
  for (let now = from; now <= to; now += 10) if (now >= publisher.deadline()) publisher.handleTimeout(now);
}

describe('Publisher', () => {
  it('tells sound and picture apart by payload type where the offer names nothing else', () => {
    const { publisher, audio, video } = setUp(plain);
    publisher.handleRtp(batchOf([{ sequence: 5, payloadType: 111 }]), 10, 0);
    publisher.handleRtp(batchOf([key(7), delta(8)]), 20, 0);
    publisher.handleRtp(batchOf([{ sequence: 1, payloadType: 126 }]), 30, 0);
    expect(audio.sequences).toEqual([5]);
    expect(video.written).toMatchObject([{ sequences: [7, 8], keyframe: 0 }]);
    expect(publisher.largestTrack('video', 0)?.frameSize).toEqual({ width: 640, height: 360 });
  });

  it('tells sections apart by MID where payload types are of no help', () => {
    const extensions = [{ id: 4, uri: EXTENSION.mid, direction: undefined }];
    const { publisher, audio, video } = setUp([
      media('audio', [codec('opus', 96)], { mid: 'a', extensions }),
      media('video', [VIDEO], { mid: 'v', extensions }),
    ]);
    publisher.handleRtp(batchOf([key(7, { extensions: [{ id: 4, value: Uint8Array.of(0x76) }] })]), 20, 0);
    expect(video.sequences).toEqual([7]);
    expect(audio.sequences).toEqual([]);
  });

  it('takes a retransmission for the packet that it repairs, once', () => {
    const { publisher, video } = setUp(plain);
    publisher.handleRtp(batchOf([key(1), delta(3)]), 20, 0);
    const rtx = wrapRtx(packetBytes(delta(2)), { ssrc: 21, payloadType: 97, sequence: 900 }) ?? new Uint8Array(0);
    const repair: TestPacket = { sequence: 900, payloadType: 97, payload: rtx.subarray(12) };
    publisher.handleRtp(batchOf([repair, repair]), 21, 50);
    expect(video.sequences).toEqual([1, 3, 2]);
    expect(publisher.largestTrack('video', 0)?.statistics.packetsLost).toBe(0);
  });

  it('starts a keyframe at its first packet only, though others look like one', () => {
    const { publisher, video } = setUp(plain);
    publisher.handleRtp(batchOf([delta(1, { timestamp: 1 }), key(2, { timestamp: 2 })]), 20, 0);
    publisher.handleRtp(batchOf([key(3, { timestamp: 2 }), delta(4, { timestamp: 2 })]), 20, 1);
    publisher.handleRtp(batchOf([key(5, { timestamp: 3 })]), 20, 2);
    expect(video.written.map(({ keyframe }) => keyframe)).toEqual([1, -1, 0]);
  });

  it('asks once for a missing packet and stops when it comes', () => {
    const { publisher, rtcp } = setUp(plain);
    publisher.handleRtp(batchOf([key(1), delta(3)]), 20, 0);
    run(publisher, 0, 100);
    const nacks = rtcp.flat().filter((packet) => packet.type === 'nack');
    expect(nacks).toMatchObject([{ senderSsrc: 99, mediaSsrc: 20, sequences: [2] }]);
    publisher.handleRtp(batchOf([delta(2)]), 20, 100);
    run(publisher, 100, 600);
    expect(rtcp.flat().filter((packet) => packet.type === 'nack')).toHaveLength(1);
  });

  it('sends one PLI for many requests, until the keyframe', () => {
    const { publisher, rtcp } = setUp(plain);
    publisher.handleRtp(batchOf([delta(1)]), 20, 0);
    for (let viewer = 0; viewer < 100; viewer++) publisher.largestTrack('video', 0)?.requestKeyframe(5);
    run(publisher, 0, 200);
    const plis = () => rtcp.flat().filter((packet) => packet.type === 'pictureLoss');
    expect(plis()).toMatchObject([{ mediaSsrc: 20 }]);
    publisher.handleRtp(batchOf([key(2)]), 20, 210);
    run(publisher, 210, 3000);
    expect(plis()).toHaveLength(1);
  });

  it('reports reception every second, and arrivals by transport-wide number', () => {
    const extensions = [{ id: 3, uri: EXTENSION.transportWideCc, direction: undefined }];
    const { publisher, rtcp } = setUp([media('video', [VIDEO], { extensions })]);
    for (let index = 0; index < 10; index++) {
      const value = Uint8Array.of(0xff, 0xfa + index === 0xff ? 0xff : (0xfa + index) & 0xff);
      if (index > 5) value[0] = 0;
      publisher.handleRtp(batchOf([delta(index, { extensions: [{ id: 3, value }] })]), 20, index * 10);
    }
    publisher.handleRtcp(
      [
        {
          type: 'senderReport',
          ssrc: 20,
          ntpTime: ntpFromUnixMs(0),
          rtpTimestamp: 5,
          packetCount: 1,
          octetCount: 1,
          reports: [],
        },
      ],
      500,
    );
    run(publisher, 100, 1100);
    const feedback = rtcp.flat().filter((packet) => packet.type === 'transportFeedback');
    expect(feedback).toMatchObject([{ baseSequence: 0xfffa, feedbackCount: 0 }]);
    const block = rtcp.flat().flatMap((packet) => (packet.type === 'receiverReport' ? packet.reports : []));
    expect(block).toMatchObject([{ ssrc: 20, packetsLost: 0, highestSequence: 9 }]);
    expect(block[0]?.lastSenderReport).not.toBe(0);
    for (const compound of rtcp)
      expect(compound.map(({ type }) => type).slice(0, 2)).toEqual(['receiverReport', 'sourceDescription']);
  });

  it('gives its sinks each simulcast layer as a source, and names the largest', () => {
    const extensions = [{ id: 5, uri: EXTENSION.rid, direction: undefined }];
    const { publisher, video } = setUp([media('video', [VIDEO], { extensions, sendRids: ['l', 'h'] })]);
    const rid = (name: string) => ({ extensions: [{ id: 5, value: Uint8Array.of(name.charCodeAt(0)) }] });
    const large = Uint8Array.from(VP8_KEYFRAME);
    large.set([0x00, 0x05, 0xd0, 0x02], 7);
    publisher.handleRtp(batchOf([key(1, rid('l'))]), 20, 0);
    publisher.handleRtp(batchOf([{ sequence: 100, payload: large, ...rid('h') }]), 30, 10);
    publisher.handleRtp(batchOf([delta(2, rid('l'))]), 20, 20);
    expect(video.written.map(({ track, sequences }) => [track.rid, ...sequences])).toEqual([
      ['l', 1],
      ['h', 100],
      ['l', 2],
    ]);
    expect(publisher.largestTrack('video', 20)?.rid).toBe('h');
    publisher.handleRtp(batchOf([delta(3, rid('l'))]), 20, 3000);
    expect(publisher.largestTrack('video', 3000)?.rid).toBe('l');
  });

  it('keeps the newest keyframe and what followed it, with packets of the keyframe that came before its first', () => {
    const { publisher } = setUp(plain);
    publisher.handleRtp(batchOf([key(1, { timestamp: 0 }), delta(2, { timestamp: 3000 })]), 20, 0);
    publisher.handleRtp(batchOf([delta(5, { timestamp: 6000 }), delta(4, { timestamp: 6000 })]), 20, 10);
    publisher.handleRtp(batchOf([key(3, { timestamp: 6000 })]), 20, 20);
    publisher.handleRtp(batchOf([delta(6, { timestamp: 9000 })]), 20, 30);
    const gop = publisher.largestTrack('video', 30)?.gop;
    const kept = Array.from({ length: gop?.count ?? 0 }, (_, index) => gop?.sequence(index));
    expect(kept).toEqual([3, 4, 5, 6]);
  });

  it('has ended when it said goodbye for all tracks', () => {
    const { publisher } = setUp(plain);
    publisher.handleRtp(batchOf([key(1)]), 20, 0);
    publisher.handleRtp(batchOf([{ sequence: 1, payloadType: 111 }]), 10, 0);
    publisher.handleRtcp([{ type: 'goodbye', ssrcs: [20], reason: undefined }], 0);
    expect(publisher.ended).toBe(false);
    publisher.handleRtcp([{ type: 'goodbye', ssrcs: [10], reason: undefined }], 0);
    expect(publisher.ended).toBe(true);
  });

  it('tells the sinks when it ends, and says goodbye where somebody hears it', () => {
    const { publisher, rtcp, video } = setUp(plain);
    publisher.handleRtp(batchOf([key(1)]), 20, 0);
    publisher.close(true);
    expect(video.ended).toBe(1);
    expect(rtcp.flat().at(-1)).toMatchObject({ type: 'goodbye', ssrcs: [99] });
  });

  it('bounds the streams that a publisher may open', () => {
    const { publisher } = setUp(plain);
    for (let ssrc = 1; ssrc < 100; ssrc++) publisher.handleRtp(batchOf([delta(1)]), ssrc, ssrc);
    expect(publisher.tracks.length).toBe(32);
  });
});
