import { readUint32, writeUint32 } from '../../util/bytes.ts';
import { RTCP_PACKET_TYPE, createRtcpPacket, expectRtcpHeader } from './packet-header.ts';
import type { ReportBlock } from './report-block.ts';
import { REPORT_BLOCK_BYTES, parseReportBlocks, writeReportBlocks } from './report-block.ts';

const BLOCKS_OFFSET = 8;

/** A receiver report (RFC 3550 6.4.2). */
export interface ReceiverReport {
  type: 'receiverReport';
  /** Who reports. */
  ssrc: number;
  /** At most 31. */
  reports: readonly ReportBlock[];
}

/** The receiver report that `bytes` begin with. */
export function parseReceiverReport(bytes: Uint8Array): ReceiverReport | undefined {
  const header = expectRtcpHeader(bytes, RTCP_PACKET_TYPE.receiverReport, BLOCKS_OFFSET);
  const reports = header && parseReportBlocks(bytes, BLOCKS_OFFSET, header.contentEnd, header.count);
  return reports && { type: 'receiverReport', ssrc: readUint32(bytes, 4), reports };
}

/** A receiver report as bytes. */
export function writeReceiverReport({ ssrc, reports }: ReceiverReport): Uint8Array {
  const length = BLOCKS_OFFSET + reports.length * REPORT_BLOCK_BYTES;
  const packet = createRtcpPacket(RTCP_PACKET_TYPE.receiverReport, reports.length, length);
  writeUint32(packet, 4, ssrc);
  writeReportBlocks(packet, BLOCKS_OFFSET, reports);
  return packet;
}
