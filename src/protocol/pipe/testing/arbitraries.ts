/** Frames and messages of a pipe for property tests. */
import fc from 'fast-check';
import type { PipeMessage } from '../control-messages.ts';
import type { PipeFrame } from '../frames.ts';
import type { DescribedMedia } from '../published-media.ts';

const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
const uint32 = fc.nat(0xffffffff);
const bytes = fc.uint8Array({ maxLength: 300 });
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const payloadType = fc.nat(127);
const statistics = fc.record({ datagramsSent: uint32, datagramsReceived: uint32 });

const facts = fc.record({
  track: uint16,
  silence: uint32,
  bitrate: uint32,
  size: fc.option(
    fc.record({ width: fc.integer({ min: 1, max: 0xffff }), height: fc.integer({ min: 1, max: 0xffff }) }),
    {
      nil: undefined,
    },
  ),
  keyframeAnswerTime: fc.option(fc.nat(0xfffe), { nil: undefined }),
  ignoresKeyframeRequests: fc.boolean(),
});

export const frames: fc.Arbitrary<PipeFrame> = fc.oneof(
  fc.record({ type: fc.constant('segment' as const), offset: uint32, bytes }),
  fc.record({ type: fc.constant('acknowledgment' as const), offset: uint32 }),
  fc.record({ type: fc.constantFrom('ping' as const, 'pong' as const), id: uint32, statistics }),
  fc.record({
    type: fc.constant('packets' as const),
    subscription: uint32,
    track: uint16,
    age: fc.option(uint32, { nil: undefined }),
    packets: bytes,
  }),
  fc.record({
    type: fc.constant('nack' as const),
    subscription: uint32,
    track: uint16,
    sequences: fc.array(uint16, { maxLength: 255 }),
  }),
  fc.record({ type: fc.constant('facts' as const), subscription: uint32, tracks: fc.array(facts, { maxLength: 20 }) }),
);

const codec = fc.record({
  name: fc.constantFrom('opus', 'VP8', 'VP9', 'H264', 'H265', 'AV1'),
  payloadType,
  clockRate: fc.integer({ min: 1, max: 0xffffffff }),
  channels: uint8,
  parameters: fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true }),
  feedback: fc.array(text, { maxLength: 5 }),
  rtxPayloadType: fc.option(payloadType, { nil: undefined }),
  red: fc.option(fc.record({ payloadType, preferred: fc.boolean() }), { nil: undefined }),
});

const media: fc.Arbitrary<DescribedMedia> = fc.record({
  kind: fc.constantFrom('audio', 'video'),
  mid: text,
  rids: fc.array(text, { maxLength: 4 }),
  codecs: fc.array(codec, { maxLength: 4 }),
  extensions: fc.array(fc.record({ id: uint8, uri: text }), { maxLength: 5 }),
});

export const messages: fc.Arbitrary<PipeMessage> = fc.oneof(
  fc.record({ type: fc.constant('subscribe' as const), subscription: uint32, room: text }),
  fc.record({ type: fc.constantFrom('unsubscribe' as const, 'publicationEnded' as const), subscription: uint32 }),
  fc.record({
    type: fc.constant('want' as const),
    subscription: uint32,
    track: uint16,
    isWanted: fc.boolean(),
  }),
  fc.record({
    type: fc.constantFrom('requestKeyframe' as const, 'trackEnded' as const),
    subscription: uint32,
    track: uint16,
  }),
  fc.record({
    type: fc.constant('publication' as const),
    subscription: uint32,
    liveSince: fc.double({ noNaN: true, noDefaultInfinity: true }),
    media: fc.array(media, { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('track' as const),
    subscription: uint32,
    track: uint16,
    section: uint8,
    ssrc: uint32,
    rid: fc.option(text, { nil: undefined }),
    payloadType: uint8,
  }),
  fc.record({
    type: fc.constant('senderClock' as const),
    subscription: uint32,
    track: uint16,
    ntpTime: fc.record({ seconds: uint32, fraction: uint32 }),
    rtpTimestamp: uint32,
  }),
);
