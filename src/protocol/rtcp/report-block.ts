import { byteAt, readUint24, readUint32, writeUint24, writeUint32 } from '../../util/bytes.ts';

/** Bytes of a report block. */
export const REPORT_BLOCK_BYTES = 24;

const MAXIMUM_PACKETS_LOST = 0x7fffff;
const MINIMUM_PACKETS_LOST = -0x800000;

/** Reception statistics of one source, as sender and receiver reports carry them (RFC 3550 6.4.1). */
export interface ReportBlock {
  /** The source that is reported on. */
  ssrc: number;
  /** Lost since the last report, in 1/256 of the packets expected: 0 to 255. */
  fractionLost: number;
  /** Lost since the beginning, signed 24 bit: duplicates make it negative. */
  packetsLost: number;
  /** Highest sequence number received, with the count of its wraps in the upper 16 bits. */
  highestSequence: number;
  /** Interarrival jitter in ticks of the codec's clock, 32 bit. */
  jitter: number;
  /** Middle 32 bits of the NTP time in the last sender report, 0 where none came. */
  lastSenderReport: number;
  /** Since that report came, in 1/65536 s, 32 bit; 0 where none came. */
  delaySinceLastSenderReport: number;
}

/** `count` blocks from `offset` on. Undefined where they do not fit before `end`. */
export function parseReportBlocks(
  bytes: Uint8Array,
  offset: number,
  end: number,
  count: number,
): ReportBlock[] | undefined {
  if (offset + count * REPORT_BLOCK_BYTES > end) return undefined;
  return Array.from({ length: count }, (_, index) => parseReportBlock(bytes, offset + index * REPORT_BLOCK_BYTES));
}

function parseReportBlock(bytes: Uint8Array, offset: number): ReportBlock {
  return {
    ssrc: readUint32(bytes, offset),
    fractionLost: byteAt(bytes, offset + 4),
    packetsLost: (readUint24(bytes, offset + 5) << 8) >> 8,
    highestSequence: readUint32(bytes, offset + 8),
    jitter: readUint32(bytes, offset + 12),
    lastSenderReport: readUint32(bytes, offset + 16),
    delaySinceLastSenderReport: readUint32(bytes, offset + 20),
  };
}

/** Writes the blocks from `offset` on. Losses that 24 bits cannot hold are written as the nearest that they can. */
export function writeReportBlocks(bytes: Uint8Array, offset: number, blocks: readonly ReportBlock[]): void {
  blocks.forEach((block, index) => {
    const start = offset + index * REPORT_BLOCK_BYTES;
    const packetsLost = Math.max(MINIMUM_PACKETS_LOST, Math.min(MAXIMUM_PACKETS_LOST, block.packetsLost));
    writeUint32(bytes, start, block.ssrc);
    bytes[start + 4] = block.fractionLost;
    writeUint24(bytes, start + 5, packetsLost);
    writeUint32(bytes, start + 8, block.highestSequence);
    writeUint32(bytes, start + 12, block.jitter);
    writeUint32(bytes, start + 16, block.lastSenderReport);
    writeUint32(bytes, start + 20, block.delaySinceLastSenderReport);
  });
}
