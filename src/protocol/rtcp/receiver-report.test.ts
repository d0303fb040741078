import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import type { ReceiverReport } from './receiver-report.ts';
import { parseReceiverReport, writeReceiverReport } from './receiver-report.ts';
import { receiverReport } from './testing/arbitrary.ts';
import { expectNoThrow, expectRoundTrip } from './testing/properties.ts';

const BYTES = bytes(`
  81 c9 00 07 00 00 00 01
  de ad be ef 40 ff ff fe 00 02 12 34 00 00 01 00 44 55 66 77 00 01 00 00`);
const REPORT: ReceiverReport = {
  type: 'receiverReport',
  ssrc: 1,
  reports: [
    {
      ssrc: 0xdeadbeef,
      fractionLost: 64,
      packetsLost: -2,
      highestSequence: 0x00021234,
      jitter: 256,
      lastSenderReport: 0x44556677,
      delaySinceLastSenderReport: 65_536,
    },
  ],
};

describe('receiver report', () => {
  it('reads and writes a report block', () => {
    expect(parseReceiverReport(BYTES)).toEqual(REPORT);
    expect(writeReceiverReport(REPORT)).toEqual(BYTES);
  });

  it('may be empty', () => {
    const empty: ReceiverReport = { type: 'receiverReport', ssrc: 1, reports: [] };
    expect(parseReceiverReport(bytes('80 c9 00 01 00 00 00 01'))).toEqual(empty);
    expect(writeReceiverReport(empty)).toEqual(bytes('80 c9 00 01 00 00 00 01'));
  });

  it('ignores extensions behind the blocks', () => {
    expect(parseReceiverReport(bytes('80 c9 00 02 00 00 00 01 aa bb cc dd'))?.reports).toEqual([]);
  });

  it('refuses fewer blocks than counted, and other types', () => {
    expect(parseReceiverReport(bytes('81 c9 00 01 00 00 00 01'))).toBeUndefined();
    expect(parseReceiverReport(bytes('80 c8 00 01 00 00 00 01'))).toBeUndefined();
    expect(parseReceiverReport(bytes('80 c9 00 00'))).toBeUndefined();
  });

  it('writes losses beyond 24 bits as the nearest that fit', () => {
    const [block] = REPORT.reports;
    const lossesOf = (packetsLost: number) =>
      parseReceiverReport(
        writeReceiverReport({ ...REPORT, reports: block === undefined ? [] : [{ ...block, packetsLost }] }),
      )?.reports[0]?.packetsLost;
    expect(lossesOf(0x800000)).toBe(0x7fffff);
    expect(lossesOf(-0x800001)).toBe(-0x800000);
  });

  it('comes back as written', () => expectRoundTrip(receiverReport, parseReceiverReport, writeReceiverReport));
  it('never throws', () => expectNoThrow(201, 3, parseReceiverReport));
});
