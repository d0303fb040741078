import fc from 'fast-check';
import type { Goodbye } from '../goodbye.ts';
import type { FullIntraRequest } from '../full-intra-request.ts';
import type { Nack } from '../nack.ts';
import type { PictureLoss } from '../picture-loss.ts';
import type { ReceiverReport } from '../receiver-report.ts';
import type { Remb } from '../remb.ts';
import type { ReportBlock } from '../report-block.ts';
import type { SenderReport } from '../sender-report.ts';
import type { SourceDescription } from '../source-description.ts';
import type { ReceivedPacket, TransportFeedback } from '../transport-feedback.ts';
import type { RtcpPacket } from '../compound.ts';

const uint32 = fc.nat(0xffffffff);
const uint16 = fc.nat(0xffff);
const uint8 = fc.nat(0xff);
/** Text whose UTF-8 is at most 255 bytes. */
const shortText = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => Buffer.byteLength(text) <= 255);

const reportBlock: fc.Arbitrary<ReportBlock> = fc.record({
  ssrc: uint32,
  fractionLost: uint8,
  packetsLost: fc.integer({ min: -0x800000, max: 0x7fffff }),
  highestSequence: uint32,
  jitter: uint32,
  lastSenderReport: uint32,
  delaySinceLastSenderReport: uint32,
});
const reports = fc.array(reportBlock, { maxLength: 31, size: 'max' });

export const senderReport: fc.Arbitrary<SenderReport> = fc.record({
  type: fc.constant('senderReport'),
  ssrc: uint32,
  ntpTime: fc.record({ seconds: uint32, fraction: uint32 }),
  rtpTimestamp: uint32,
  packetCount: uint32,
  octetCount: uint32,
  reports,
});

export const receiverReport: fc.Arbitrary<ReceiverReport> = fc.record({
  type: fc.constant('receiverReport'),
  ssrc: uint32,
  reports,
});

export const sourceDescription: fc.Arbitrary<SourceDescription> = fc.record({
  type: fc.constant('sourceDescription'),
  chunks: fc.array(fc.record({ ssrc: uint32, cname: fc.option(shortText, { nil: undefined }) }), { maxLength: 31 }),
});

export const goodbye: fc.Arbitrary<Goodbye> = fc.record({
  type: fc.constant('goodbye'),
  ssrcs: fc.array(uint32, { maxLength: 31 }),
  reason: fc.option(shortText, { nil: undefined }),
});

/** Sequence numbers in sending order without repetition, which is how parsing gives them back. */
export const nack: fc.Arbitrary<Nack> = fc.record({
  type: fc.constant('nack'),
  senderSsrc: uint32,
  mediaSsrc: uint32,
  sequences: fc
    .tuple(uint16, fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 })), { maxLength: 100 }))
    .map(([first, steps]) => {
      const sequences = [first];
      for (const step of steps) sequences.push(((sequences.at(-1) ?? 0) + step) & 0xffff);
      return sequences;
    }),
});

export const pictureLoss: fc.Arbitrary<PictureLoss> = fc.record({
  type: fc.constant('pictureLoss'),
  senderSsrc: uint32,
  mediaSsrc: uint32,
});

export const fullIntraRequest: fc.Arbitrary<FullIntraRequest> = fc.record({
  type: fc.constant('fullIntraRequest'),
  senderSsrc: uint32,
  requests: fc.array(fc.record({ ssrc: uint32, commandSequence: uint8 }), { maxLength: 20 }),
});

/** Bit rates that 18 bits of mantissa hold exactly. */
export const remb: fc.Arbitrary<Remb> = fc.record({
  type: fc.constant('remb'),
  senderSsrc: uint32,
  bitrate: fc.tuple(fc.nat(0x3ffff), fc.nat(63)).map(([mantissa, exponent]) => mantissa * 2 ** exponent),
  ssrcs: fc.array(uint32, { maxLength: 255 }),
});

/** Losses, small deltas and large ones, in runs and mixed; the last packet may be a lost one. */
export const transportFeedback: fc.Arbitrary<TransportFeedback> = fc
  .record({
    senderSsrc: uint32,
    mediaSsrc: uint32,
    feedbackCount: uint8,
    baseSequence: uint16,
    referenceTime: fc.nat(0xffffff),
    runs: fc.array(
      fc.record({
        length: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 20 }) }, fc.constantFrom(8191, 8192)),
        delta: fc.oneof(fc.constant(undefined), fc.nat(0xff), fc.integer({ min: -0x8000, max: 0x7fff })),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ runs, ...fields }) => {
    const received: ReceivedPacket[] = [];
    let packetCount = 0;
    let arrival = 0;
    for (const { length, delta } of runs) {
      for (let index = 0; index < length && delta !== undefined; index += 1) {
        arrival += delta;
        const sequence = (fields.baseSequence + packetCount + index) & 0xffff;
        received.push({ sequence, arrivalOffsetMs: arrival / 4 });
      }
      packetCount += length;
    }
    return { type: 'transportFeedback', ...fields, packetCount, received };
  });

export const rtcpPacket: fc.Arbitrary<RtcpPacket> = fc.oneof(
  senderReport,
  receiverReport,
  sourceDescription,
  goodbye,
  nack,
  pictureLoss,
  fullIntraRequest,
  remb,
  transportFeedback,
);
