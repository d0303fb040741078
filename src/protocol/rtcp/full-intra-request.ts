import { byteAt, readUint32, writeUint32 } from '../../util/bytes.ts';
import { FEEDBACK_HEADER_BYTES, RTCP_PACKET_TYPE, createFeedbackPacket, parseFeedbackHeader } from './packet-header.ts';

/** FMT of a full intra request (RFC 5104 4.3.1). */
export const FULL_INTRA_REQUEST_FORMAT = 4;

const ENTRY_BYTES = 8;

/** The request to one source. */
export interface FullIntraRequestEntry {
  ssrc: number;
  /** 0 to 255; one that was seen before is a repetition of the same request (RFC 5104 4.3.1.1). */
  commandSequence: number;
}

/** A request for keyframes (RFC 5104 4.3.1). It names its sources in the entries, not in the header. */
export interface FullIntraRequest {
  type: 'fullIntraRequest';
  senderSsrc: number;
  requests: readonly FullIntraRequestEntry[];
}

/** The full intra request that `bytes` begin with. */
export function parseFullIntraRequest(bytes: Uint8Array): FullIntraRequest | undefined {
  const header = parseFeedbackHeader(bytes, RTCP_PACKET_TYPE.payloadFeedback, FULL_INTRA_REQUEST_FORMAT);
  if (header === undefined || (header.contentEnd - FEEDBACK_HEADER_BYTES) % ENTRY_BYTES !== 0) return undefined;
  const requests: FullIntraRequestEntry[] = [];
  for (let offset = FEEDBACK_HEADER_BYTES; offset < header.contentEnd; offset += ENTRY_BYTES) {
    requests.push({ ssrc: readUint32(bytes, offset), commandSequence: byteAt(bytes, offset + 4) });
  }
  return { type: 'fullIntraRequest', senderSsrc: header.senderSsrc, requests };
}

/** A full intra request as bytes. */
export function writeFullIntraRequest({ senderSsrc, requests }: FullIntraRequest): Uint8Array {
  const packet = createFeedbackPacket(
    RTCP_PACKET_TYPE.payloadFeedback,
    FULL_INTRA_REQUEST_FORMAT,
    { senderSsrc, mediaSsrc: 0 },
    requests.length * ENTRY_BYTES,
  );
  requests.forEach(({ ssrc, commandSequence }, index) => {
    const offset = FEEDBACK_HEADER_BYTES + index * ENTRY_BYTES;
    writeUint32(packet, offset, ssrc);
    packet[offset + 4] = commandSequence;
  });
  return packet;
}
