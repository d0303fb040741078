import { readUint16, writeUint16 } from '../../util/bytes.ts';
import { sequenceDifference } from '../../util/sequence.ts';
import type { FeedbackSources } from './packet-header.ts';
import { FEEDBACK_HEADER_BYTES, RTCP_PACKET_TYPE, createFeedbackPacket, parseFeedbackHeader } from './packet-header.ts';

/** FMT of a generic NACK (RFC 4585 6.2.1). */
export const NACK_FORMAT = 1;

const PAIR_BYTES = 4;
/** Sequence numbers after the PID that the bitmask covers. */
const BITMASK_SIZE = 16;

/** A request for packets that were lost (RFC 4585 6.2.1). */
export interface Nack extends FeedbackSources {
  type: 'nack';
  /** Sequence numbers of `mediaSsrc`, 16 bit. */
  sequences: readonly number[];
}

/** The generic NACK that `bytes` begin with. */
export function parseNack(bytes: Uint8Array): Nack | undefined {
  const header = parseFeedbackHeader(bytes, RTCP_PACKET_TYPE.transportFeedback, NACK_FORMAT);
  if (header === undefined) return undefined;
  const { senderSsrc, mediaSsrc, contentEnd } = header;
  if ((contentEnd - FEEDBACK_HEADER_BYTES) % PAIR_BYTES !== 0) return undefined;
  const sequences: number[] = [];
  for (let offset = FEEDBACK_HEADER_BYTES; offset < contentEnd; offset += PAIR_BYTES) {
    const packetId = readUint16(bytes, offset);
    const bitmask = readUint16(bytes, offset + 2);
    sequences.push(packetId);
    for (let bit = 0; bit < BITMASK_SIZE; bit += 1) {
      if ((bitmask & (1 << bit)) !== 0) sequences.push((packetId + 1 + bit) & 0xffff);
    }
  }
  return { type: 'nack', senderSsrc, mediaSsrc, sequences };
}

/**
 * A generic NACK as bytes, in as few pairs of PID and bitmask as there can be for numbers in the order that they were
 * sent in. The numbers may come in any order and more than once; they should span less than half of the range.
 */
export function writeNack(nack: Nack): Uint8Array {
  const pairs = packPairs(nack.sequences);
  const fciBytes = pairs.length * PAIR_BYTES;
  const packet = createFeedbackPacket(RTCP_PACKET_TYPE.transportFeedback, NACK_FORMAT, nack, fciBytes);
  pairs.forEach(({ packetId, bitmask }, index) => {
    const offset = FEEDBACK_HEADER_BYTES + index * PAIR_BYTES;
    writeUint16(packet, offset, packetId);
    writeUint16(packet, offset + 2, bitmask);
  });
  return packet;
}

function packPairs(sequences: readonly number[]): { packetId: number; bitmask: number }[] {
  const reference = sequences[0] ?? 0;
  const distances = sequences.map((sequence) => sequenceDifference(sequence, reference)).sort((a, b) => a - b);
  const pairs: { packetId: number; bitmask: number }[] = [];
  let start = 0;
  for (const distance of distances) {
    const pair = pairs.at(-1);
    const bit = distance - start - 1;
    if (pair === undefined || bit >= BITMASK_SIZE) {
      pairs.push({ packetId: (reference + distance) & 0xffff, bitmask: 0 });
      start = distance;
    } else if (bit >= 0) {
      pair.bitmask |= 1 << bit;
    }
  }
  return pairs;
}
