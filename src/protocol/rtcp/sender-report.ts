import { readUint32, writeUint32 } from '../../util/bytes.ts';
import type { NtpTime } from './ntp.ts';
import { RTCP_PACKET_TYPE, createRtcpPacket, expectRtcpHeader } from './packet-header.ts';
import type { ReportBlock } from './report-block.ts';
import { REPORT_BLOCK_BYTES, parseReportBlocks, writeReportBlocks } from './report-block.ts';

const BLOCKS_OFFSET = 28;

/** A sender report (RFC 3550 6.4.1). */
export interface SenderReport {
  type: 'senderReport';
  /** Who reports, and whose stream it is. */
  ssrc: number;
  /** When the report was sent, on the sender's wall clock. */
  ntpTime: NtpTime;
  /** The same instant in the stream's own ticks, 32 bit. */
  rtpTimestamp: number;
  /** RTP packets sent so far, modulo 2^32. */
  packetCount: number;
  /** Payload bytes sent so far, modulo 2^32. */
  octetCount: number;
  /** At most 31. */
  reports: readonly ReportBlock[];
}

/** The sender report that `bytes` begin with. */
export function parseSenderReport(bytes: Uint8Array): SenderReport | undefined {
  const header = expectRtcpHeader(bytes, RTCP_PACKET_TYPE.senderReport, BLOCKS_OFFSET);
  const reports = header && parseReportBlocks(bytes, BLOCKS_OFFSET, header.contentEnd, header.count);
  if (reports === undefined) return undefined;
  return {
    type: 'senderReport',
    ssrc: readUint32(bytes, 4),
    ntpTime: { seconds: readUint32(bytes, 8), fraction: readUint32(bytes, 12) },
    rtpTimestamp: readUint32(bytes, 16),
    packetCount: readUint32(bytes, 20),
    octetCount: readUint32(bytes, 24),
    reports,
  };
}

/** A sender report as bytes. */
export function writeSenderReport(report: SenderReport): Uint8Array {
  const { reports } = report;
  const length = BLOCKS_OFFSET + reports.length * REPORT_BLOCK_BYTES;
  const packet = createRtcpPacket(RTCP_PACKET_TYPE.senderReport, reports.length, length);
  writeUint32(packet, 4, report.ssrc);
  writeUint32(packet, 8, report.ntpTime.seconds);
  writeUint32(packet, 12, report.ntpTime.fraction);
  writeUint32(packet, 16, report.rtpTimestamp);
  writeUint32(packet, 20, report.packetCount);
  writeUint32(packet, 24, report.octetCount);
  writeReportBlocks(packet, BLOCKS_OFFSET, reports);
  return packet;
}
