import { byteAt, readUint16, readUint32, writeUint16, writeUint32 } from '../../util/bytes.ts';
import { FEEDBACK_HEADER_BYTES, RTCP_PACKET_TYPE, createFeedbackPacket, parseFeedbackHeader } from './packet-header.ts';

/** FMT of application layer feedback (RFC 4585 6.4), of which REMB is one kind. */
export const APPLICATION_FEEDBACK_FORMAT = 15;

/** 'REMB' in ASCII. */
const IDENTIFIER = 0x52454d42;
const IDENTIFIER_OFFSET = FEEDBACK_HEADER_BYTES;
const COUNT_OFFSET = IDENTIFIER_OFFSET + 4;
const BITRATE_OFFSET = COUNT_OFFSET + 1;
const SSRCS_OFFSET = COUNT_OFFSET + 4;
const MAXIMUM_MANTISSA = 0x3ffff;
const MAXIMUM_EXPONENT = 63;

/** The receiver's estimate of the bandwidth it can take (draft-alvestrand-rmcat-remb-03 2). */
export interface Remb {
  type: 'remb';
  senderSsrc: number;
  /** Bit/s in total for the streams named. Written rounded down to 18 significant bits. */
  bitrate: number;
  /** At most 255. */
  ssrcs: readonly number[];
}

/** True where this application layer feedback message is a REMB. */
export function isRemb(bytes: Uint8Array): boolean {
  return readUint32(bytes, IDENTIFIER_OFFSET) === IDENTIFIER;
}

/** The REMB that `bytes` begin with. */
export function parseRemb(bytes: Uint8Array): Remb | undefined {
  const header = parseFeedbackHeader(bytes, RTCP_PACKET_TYPE.payloadFeedback, APPLICATION_FEEDBACK_FORMAT);
  if (header === undefined || header.contentEnd < SSRCS_OFFSET || !isRemb(bytes)) return undefined;
  const count = byteAt(bytes, COUNT_OFFSET);
  if (SSRCS_OFFSET + 4 * count > header.contentEnd) return undefined;
  const exponentAndHigh = byteAt(bytes, BITRATE_OFFSET);
  const mantissa = ((exponentAndHigh & 0x03) << 16) | readUint16(bytes, BITRATE_OFFSET + 1);
  return {
    type: 'remb',
    senderSsrc: header.senderSsrc,
    bitrate: mantissa * 2 ** (exponentAndHigh >> 2),
    ssrcs: Array.from({ length: count }, (_, index) => readUint32(bytes, SSRCS_OFFSET + 4 * index)),
  };
}

/** A REMB as bytes. */
export function writeRemb({ senderSsrc, bitrate, ssrcs }: Remb): Uint8Array {
  const packet = createFeedbackPacket(
    RTCP_PACKET_TYPE.payloadFeedback,
    APPLICATION_FEEDBACK_FORMAT,
    { senderSsrc, mediaSsrc: 0 },
    SSRCS_OFFSET - FEEDBACK_HEADER_BYTES + 4 * ssrcs.length,
  );
  let exponent = 0;
  let scaled = bitrate;
  while (scaled >= MAXIMUM_MANTISSA + 1 && exponent < MAXIMUM_EXPONENT) {
    scaled /= 2;
    exponent += 1;
  }
  const mantissa = Math.min(MAXIMUM_MANTISSA, Math.floor(scaled));
  writeUint32(packet, IDENTIFIER_OFFSET, IDENTIFIER);
  packet[COUNT_OFFSET] = ssrcs.length;
  packet[BITRATE_OFFSET] = (exponent << 2) | (mantissa >> 16);
  writeUint16(packet, BITRATE_OFFSET + 1, mantissa);
  ssrcs.forEach((ssrc, index) => writeUint32(packet, SSRCS_OFFSET + 4 * index, ssrc));
  return packet;
}
