import { byteAt, readUint16, readUint32, writeUint16, writeUint32 } from '../../util/bytes.ts';
import type { ExtensionElement } from './header-extensions.ts';
import { extensionBlockLength, writeExtensionBlock } from './header-extensions.ts';

/** Bytes of the header before CSRCs and extension (RFC 3550 5.1). */
export const RTP_FIXED_HEADER_BYTES = 12;

const VERSION = 2;
const PADDING_BIT = 0x20;
const EXTENSION_BIT = 0x10;

/** The header of an RTP packet (RFC 3550 5.1). */
export interface RtpHeader {
  marker: boolean;
  /** 0 to 127. */
  payloadType: number;
  /** 16 bit. */
  sequence: number;
  /** 32 bit, in ticks of the codec's clock. */
  timestamp: number;
  ssrc: number;
  csrcs: readonly number[];
  /** Bytes of header, CSRCs and extension: where the payload begins. */
  headerLength: number;
  /** Bytes at the end that are no payload, the count itself included; 0 without padding. */
  paddingLength: number;
}

/** The header of a whole RTP packet. Undefined where it is none, or where header and padding do not fit it. */
export function parseRtpHeader(packet: Uint8Array): RtpHeader | undefined {
  const headerLength = rtpHeaderLength(packet);
  if (headerLength === undefined) return undefined;
  const paddingLength = readPaddingLength(packet, headerLength);
  if (paddingLength === undefined) return undefined;
  const markerAndType = byteAt(packet, 1);
  return {
    marker: markerAndType >= 0x80,
    payloadType: markerAndType & 0x7f,
    sequence: readUint16(packet, 2),
    timestamp: readUint32(packet, 4),
    ssrc: readUint32(packet, 8),
    csrcs: readContributingSources(packet),
    headerLength,
    paddingLength,
  };
}

/** Bytes before the payload, or undefined where the packet is no RTP or ends within its header. */
export function rtpHeaderLength(packet: Uint8Array): number | undefined {
  const first = byteAt(packet, 0);
  if (packet.length < RTP_FIXED_HEADER_BYTES || first >> 6 !== VERSION) return undefined;
  let length = RTP_FIXED_HEADER_BYTES + 4 * (first & 0x0f);
  if ((first & EXTENSION_BIT) !== 0) {
    if (packet.length < length + 4) return undefined;
    length += 4 + 4 * readUint16(packet, length + 2);
  }
  return packet.length < length ? undefined : length;
}

function readPaddingLength(packet: Uint8Array, headerLength: number): number | undefined {
  if ((byteAt(packet, 0) & PADDING_BIT) === 0) return 0;
  const paddingLength = byteAt(packet, packet.length - 1);
  return paddingLength === 0 || headerLength + paddingLength > packet.length ? undefined : paddingLength;
}

function readContributingSources(packet: Uint8Array): readonly number[] {
  const csrcs: number[] = [];
  const end = RTP_FIXED_HEADER_BYTES + 4 * (byteAt(packet, 0) & 0x0f);
  for (let offset = RTP_FIXED_HEADER_BYTES; offset < end; offset += 4) csrcs.push(readUint32(packet, offset));
  return csrcs;
}

/** The payload without padding, sharing the packet's memory. */
export function rtpPayload(packet: Uint8Array, header: RtpHeader): Uint8Array {
  return packet.subarray(header.headerLength, packet.length - header.paddingLength);
}

/** What {@link writeRtpPacket} writes. */
export interface RtpPacketFields {
  marker?: boolean;
  /** 0 to 127. */
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** At most 15. */
  csrcs?: readonly number[];
  extensions?: readonly ExtensionElement[];
  payload: Uint8Array;
  /** Bytes of padding to add, 0 to 255. */
  paddingLength?: number;
}

/** One RTP packet as bytes. */
export function writeRtpPacket(fields: RtpPacketFields): Uint8Array {
  const { csrcs = [], extensions = [], payload, paddingLength = 0 } = fields;
  const extensionOffset = RTP_FIXED_HEADER_BYTES + 4 * csrcs.length;
  const headerLength = extensionOffset + extensionBlockLength(extensions);
  const packet = new Uint8Array(headerLength + payload.length + paddingLength);
  packet[0] =
    (VERSION << 6) |
    (paddingLength > 0 ? PADDING_BIT : 0) |
    (headerLength > extensionOffset ? EXTENSION_BIT : 0) |
    csrcs.length;
  packet[1] = (fields.marker === true ? 0x80 : 0) | fields.payloadType;
  writeUint16(packet, 2, fields.sequence);
  writeUint32(packet, 4, fields.timestamp);
  writeUint32(packet, 8, fields.ssrc);
  csrcs.forEach((csrc, index) => writeUint32(packet, RTP_FIXED_HEADER_BYTES + 4 * index, csrc));
  writeExtensionBlock(packet, extensionOffset, extensions);
  packet.set(payload, headerLength);
  if (paddingLength > 0) packet[packet.length - 1] = paddingLength;
  return packet;
}
