import { byteAt, readUint32, writeUint32 } from '../../util/bytes.ts';
import { RTCP_HEADER_BYTES, RTCP_PACKET_TYPE, createRtcpPacket, expectRtcpHeader } from './packet-header.ts';

const MAXIMUM_REASON_BYTES = 255;

/** Sources that leave (RFC 3550 6.6). */
export interface Goodbye {
  type: 'goodbye';
  /** At most 31. */
  ssrcs: readonly number[];
  /** At most 255 bytes of UTF-8. */
  reason: string | undefined;
}

/** The goodbye that `bytes` begin with. */
export function parseGoodbye(bytes: Uint8Array): Goodbye | undefined {
  const header = expectRtcpHeader(bytes, RTCP_PACKET_TYPE.goodbye, RTCP_HEADER_BYTES);
  if (header === undefined) return undefined;
  const reasonOffset = RTCP_HEADER_BYTES + 4 * header.count;
  if (reasonOffset > header.contentEnd) return undefined;
  const ssrcs = Array.from({ length: header.count }, (_, index) => readUint32(bytes, RTCP_HEADER_BYTES + 4 * index));
  if (reasonOffset === header.contentEnd) return { type: 'goodbye', ssrcs, reason: undefined };
  const reasonEnd = reasonOffset + 1 + byteAt(bytes, reasonOffset);
  if (reasonEnd > header.contentEnd) return undefined;
  const reason = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(reasonOffset + 1, reasonEnd));
  return { type: 'goodbye', ssrcs, reason };
}

/** A goodbye as bytes. A reason longer than 255 bytes is cut. */
export function writeGoodbye({ ssrcs, reason }: Goodbye): Uint8Array {
  const text = new TextEncoder().encode(reason ?? '').subarray(0, MAXIMUM_REASON_BYTES);
  const reasonOffset = RTCP_HEADER_BYTES + 4 * ssrcs.length;
  const reasonBytes = reason === undefined ? 0 : 4 * Math.ceil((1 + text.length) / 4);
  const packet = createRtcpPacket(RTCP_PACKET_TYPE.goodbye, ssrcs.length, reasonOffset + reasonBytes);
  ssrcs.forEach((ssrc, index) => writeUint32(packet, RTCP_HEADER_BYTES + 4 * index, ssrc));
  if (reason !== undefined) {
    packet[reasonOffset] = text.length;
    packet.set(text, reasonOffset + 1);
  }
  return packet;
}
