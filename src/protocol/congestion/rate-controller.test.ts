import { describe, expect, it } from 'vitest';
import { RateController } from './rate-controller.ts';

const limits = { initial: 1_000_000, minimum: 100_000, maximum: 5_000_000 };

function normal(rate: RateController, acknowledged: number, from: number, to: number): void {
  for (let now = from; now <= to; now += 100) rate.update('normal', acknowledged, 50, now);
}

describe('RateController', () => {
  it('grows by 8 % a second while the capacity is not known', () => {
    const rate = new RateController(limits);
    normal(rate, 2_000_000, 0, 10_000);
    expect(rate.bitrate / 1e6).toBeCloseTo(1.08 ** 10, 1);
  });

  it('falls to 85 % of what arrives, waits, and grows in small steps from then on', () => {
    const rate = new RateController(limits);
    rate.update('overusing', 800_000, 50, 0);
    expect(rate.bitrate).toBe(680_000);
    rate.update('underusing', 800_000, 50, 100);
    rate.update('underusing', 800_000, 50, 1000);
    expect(rate.bitrate).toBe(680_000);
    normal(rate, 690_000, 1000, 3000);
    // 9600 bit in 150 ms.
    expect(rate.bitrate).toBeGreaterThan(680_000 + 2 * 60_000);
    expect(rate.bitrate).toBeLessThan(680_000 + 2 * 68_000);
  });

  it('does not fall below what it was because much arrives', () => {
    const rate = new RateController(limits);
    rate.update('overusing', 3_000_000, 50, 0);
    expect(rate.bitrate).toBe(1_000_000);
  });

  it('does not grow beyond one and a half times what arrives, but keeps what a probe has found', () => {
    const rate = new RateController(limits);
    normal(rate, 800_000, 0, 20_000);
    expect(rate.bitrate).toBe(1_210_000);
    rate.probed(3_000_000);
    normal(rate, 800_000, 20_000, 30_000);
    expect(rate.bitrate).toBe(3_000_000);
    rate.probed(2_000_000);
    expect(rate.bitrate).toBe(3_000_000);
  });

  it('stays within its limits', () => {
    const rate = new RateController(limits);
    rate.probed(9_000_000);
    expect(rate.bitrate).toBe(5_000_000);
    rate.update('overusing', 10_000, 50, 0);
    expect(rate.bitrate).toBe(100_000);
  });
});
