/** RED payloads (RFC 2198): a packet's own data, its primary block, behind what earlier packets had, once more. */
import { byteAt, readUint16, writeUint24 } from '../../util/bytes.ts';

/** The largest timestamp offset and length of a redundant block: 14 and 10 bits (RFC 2198 3). */
export const MAXIMUM_RED_OFFSET = 0x3fff;
export const MAXIMUM_RED_LENGTH = 0x3ff;

/** Set in the header of every block but the primary one. */
const FOLLOWED_BIT = 0x80;
const BLOCK_HEADER_BYTES = 4;
const PRIMARY_HEADER_BYTES = 1;

/** One block of a RED payload. */
export interface RedBlock {
  /** 0 to 127. */
  payloadType: number;
  /** How far before the packet's timestamp it plays, 0 to {@link MAXIMUM_RED_OFFSET} ticks; 0 in the primary block. */
  timestampOffset: number;
  /** At most {@link MAXIMUM_RED_LENGTH} bytes; without limit in the primary block. */
  data: Uint8Array;
}

/**
 * The blocks of a payload without padding, the primary one last; their data share its memory. Undefined where headers
 * or blocks do not fit it.
 */
export function parseRed(payload: Uint8Array): [...redundant: RedBlock[], primary: RedBlock] | undefined {
  const redundant: { payloadType: number; timestampOffset: number; length: number }[] = [];
  let offset = 0;
  while ((byteAt(payload, offset) & FOLLOWED_BIT) !== 0) {
    if (offset + BLOCK_HEADER_BYTES > payload.length) return undefined;
    redundant.push({
      payloadType: byteAt(payload, offset) & ~FOLLOWED_BIT,
      timestampOffset: readUint16(payload, offset + 1) >> 2,
      length: readUint16(payload, offset + 2) & MAXIMUM_RED_LENGTH,
    });
    offset += BLOCK_HEADER_BYTES;
  }
  if (offset + PRIMARY_HEADER_BYTES > payload.length) return undefined;
  const primaryType = byteAt(payload, offset);
  offset += PRIMARY_HEADER_BYTES;
  const blocks: RedBlock[] = [];
  for (const { payloadType, timestampOffset, length } of redundant) {
    const end = offset + length;
    if (end > payload.length) return undefined;
    blocks.push({ payloadType, timestampOffset, data: payload.subarray(offset, end) });
    offset = end;
  }
  return [...blocks, { payloadType: primaryType, timestampOffset: 0, data: payload.subarray(offset) }];
}

/** A payload of these blocks. Throws a RangeError where a redundant one does not fit the fields of its header. */
export function writeRed(redundant: readonly RedBlock[], primary: Pick<RedBlock, 'payloadType' | 'data'>): Uint8Array {
  const headers = BLOCK_HEADER_BYTES * redundant.length + PRIMARY_HEADER_BYTES;
  const data = redundant.reduce((sum, block) => sum + block.data.length, primary.data.length);
  const payload = new Uint8Array(headers + data);
  let header = 0;
  let offset = headers;
  for (const block of redundant) {
    if (block.timestampOffset > MAXIMUM_RED_OFFSET || block.data.length > MAXIMUM_RED_LENGTH) {
      throw new RangeError('a redundant block does not fit its header');
    }
    payload[header] = FOLLOWED_BIT | block.payloadType;
    writeUint24(payload, header + 1, (block.timestampOffset << 10) | block.data.length);
    payload.set(block.data, offset);
    header += BLOCK_HEADER_BYTES;
    offset += block.data.length;
  }
  payload[header] = primary.payloadType;
  payload.set(primary.data, offset);
  return payload;
}
