/** Retransmission packets (RFC 4588): the original's header with an SSRC of their own, its sequence number before the payload. */
import { byteAt, readUint16, writeUint16, writeUint32 } from '../../util/bytes.ts';
import { parseRtpHeader } from './packet.ts';

/** Bytes of the original sequence number (RFC 4588 4). */
const ORIGINAL_SEQUENCE_BYTES = 2;
const PADDING_BIT = 0x20;
const MARKER_BIT = 0x80;

/** What a retransmission packet has of its own. */
export interface RtxStream {
  ssrc: number;
  /** Of the RTX codec, 0 to 127. */
  payloadType: number;
  /** The RTX stream's own sequence number. */
  sequence: number;
}

/**
 * The retransmission of a packet. Header extensions stay, padding goes (RFC 4588 4). Undefined where `packet` is not
 * a well-formed RTP packet.
 */
export function wrapRtx(packet: Uint8Array, stream: RtxStream): Uint8Array | undefined {
  const header = parseRtpHeader(packet);
  if (header === undefined) return undefined;
  const { headerLength } = header;
  const payloadEnd = packet.length - header.paddingLength;
  const rtx = new Uint8Array(payloadEnd + ORIGINAL_SEQUENCE_BYTES);
  rtx.set(packet.subarray(0, headerLength));
  rtx.set(packet.subarray(headerLength, payloadEnd), headerLength + ORIGINAL_SEQUENCE_BYTES);
  writeUint16(rtx, headerLength, header.sequence);
  writeIdentity(rtx, stream.payloadType, stream.sequence, stream.ssrc);
  return rtx;
}

/**
 * The original packet within a retransmission, with the original stream's SSRC and payload type, and without padding.
 * Undefined where the packet is malformed, or carries no original: senders probe with such ones.
 */
export function unwrapRtx(packet: Uint8Array, original: { ssrc: number; payloadType: number }): Uint8Array | undefined {
  const header = parseRtpHeader(packet);
  if (header === undefined) return undefined;
  const { headerLength } = header;
  const payloadStart = headerLength + ORIGINAL_SEQUENCE_BYTES;
  const payloadEnd = packet.length - header.paddingLength;
  if (payloadEnd <= payloadStart) return undefined;
  const result = new Uint8Array(payloadEnd - ORIGINAL_SEQUENCE_BYTES);
  result.set(packet.subarray(0, headerLength));
  result.set(packet.subarray(payloadStart, payloadEnd), headerLength);
  writeIdentity(result, original.payloadType, readUint16(packet, headerLength), original.ssrc);
  return result;
}

function writeIdentity(packet: Uint8Array, payloadType: number, sequence: number, ssrc: number): void {
  packet[0] = byteAt(packet, 0) & ~PADDING_BIT;
  packet[1] = (byteAt(packet, 1) & MARKER_BIT) | payloadType;
  writeUint16(packet, 2, sequence);
  writeUint32(packet, 8, ssrc);
}
