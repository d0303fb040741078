import { concatenate } from '../../util/bytes.ts';
import type { FullIntraRequest } from './full-intra-request.ts';
import { FULL_INTRA_REQUEST_FORMAT, parseFullIntraRequest, writeFullIntraRequest } from './full-intra-request.ts';
import type { Goodbye } from './goodbye.ts';
import { parseGoodbye, writeGoodbye } from './goodbye.ts';
import type { Nack } from './nack.ts';
import { NACK_FORMAT, parseNack, writeNack } from './nack.ts';
import { RTCP_PACKET_TYPE, parseRtcpHeader } from './packet-header.ts';
import type { PictureLoss } from './picture-loss.ts';
import { PICTURE_LOSS_FORMAT, parsePictureLoss, writePictureLoss } from './picture-loss.ts';
import type { ReceiverReport } from './receiver-report.ts';
import { parseReceiverReport, writeReceiverReport } from './receiver-report.ts';
import type { Remb } from './remb.ts';
import { APPLICATION_FEEDBACK_FORMAT, isRemb, parseRemb, writeRemb } from './remb.ts';
import type { SenderReport } from './sender-report.ts';
import { parseSenderReport, writeSenderReport } from './sender-report.ts';
import type { SourceDescription } from './source-description.ts';
import { parseSourceDescription, writeSourceDescription } from './source-description.ts';
import type { TransportFeedback } from './transport-feedback.ts';
import { TRANSPORT_FEEDBACK_FORMAT, parseTransportFeedback, writeTransportFeedback } from './transport-feedback.ts';

/** Every RTCP packet that the server knows. */
export type RtcpPacket =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Goodbye
  | Nack
  | PictureLoss
  | FullIntraRequest
  | Remb
  | TransportFeedback;

/** A packet of a type or format that the server does not know. */
const UNKNOWN = 'unknown';

/**
 * The packets of a compound packet (RFC 3550 6.1) or a reduced-size one (RFC 5506), in order. Unknown ones are
 * skipped; the first malformed one ends the list.
 */
export function parseCompound(bytes: Uint8Array): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const rest = bytes.subarray(offset);
    const header = parseRtcpHeader(rest);
    if (header === undefined) break;
    const packet = parsePacket(rest.subarray(0, header.length), header.packetType, header.count);
    if (packet === undefined) break;
    if (packet !== UNKNOWN) packets.push(packet);
    offset += header.length;
  }
  return packets;
}

function parsePacket(bytes: Uint8Array, packetType: number, format: number): RtcpPacket | typeof UNKNOWN | undefined {
  switch (packetType) {
    case RTCP_PACKET_TYPE.senderReport:
      return parseSenderReport(bytes);
    case RTCP_PACKET_TYPE.receiverReport:
      return parseReceiverReport(bytes);
    case RTCP_PACKET_TYPE.sourceDescription:
      return parseSourceDescription(bytes);
    case RTCP_PACKET_TYPE.goodbye:
      return parseGoodbye(bytes);
    case RTCP_PACKET_TYPE.transportFeedback:
      if (format === NACK_FORMAT) return parseNack(bytes);
      return format === TRANSPORT_FEEDBACK_FORMAT ? parseTransportFeedback(bytes) : UNKNOWN;
    case RTCP_PACKET_TYPE.payloadFeedback:
      if (format === PICTURE_LOSS_FORMAT) return parsePictureLoss(bytes);
      if (format === FULL_INTRA_REQUEST_FORMAT) return parseFullIntraRequest(bytes);
      return format === APPLICATION_FEEDBACK_FORMAT && isRemb(bytes) ? parseRemb(bytes) : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

/** One compound packet of these packets, in order. RFC 3550 6.1 wants a report first, unless reduced size is agreed. */
export function writeCompound(packets: readonly RtcpPacket[]): Uint8Array {
  return concatenate(packets.map(writePacket));
}

function writePacket(packet: RtcpPacket): Uint8Array {
  switch (packet.type) {
    case 'senderReport':
      return writeSenderReport(packet);
    case 'receiverReport':
      return writeReceiverReport(packet);
    case 'sourceDescription':
      return writeSourceDescription(packet);
    case 'goodbye':
      return writeGoodbye(packet);
    case 'nack':
      return writeNack(packet);
    case 'pictureLoss':
      return writePictureLoss(packet);
    case 'fullIntraRequest':
      return writeFullIntraRequest(packet);
    case 'remb':
      return writeRemb(packet);
    case 'transportFeedback':
      return writeTransportFeedback(packet);
  }
}
