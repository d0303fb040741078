import { describe, expect, it } from 'vitest';
import { parseCompound, type RtcpPacket } from '../protocol/rtcp/compound.ts';
import { ntpFromUnixMs, unixMsFromNtp } from '../protocol/rtcp/ntp.ts';
import { parseRtpHeader } from '../protocol/rtp/packet.ts';
import { unwrapRtx } from '../protocol/rtp/rtx.ts';
import type { Codec } from '../protocol/sdp/types.ts';
import type { LayerWish } from './layer-wish.ts';
import { Subscriber } from './subscriber.ts';
import { batchOf, codec, media, negotiation, packetBytes, RecordingTable, TestSource } from './testing/fixtures.ts';
import { TrackFanOut } from './track-fan-out.ts';

/** A stream's first sequence number comes from its SSRC. */
const FIRST_SEQUENCE = 10;
const VIDEO_SSRC = 0x10000 + FIRST_SEQUENCE;
const RTX_SSRC = 2001;
const AUDIO_SSRC = 3000;

function setUp(viewerCodec: Codec, connected = true) {
  const tables = { audio: new RecordingTable(), video: new RecordingTable() };
  const fanOuts = { audio: new TrackFanOut(tables.audio.create), video: new TrackFanOut(tables.video.create) };
  const rtp: Uint8Array[] = [];
  const rtcp: RtcpPacket[][] = [];
  const stream = { cname: 'cname', streamId: 's', trackId: 't' };
  const subscriber = new Subscriber({
    negotiation: negotiation('play', [media('audio', [codec('opus', 111)]), media('video', [viewerCodec])]),
    streams: [
      { ...stream, ssrc: AUDIO_SSRC, rtxSsrc: undefined },
      { ...stream, ssrc: VIDEO_SSRC, rtxSsrc: RTX_SSRC },
    ],
    peer: 9,
    fanOuts,
    sendRtp: (packet) => rtp.push(packet) > 0,
    sendRtcp: (packet) => rtcp.push(parseCompound(packet)) > 0,
    now: 0,
  });
  if (connected) subscriber.start(0);
  const source = new TestSource('video', codec('VP8', 96));
  return { subscriber, fanOuts, tables, rtp, rtcp, source };
}

function forward(fanOut: TrackFanOut, source: TestSource, sequences: number[], now: number): void {
  const packets = sequences.map((sequence) => ({ sequence, timestamp: 1000, payload: Uint8Array.of(sequence & 0xff) }));
  const batch = batchOf(packets, 0);
  source.cache.put(batch);
  fanOut.write(batch, source, now);
}

const nack = (sequences: number[]): RtcpPacket => ({ type: 'nack', senderSsrc: 1, mediaSsrc: VIDEO_SSRC, sequences });

describe('a viewer’s wish for a layer', () => {
  const layerWish = (rid: string): LayerWish => ({
    type: 'layer',
    rid,
    spatialLayer: undefined,
    temporalLayer: undefined,
  });

  /** Three layers that send a packet each, the smallest first. */
  function setUpLayers(connected = true) {
    const viewer = setUp(codec('VP8', 100), connected);
    const layers = ['l', 'm', 'h'].map((rid, index) => {
      const source = new TestSource('video', codec('VP8', 96));
      source.rid = rid;
      source.frameSize = { width: 320 << index, height: 180 << index };
      return source;
    });
    const send = (source: TestSource | undefined, now: number): void => {
      if (source === undefined) return;
      source.lastPacket = now;
      forward(viewer.fanOuts.video, source, [now & 0xffff], now);
    };
    const [low, middle, high] = layers;
    return { ...viewer, low, middle, high, send };
  }

  it('is the largest layer without one, and the wished one from its next keyframe on', () => {
    const { subscriber, low, high, send } = setUpLayers();
    send(low, 10);
    send(high, 20);
    expect(subscriber.rid).toBe('h');
    subscriber.setWish('1', layerWish('l'), 30);
    expect(low?.keyframeRequests).toBeGreaterThan(0);
    expect(subscriber.rid).toBe('h');
    send(low, 40);
    expect(subscriber.rid).toBe('l');
    subscriber.setWish('1', { type: 'automatic' }, 50);
    send(high, 60);
    expect(subscriber.rid).toBe('h');
  });

  it('holds once the layer is there, gives way while it is silent, and comes back', () => {
    const { subscriber, low, middle, high, send } = setUpLayers();
    subscriber.setWish('1', layerWish('m'), 0);
    send(low, 10);
    send(high, 20);
    expect(subscriber.rid).toBe('h');
    send(middle, 30);
    expect(subscriber.deadline()).toBeLessThanOrEqual(250);
    subscriber.handleTimeout(250);
    send(middle, 260);
    expect(subscriber.rid).toBe('m');
    for (let now = 500; now <= 2500; now += 500) {
      subscriber.handleTimeout(now);
      send(high, now);
    }
    expect(subscriber.rid).toBe('h');
    send(middle, 2600);
    subscriber.handleTimeout(2750);
    send(middle, 2800);
    expect(subscriber.rid).toBe('m');
  });

  it('can be made before the connection stands, of a size too', () => {
    const { subscriber, low, high, send, fanOuts, tables } = setUpLayers(false);
    const size = { maxWidth: 640, maxHeight: undefined };
    subscriber.setWish('1', { type: 'bounds', ...size, spatialLayer: undefined, temporalLayer: undefined }, 0);
    expect(fanOuts.video.size).toEqual({ active: 0, waiting: 0 });
    subscriber.start(5);
    send(high, 10);
    send(low, 20);
    subscriber.handleTimeout(250);
    send(low, 260);
    expect(subscriber.rid).toBe('l');
    expect(tables.video.sentTo(9).length).toBeGreaterThan(0);
  });
});

