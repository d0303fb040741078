import { isDeepStrictEqual } from 'node:util';
import { type RtcpPacket, parseCompound, writeCompound } from '../../../src/protocol/rtcp/compound.ts';
import { parseFullIntraRequest } from '../../../src/protocol/rtcp/full-intra-request.ts';
import { parseGoodbye } from '../../../src/protocol/rtcp/goodbye.ts';
import { parseNack } from '../../../src/protocol/rtcp/nack.ts';
import { parsePictureLoss } from '../../../src/protocol/rtcp/picture-loss.ts';
import { parseReceiverReport } from '../../../src/protocol/rtcp/receiver-report.ts';
import { isRemb, parseRemb } from '../../../src/protocol/rtcp/remb.ts';
import { parseSenderReport } from '../../../src/protocol/rtcp/sender-report.ts';
import { parseSourceDescription } from '../../../src/protocol/rtcp/source-description.ts';
import { parseTransportFeedback } from '../../../src/protocol/rtcp/transport-feedback.ts';
import { readFixturePackets, readPackets } from '../corpus.ts';
import { type FuzzTarget, invariant } from '../target.ts';

const sources = { senderSsrc: 1, mediaSsrc: 0x6fca0cb5 };
const reports = [
  {
    ...{ ssrc: 0x6fca0cb5, fractionLost: 12, packetsLost: -3, highestSequence: 0x1ffff },
    ...{ jitter: 90, lastSenderReport: 0x63f512f1, delaySinceLastSenderReport: 65_536 },
  },
];
const ntpTime = { seconds: 0xeead63f5, fraction: 0x12f1a9fb };

/** One packet of each format. */
const PACKETS: readonly RtcpPacket[] = [
  { type: 'senderReport', ssrc: 2, ntpTime, rtpTimestamp: 5, packetCount: 6, octetCount: 7, reports },
  { type: 'receiverReport', ssrc: 1, reports },
  {
    type: 'sourceDescription',
    chunks: [
      { ssrc: 1, cname: 'k3Jx9' },
      { ssrc: 2, cname: undefined },
    ],
  },
  { type: 'goodbye', ssrcs: [1, 2], reason: 'bye' },
  { type: 'nack', ...sources, sequences: [65_534, 65_535, 0, 3, 700] },
  { type: 'pictureLoss', ...sources },
  { type: 'fullIntraRequest', senderSsrc: 1, requests: [{ ssrc: 0x6fca0cb5, commandSequence: 9 }] },
  { type: 'remb', senderSsrc: 1, bitrate: 2_500_000, ssrcs: [0x6fca0cb5] },
  {
    ...{ type: 'transportFeedback', ...sources, feedbackCount: 3, baseSequence: 65_530, packetCount: 40 },
    referenceTime: 0x012345,
    received: [0, 1, 2, 5, 6, 7, 20, 39].map((index) => {
      return { sequence: (65_530 + index) & 0xffff, arrivalOffsetMs: index === 20 ? 90 : 2.25 * index };
    }),
  },
];

/** Every parser of one format, with what it alone may return. */
const PARSERS: Record<RtcpPacket['type'], (bytes: Uint8Array) => RtcpPacket | undefined> = {
  senderReport: parseSenderReport,
  receiverReport: parseReceiverReport,
  sourceDescription: parseSourceDescription,
  goodbye: parseGoodbye,
  nack: parseNack,
  pictureLoss: parsePictureLoss,
  fullIntraRequest: parseFullIntraRequest,
  remb: parseRemb,
  transportFeedback: parseTransportFeedback,
};

/** Decoding replaced something in this text, which then need not fit its 255 bytes any more. */
const isReplaced = (text: string | undefined): boolean => text?.includes('\ufffd') ?? false;

/** What of a packet writing must keep. */
function essence(packet: RtcpPacket): unknown {
  switch (packet.type) {
    case 'nack':
      // The pairs of a NACK may be packed anew: the set of numbers counts.
      return { ...packet, sequences: [...new Set(packet.sequences)].sort((a, b) => a - b) };
    case 'goodbye':
      return isReplaced(packet.reason) ? { ...packet, reason: '' } : packet;
    case 'sourceDescription':
      return packet.chunks.map((chunk) => (isReplaced(chunk.cname) ? { ...chunk, cname: '' } : chunk));
    default:
      return packet;
  }
}

/** Numbers that a packet makes the server hold. A NACK's pair of 4 bytes names 17 packets, anything else takes its bytes. */
function entriesOf(packet: RtcpPacket): number {
  switch (packet.type) {
    case 'senderReport':
    case 'receiverReport':
      return packet.reports.length;
    case 'sourceDescription':
      return packet.chunks.length;
    case 'goodbye':
    case 'remb':
      return packet.ssrcs.length;
    case 'nack':
      return packet.sequences.length / 5;
    case 'pictureLoss':
      return 0;
    case 'fullIntraRequest':
      return packet.requests.length;
    case 'transportFeedback':
      return packet.received.length;
  }
}

export const RTCP_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'rtcp',
    format: 'binary',
    corpus: [
      ...readPackets('rtcp'),
      ...readFixturePackets(/\.rtcp$/),
      ...PACKETS.map((packet) => writeCompound([packet])),
      writeCompound(PACKETS),
    ],
    run(input) {
      const packets = parseCompound(input);
      let entries = 0;
      for (const packet of packets) entries += entriesOf(packet);
      invariant(entries <= input.length, 'what is held is bounded by the bytes that came');
      isRemb(input);
      for (const [type, parse] of Object.entries(PARSERS)) {
        const packet = parse(input);
        if (packet === undefined) continue;
        invariant(packet.type === type, 'a parser returns its own format');
        invariant(isDeepStrictEqual(packets[0], packet), 'the compound parser agrees with that of the format');
      }
      const again = parseCompound(writeCompound(packets));
      invariant(isDeepStrictEqual(again.map(essence), packets.map(essence)), 'writing and parsing keeps every packet');
      const types = new Set(packets.map(({ type }) => type));
      return `${[...types].sort().join()} ${Math.min(8, packets.length)}`;
    },
  },
];
