import { writeTransportSequence } from '../protocol/rtp/extension-values.ts';
import { writeRtpPacket } from '../protocol/rtp/packet.ts';
import type { SubscriberTrack } from './subscriber-track.ts';

/** Padding of one packet at the most: its length is told in one byte (RFC 3550 5.1). */
const MAXIMUM_PADDING = 255;
/** Header with the extension of the transport-wide number. */
const HEADER_BYTES = 20;
/** A burst of fewer packets measures nothing. */
const MINIMUM_PACKETS = 2;

/**
 * Packets of nothing but padding on the viewer's RTX stream, about so many bytes in all: receivers count them, and
 * give none to a decoder. None where the viewer has no RTX. `transportSequenceId`: of the extension whose value the
 * transport writes.
 */
export function writeProbePadding(track: SubscriberTrack, bytes: number, transportSequenceId: number): Uint8Array[] {
  const { rtxSsrc } = track.options;
  const payloadType = track.codec?.rtxPayloadType;
  if (rtxSsrc === undefined || payloadType === undefined) return [];
  const count = Math.max(MINIMUM_PACKETS, Math.ceil(bytes / (HEADER_BYTES + MAXIMUM_PADDING)));
  const paddingLength = Math.min(MAXIMUM_PADDING, Math.max(1, Math.ceil(bytes / count) - HEADER_BYTES));
  return Array.from({ length: count }, () => {
    const sequence = track.rtxSequence;
    track.rtxSequence = (sequence + 1) & 0xffff;
    return writeRtpPacket({
      payloadType,
      sequence,
      timestamp: track.position?.timestamp ?? 0,
      ssrc: rtxSsrc,
      extensions: [{ id: transportSequenceId, value: writeTransportSequence(0) }],
      payload: new Uint8Array(0),
      paddingLength,
    });
  });
}
