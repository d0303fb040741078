import { describe, expect, it } from 'vitest';
import { ReceiveStatistics } from './receive-statistics.ts';
import { batchOf } from './testing/fixtures.ts';

describe('ReceiveStatistics', () => {
  it('counts loss of the interval and of the whole, across a wrap', () => {
    const statistics = new ReceiveStatistics(7);
    statistics.receive(batchOf([{ sequence: 65_534 }, { sequence: 65_535 }, { sequence: 1 }]), 90_000, 0);
    expect(statistics.reportBlock(0)).toMatchObject({
      ssrc: 7,
      fractionLost: 64,
      packetsLost: 1,
      highestSequence: 65_537,
    });
    statistics.receive(batchOf([{ sequence: 2 }]), 90_000, 10);
    expect(statistics.reportBlock(10)).toMatchObject({ fractionLost: 0, packetsLost: 1, highestSequence: 65_538 });
    expect(statistics.packets).toBe(4);
  });

  it('takes a repaired packet off the loss', () => {
    const statistics = new ReceiveStatistics(7);
    statistics.receive(batchOf([{ sequence: 1 }, { sequence: 3 }]), 90_000, 0);
    expect(statistics.packetsLost).toBe(1);
    statistics.receive(batchOf([{ sequence: 2 }]), 90_000, 0);
    expect(statistics.packetsLost).toBe(0);
  });

  it('measures jitter in ticks of the codec, none for an even stream', () => {
    const even = new ReceiveStatistics(1);
    const uneven = new ReceiveStatistics(2);
    for (let index = 0; index < 200; index++) {
      const packet = { sequence: index, timestamp: index * 3000 };
      even.receive(batchOf([packet]), 90_000, (index * 100) / 3);
      uneven.receive(batchOf([packet]), 90_000, (index * 100) / 3 + (index % 2) * 10);
    }
    expect(even.reportBlock(7000).jitter).toBe(0);
    expect(uneven.reportBlock(7000).jitter).toBeGreaterThan(850);
    expect(uneven.reportBlock(7000).jitter).toBeLessThan(950);
  });

  it('echoes the last sender report with the time since (RFC 3550 6.4.1)', () => {
    const statistics = new ReceiveStatistics(1);
    expect(statistics.reportBlock(0)).toMatchObject({ lastSenderReport: 0, delaySinceLastSenderReport: 0 });
    statistics.senderReport(0xabcd_1234, 1000);
    expect(statistics.reportBlock(1500)).toMatchObject({
      lastSenderReport: 0xabcd_1234,
      delaySinceLastSenderReport: 32_768,
    });
  });
});
