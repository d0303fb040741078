import { byteAt, readUint16, readUint24, writeUint16, writeUint24 } from '../../util/bytes.ts';
import type { FeedbackSources } from './packet-header.ts';
import { FEEDBACK_HEADER_BYTES, RTCP_PACKET_TYPE, createFeedbackPacket, parseFeedbackHeader } from './packet-header.ts';
import { PACKET_STATUS, parseStatusChunks, statusChunks } from './packet-status-chunk.ts';

/** FMT of transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1). */
export const TRANSPORT_FEEDBACK_FORMAT = 15;
/** Milliseconds of one unit of the reference time. */
export const REFERENCE_TIME_UNIT_MS = 64;
/** Units of a receive delta in a millisecond. */
export const DELTA_UNITS_PER_MS = 4;
/** Bytes of a message before its status chunks. */
export const STATUS_CHUNKS_OFFSET = FEEDBACK_HEADER_BYTES + 8;

const BASE_SEQUENCE_OFFSET = FEEDBACK_HEADER_BYTES;
const PACKET_COUNT_OFFSET = BASE_SEQUENCE_OFFSET + 2;
const REFERENCE_TIME_OFFSET = PACKET_COUNT_OFFSET + 2;
const FEEDBACK_COUNT_OFFSET = REFERENCE_TIME_OFFSET + 3;
const MAXIMUM_SMALL_DELTA = 0xff;

/** A packet that arrived. */
export interface ReceivedPacket {
  /** Transport-wide sequence number, 16 bit. */
  sequence: number;
  /** Arrival after the reference time, a multiple of 0.25 ms; packets out of order may make it negative. */
  arrivalOffsetMs: number;
}

/** When packets of a transport arrived (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1). */
export interface TransportFeedback extends FeedbackSources {
  type: 'transportFeedback';
  /** Number of this message, 8 bit. */
  feedbackCount: number;
  /** Transport-wide sequence number of the first packet reported on. */
  baseSequence: number;
  /** Packets reported on, 1 to 65,535; those that `received` leaves out have not arrived. */
  packetCount: number;
  /** 24 bit, in 64 ms of the receiver's clock; the instant that all arrivals are relative to. */
  referenceTime: number;
  /** In the order of the sequence numbers. */
  received: readonly ReceivedPacket[];
}

/** The transport-wide feedback that `bytes` begin with. Its work grows with the bytes, not with the packet count. */
export function parseTransportFeedback(bytes: Uint8Array): TransportFeedback | undefined {
  const header = parseFeedbackHeader(bytes, RTCP_PACKET_TYPE.transportFeedback, TRANSPORT_FEEDBACK_FORMAT);
  if (header === undefined || header.contentEnd < STATUS_CHUNKS_OFFSET) return undefined;
  const { senderSsrc, mediaSsrc, contentEnd } = header;
  const baseSequence = readUint16(bytes, BASE_SEQUENCE_OFFSET);
  const packetCount = readUint16(bytes, PACKET_COUNT_OFFSET);
  if (packetCount === 0) return undefined;
  const received = parseReceived(bytes.subarray(0, contentEnd), baseSequence, packetCount);
  if (received === undefined) return undefined;
  return {
    type: 'transportFeedback',
    senderSsrc,
    mediaSsrc,
    feedbackCount: byteAt(bytes, FEEDBACK_COUNT_OFFSET),
    baseSequence,
    packetCount,
    referenceTime: readUint24(bytes, REFERENCE_TIME_OFFSET),
    received,
  };
}

function parseReceived(content: Uint8Array, baseSequence: number, packetCount: number): ReceivedPacket[] | undefined {
  const statuses = parseStatusChunks(content, STATUS_CHUNKS_OFFSET, packetCount);
  if (statuses === undefined) return undefined;
  const received: ReceivedPacket[] = [];
  let offset = statuses.end;
  let arrival = 0;
  for (const { index, status } of statuses.received) {
    const deltaBytes = status === PACKET_STATUS.smallDelta ? 1 : 2;
    if (offset + deltaBytes > content.length) return undefined;
    arrival += deltaBytes === 1 ? byteAt(content, offset) : (readUint16(content, offset) << 16) >> 16;
    offset += deltaBytes;
    received.push({
      sequence: (baseSequence + index) & 0xffff,
      arrivalOffsetMs: arrival / DELTA_UNITS_PER_MS,
    });
  }
  return received;
}

/**
 * Transport-wide feedback as bytes. Neighbours in `received` must lie less than 8192 ms apart and within
 * `packetCount` of the base; {@link buildTransportFeedback} sees to both.
 */
export function writeTransportFeedback(feedback: TransportFeedback): Uint8Array {
  const { baseSequence, packetCount } = feedback;
  const statuses = new Uint8Array(packetCount);
  const deltas: number[] = [];
  let previous = 0;
  for (const { sequence, arrivalOffsetMs } of feedback.received) {
    const arrival = Math.round(arrivalOffsetMs * DELTA_UNITS_PER_MS);
    const delta = arrival - previous;
    previous = arrival;
    const small = isSmallDelta(delta);
    statuses[(sequence - baseSequence) & 0xffff] = small ? PACKET_STATUS.smallDelta : PACKET_STATUS.largeDelta;
    if (small) deltas.push(delta);
    else deltas.push((delta >> 8) & 0xff, delta & 0xff);
  }
  const chunks = statusChunks(statuses);
  const deltasOffset = STATUS_CHUNKS_OFFSET + 2 * chunks.length;
  const fciBytes = 4 * Math.ceil((deltasOffset + deltas.length - FEEDBACK_HEADER_BYTES) / 4);
  const packet = createFeedbackPacket(
    RTCP_PACKET_TYPE.transportFeedback,
    TRANSPORT_FEEDBACK_FORMAT,
    feedback,
    fciBytes,
  );
  writeUint16(packet, BASE_SEQUENCE_OFFSET, baseSequence);
  writeUint16(packet, PACKET_COUNT_OFFSET, packetCount);
  writeUint24(packet, REFERENCE_TIME_OFFSET, feedback.referenceTime);
  packet[FEEDBACK_COUNT_OFFSET] = feedback.feedbackCount;
  chunks.forEach((chunk, index) => writeUint16(packet, STATUS_CHUNKS_OFFSET + 2 * index, chunk));
  packet.set(deltas, deltasOffset);
  return packet;
}

/** True where a receive delta, in 0.25 ms, fits one byte. */
export function isSmallDelta(delta: number): boolean {
  return delta >= 0 && delta <= MAXIMUM_SMALL_DELTA;
}
