/** The header that all RTCP packets share (RFC 3550 6.4.1), and the one of feedback messages (RFC 4585 6.1). */
import { byteAt, readUint16, readUint32, writeUint16, writeUint32 } from '../../util/bytes.ts';

/** RTCP packet types that the server knows (RFC 3550 12.1, RFC 4585 6.1). */
export const RTCP_PACKET_TYPE = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  goodbye: 203,
  transportFeedback: 205,
  payloadFeedback: 206,
} as const;

/** Bytes of the header. */
export const RTCP_HEADER_BYTES = 4;
/** Bytes of a feedback message before its FCI: header, SSRC of the sender and SSRC of the media. */
export const FEEDBACK_HEADER_BYTES = 12;

const VERSION = 2;
const PADDING_BIT = 0x20;

/** A packet's header, its length checked against the bytes that are there. */
export interface RtcpHeader {
  packetType: number;
  /** Count of report blocks, chunks or sources, or the format (FMT) of a feedback message: 0 to 31. */
  count: number;
  /** Bytes of the whole packet with its padding. */
  length: number;
  /** Where padding begins; `length` without padding. */
  contentEnd: number;
}

/** The header of the packet at the beginning of `bytes`. Undefined where it is malformed or the packet is cut short. */
export function parseRtcpHeader(bytes: Uint8Array): RtcpHeader | undefined {
  const first = byteAt(bytes, 0);
  if (bytes.length < RTCP_HEADER_BYTES || first >> 6 !== VERSION) return undefined;
  const length = 4 * (readUint16(bytes, 2) + 1);
  if (length > bytes.length) return undefined;
  const paddingLength = (first & PADDING_BIT) === 0 ? 0 : byteAt(bytes, length - 1);
  const contentEnd = length - paddingLength;
  if (contentEnd < RTCP_HEADER_BYTES || ((first & PADDING_BIT) !== 0 && paddingLength === 0)) return undefined;
  return { packetType: byteAt(bytes, 1), count: first & 0x1f, length, contentEnd };
}

/** The header of a packet of this type with at least `minimum` bytes before its padding. */
export function expectRtcpHeader(bytes: Uint8Array, packetType: number, minimum: number): RtcpHeader | undefined {
  const header = parseRtcpHeader(bytes);
  return header?.packetType === packetType && header.contentEnd >= minimum ? header : undefined;
}

/** A zeroed packet of `length` bytes, a multiple of 4, with its header. */
export function createRtcpPacket(packetType: number, count: number, length: number): Uint8Array {
  const packet = new Uint8Array(length);
  packet[0] = (VERSION << 6) | count;
  packet[1] = packetType;
  writeUint16(packet, 2, length / 4 - 1);
  return packet;
}

/** The SSRCs that every feedback message names (RFC 4585 6.1). */
export interface FeedbackSources {
  /** Who sends this feedback. */
  senderSsrc: number;
  /** The stream that the feedback is about. */
  mediaSsrc: number;
}

/** A feedback message's sources and where its FCI ends. Undefined where it is malformed or of another type or format. */
export function parseFeedbackHeader(
  bytes: Uint8Array,
  packetType: number,
  format: number,
): (FeedbackSources & { contentEnd: number }) | undefined {
  const header = expectRtcpHeader(bytes, packetType, FEEDBACK_HEADER_BYTES);
  if (header?.count !== format) return undefined;
  return { senderSsrc: readUint32(bytes, 4), mediaSsrc: readUint32(bytes, 8), contentEnd: header.contentEnd };
}

/** A feedback message with room for `fciBytes` of FCI, a multiple of 4. */
export function createFeedbackPacket(
  packetType: number,
  format: number,
  { senderSsrc, mediaSsrc }: FeedbackSources,
  fciBytes: number,
): Uint8Array {
  const packet = createRtcpPacket(packetType, format, FEEDBACK_HEADER_BYTES + fciBytes);
  writeUint32(packet, 4, senderSsrc);
  writeUint32(packet, 8, mediaSsrc);
  return packet;
}
