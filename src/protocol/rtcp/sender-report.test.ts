import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import type { SenderReport } from './sender-report.ts';
import { parseSenderReport, writeSenderReport } from './sender-report.ts';
import { senderReport } from './testing/arbitrary.ts';
import { expectNoThrow, expectRoundTrip } from './testing/properties.ts';

const BYTES = bytes(`
  80 c8 00 06 de ad be ef e9 00 00 01 80 00 00 00 00 01 5f 90 00 00 00 0a ff ff ff ff`);
const REPORT: SenderReport = {
  type: 'senderReport',
  ssrc: 0xdeadbeef,
  ntpTime: { seconds: 0xe9000001, fraction: 0x80000000 },
  rtpTimestamp: 90_000,
  packetCount: 10,
  octetCount: 0xffffffff,
  reports: [],
};

describe('sender report', () => {
  it('reads and writes the sender information', () => {
    expect(parseSenderReport(BYTES)).toEqual(REPORT);
    expect(writeSenderReport(REPORT)).toEqual(BYTES);
  });

  it('has its report blocks behind the sender information', () => {
    const packet = bytes(`
      81 c8 00 0c de ad be ef e9 00 00 01 80 00 00 00 00 01 5f 90 00 00 00 0a ff ff ff ff
      00 00 00 07 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00 05`);
    expect(parseSenderReport(packet)?.reports).toEqual([
      {
        ssrc: 7,
        fractionLost: 0,
        packetsLost: 1,
        highestSequence: 2,
        jitter: 3,
        lastSenderReport: 4,
        delaySinceLastSenderReport: 5,
      },
    ]);
  });

  it('refuses a block that is missing and sender information cut short', () => {
    const counted = BYTES.slice();
    counted[0] = 0x81;
    expect(parseSenderReport(counted)).toBeUndefined();
    expect(parseSenderReport(bytes('80 c8 00 01 00 00 00 01'))).toBeUndefined();
  });

  it('comes back as written', () => expectRoundTrip(senderReport, parseSenderReport, writeSenderReport));
  it('never throws', () => expectNoThrow(200, 1, parseSenderReport));
});