describe('Subscriber', () => {
  it('answers a NACK by RTX, with the sequence number that the viewer knows', () => {
    const { subscriber, fanOuts, rtp, source } = setUp(codec('VP8', 100, { rtxPayloadType: 101 }));
    forward(fanOuts.video, source, [10, 11, 12], 0);
    subscriber.handleRtcp([nack([11, 12])], 100);
    expect(rtp).toHaveLength(2);
    const [first, second] = rtp.map((packet) => parseRtpHeader(packet));
    expect(first).toMatchObject({ ssrc: RTX_SSRC, payloadType: 101, sequence: FIRST_SEQUENCE, timestamp: 1000 });
    expect(second?.sequence).toBe(FIRST_SEQUENCE + 1);
    expect(unwrapRtx(rtp[0] ?? new Uint8Array(0), { ssrc: VIDEO_SSRC, payloadType: 100 })).toEqual(
      packetBytes({ sequence: 11, timestamp: 1000, payloadType: 100, ssrc: VIDEO_SSRC, payload: Uint8Array.of(11) }),
    );
  });

  it('answers twice while the reports of the viewer tell of much loss', () => {
    const { subscriber, fanOuts, rtp, source } = setUp(codec('VP8', 100, { rtxPayloadType: 101 }));
    forward(fanOuts.video, source, [10, 11, 12], 0);
    const block = {
      packetsLost: 4,
      highestSequence: 10,
      jitter: 0,
      lastSenderReport: 0,
      delaySinceLastSenderReport: 0,
    };
    const report = (fractionLost: number): RtcpPacket => ({
      type: 'receiverReport',
      ssrc: 5,
      reports: [{ ...block, ssrc: VIDEO_SSRC, fractionLost }],
    });
    subscriber.handleRtcp([report(13), nack([11])], 100);
    expect(rtp.map((packet) => parseRtpHeader(packet)?.sequence)).toEqual([FIRST_SEQUENCE, FIRST_SEQUENCE + 1]);
    subscriber.handleRtcp([report(0), nack([12])], 200);
    expect(rtp).toHaveLength(3);
  });

  it('sends the identical packet again to a viewer without RTX', () => {
    const { subscriber, fanOuts, tables, rtp, source } = setUp(codec('VP8', 100));
    forward(fanOuts.video, source, [10, 11], 0);
    subscriber.handleRtcp([nack([11])], 100);
    expect(rtp).toEqual([]);
    expect(tables.video.resent).toEqual([tables.video.sent[1]]);
  });

  it('never sends again what another source sent, or what was before the viewer came', () => {
    const { subscriber, fanOuts, rtp, source } = setUp(codec('VP8', 100, { rtxPayloadType: 101 }));
    source.cache.put(batchOf([{ sequence: 9 }]));
    forward(fanOuts.video, source, [10, 11], 0);
    subscriber.handleRtcp([nack([9])], 50);
    const next = new TestSource('video', codec('VP8', 96));
    fanOuts.video.sourceEnded(source);
    forward(fanOuts.video, next, [500], 100);
    subscriber.handleRtcp([nack([10, 11])], 200);
    expect(rtp).toEqual([]);
    subscriber.handleRtcp([nack([12])], 200);
    expect(rtp).toHaveLength(1);
  });

  it('does not answer the same request twice at once, and bounds a storm', () => {
    const { subscriber, fanOuts, rtp, source } = setUp(codec('VP8', 100, { rtxPayloadType: 101 }));
    forward(fanOuts.video, source, [10], 0);
    for (let index = 0; index < 10; index++) subscriber.handleRtcp([nack([10])], 100);
    expect(rtp).toHaveLength(1);
    for (let now = 1000; now < 1999; now += 0.5) subscriber.handleRtcp([nack([10, 10, 10])], now);
    expect(rtp.length).toBeLessThan(60);
  });

  it('asks the publisher for a keyframe on PLI and FIR', () => {
    const { subscriber, fanOuts, source } = setUp(codec('VP8', 100));
    forward(fanOuts.video, source, [10], 0);
    const before = source.keyframeRequests;
    subscriber.handleRtcp([{ type: 'pictureLoss', senderSsrc: 1, mediaSsrc: VIDEO_SSRC }], 10);
    subscriber.handleRtcp(
      [{ type: 'fullIntraRequest', senderSsrc: 1, requests: [{ ssrc: VIDEO_SSRC, commandSequence: 0 }] }],
      20,
    );
    expect(source.keyframeRequests - before).toBe(2);
  });

  it("translates the publisher's own clocks into sender reports, so that sound and picture stay together", () => {
    const { subscriber, fanOuts, rtcp, source } = setUp(codec('VP8', 100));
    const audio = new TestSource('audio', codec('opus', 111));
    forward(fanOuts.video, source, [10], 0);
    fanOuts.audio.write(batchOf([{ sequence: 1, payloadType: 111 }]), audio, 0);
    subscriber.handleTimeout(10);
    expect(rtcp).toEqual([]);
    const wall = Date.UTC(2026, 0, 1);
    source.senderClock = { ntpTime: ntpFromUnixMs(wall), rtpTimestamp: 90_000, arrival: 500 };
    audio.senderClock = { ntpTime: ntpFromUnixMs(wall + 20), rtpTimestamp: 48_000, arrival: 700 };
    subscriber.handleTimeout(1000);
    const reports = (rtcp[0] ?? []).filter((packet) => packet.type === 'senderReport');
    expect(reports.map(({ ssrc }) => ssrc)).toEqual([AUDIO_SSRC, VIDEO_SSRC]);
    const [sound, picture] = reports;
    expect(picture).toMatchObject({ rtpTimestamp: 90_000 + 45_000, packetCount: 1, octetCount: 1 });
    expect(unixMsFromNtp(picture?.ntpTime ?? { seconds: 0, fraction: 0 })).toBeCloseTo(wall + 500, 1);
    expect(sound?.rtpTimestamp).toBe(48_000 + 14_400);
    expect(unixMsFromNtp(sound?.ntpTime ?? { seconds: 0, fraction: 0 })).toBeCloseTo(wall + 320, 1);
    expect(subscriber.deadline()).toBe(2000);
  });

  it('measures the round trip by the report of the viewer', () => {
    const { subscriber, fanOuts, source } = setUp(codec('VP8', 100));
    forward(fanOuts.video, source, [10], 0);
    const ntpTime = ntpFromUnixMs(Date.UTC(2026, 0, 1));
    source.senderClock = { ntpTime, rtpTimestamp: 0, arrival: 1000 };
    subscriber.handleTimeout(1000);
    const lastSenderReport = ((ntpTime.seconds << 16) | (ntpTime.fraction >>> 16)) >>> 0;
    const block = { fractionLost: 0, packetsLost: 4, highestSequence: 10, jitter: 900 };
    const report = { ...block, ssrc: VIDEO_SSRC, lastSenderReport, delaySinceLastSenderReport: 65_536 / 2 };
    subscriber.handleRtcp([{ type: 'receiverReport', ssrc: 5, reports: [report] }], 1580);
    const figures = subscriber.figures(1600);
    expect(figures.roundTripTime).toBeCloseTo(80, 0);
    expect(figures).toMatchObject({ packets: 1, packetsLost: 4, jitter: 10 });
  });

  it('leaves the fan-outs and says goodbye when it ends', () => {
    const { subscriber, fanOuts, rtcp } = setUp(codec('VP8', 100));
    subscriber.close(true);
    expect(fanOuts.video.size).toEqual({ active: 0, waiting: 0 });
    expect(fanOuts.audio.size).toEqual({ active: 0, waiting: 0 });
    expect(rtcp.flat().find(({ type }) => type === 'goodbye')).toMatchObject({ ssrcs: [AUDIO_SSRC, VIDEO_SSRC] });
  });
});
