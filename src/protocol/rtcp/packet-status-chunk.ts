/** The chunks that say which packets arrived (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1.1 to 3.1.4). */
import { byteAt, readUint16 } from '../../util/bytes.ts';

/** What became of a packet. */
export const PACKET_STATUS = { notReceived: 0, smallDelta: 1, largeDelta: 2 } as const;

/** Packets that one run length chunk can cover. */
export const MAXIMUM_RUN = 0x1fff;

const CHUNK_BYTES = 2;
const VECTOR_BIT = 0x8000;
const TWO_BIT_SYMBOLS = 0x4000;
const ONE_BIT_CAPACITY = 14;
const TWO_BIT_CAPACITY = 7;

/** A packet that arrived: its place after the base sequence number, and how long its delta is. */
export interface ReceivedStatus {
  index: number;
  status: typeof PACKET_STATUS.smallDelta | typeof PACKET_STATUS.largeDelta;
}

/**
 * The packets that arrived among `packetCount`, and where the chunks end. Undefined where chunks are missing, use the
 * reserved symbol, or tell of more arrivals than the bytes behind them can hold deltas for.
 */
export function parseStatusChunks(
  bytes: Uint8Array,
  start: number,
  packetCount: number,
): { received: ReceivedStatus[]; end: number } | undefined {
  const received: ReceivedStatus[] = [];
  let offset = start;
  let index = 0;
  while (index < packetCount) {
    if (offset + CHUNK_BYTES > bytes.length) return undefined;
    const chunk = readUint16(bytes, offset);
    offset += CHUNK_BYTES;
    const isVector = (chunk & VECTOR_BIT) !== 0;
    const capacity = isVector ? vectorCapacity(chunk) : chunk & MAXIMUM_RUN;
    const count = Math.min(capacity, packetCount - index);
    const isLostRun = !isVector && runSymbol(chunk) === PACKET_STATUS.notReceived;
    for (let symbol = 0; symbol < count && !isLostRun; symbol += 1) {
      const status = isVector ? vectorSymbol(chunk, symbol) : runSymbol(chunk);
      if (status === PACKET_STATUS.notReceived) continue;
      if (status !== PACKET_STATUS.smallDelta && status !== PACKET_STATUS.largeDelta) return undefined;
      received.push({ index: index + symbol, status });
      if (received.length > bytes.length - offset) return undefined;
    }
    index += count;
  }
  return { received, end: offset };
}

function runSymbol(chunk: number): number {
  return chunk >> 13;
}

function vectorCapacity(chunk: number): number {
  return (chunk & TWO_BIT_SYMBOLS) === 0 ? ONE_BIT_CAPACITY : TWO_BIT_CAPACITY;
}

function vectorSymbol(chunk: number, index: number): number {
  return (chunk & TWO_BIT_SYMBOLS) === 0
    ? (chunk >> (ONE_BIT_CAPACITY - 1 - index)) & 0x01
    : (chunk >> (2 * (TWO_BIT_CAPACITY - 1 - index))) & 0x03;
}

/** Chunks for these statuses, 16 bit each; every one but the last covers at least 7 packets. */
export function statusChunks(statuses: Uint8Array): number[] {
  const chunks: number[] = [];
  let offset = 0;
  while (offset < statuses.length) {
    const run = runLength(statuses, offset);
    const vector = statuses.subarray(offset, offset + ONE_BIT_CAPACITY);
    const fitsOneBit = vector.every((status) => status !== PACKET_STATUS.largeDelta);
    const capacity = Math.min(vector.length, fitsOneBit ? ONE_BIT_CAPACITY : TWO_BIT_CAPACITY);
    if (run >= capacity) {
      chunks.push((byteAt(statuses, offset) << 13) | run);
      offset += run;
    } else {
      chunks.push(fitsOneBit ? oneBitChunk(vector) : twoBitChunk(vector.subarray(0, TWO_BIT_CAPACITY)));
      offset += capacity;
    }
  }
  return chunks;
}

function runLength(statuses: Uint8Array, start: number): number {
  let end = start + 1;
  while (end < statuses.length && end - start < MAXIMUM_RUN && statuses[end] === statuses[start]) end += 1;
  return end - start;
}

function oneBitChunk(statuses: Uint8Array): number {
  let chunk = VECTOR_BIT;
  statuses.forEach((status, index) => (chunk |= status << (ONE_BIT_CAPACITY - 1 - index)));
  return chunk;
}

function twoBitChunk(statuses: Uint8Array): number {
  let chunk = VECTOR_BIT | TWO_BIT_SYMBOLS;
  statuses.forEach((status, index) => (chunk |= status << (2 * (TWO_BIT_CAPACITY - 1 - index))));
  return chunk;
}
