import { describe, expect, it } from 'vitest';
import { ReportedEstimator } from './reported-estimator.ts';

const limits = { initial: 300_000, minimum: 30_000, maximum: 10_000_000 };

describe('ReportedEstimator', () => {
  it('follows a REMB that limits what is sent', () => {
    const estimator = new ReportedEstimator(limits);
    estimator.handleRemb(2_000_000, 1_800_000, 0);
    expect(estimator.bitrate).toBe(2_000_000);
    estimator.handleRemb(700_000, 1_800_000, 1000);
    expect(estimator.bitrate).toBe(700_000);
  });

  it('grows while the REMB is well above what is sent, as that follows it', () => {
    const estimator = new ReportedEstimator(limits);
    for (let now = 0; now <= 10_000; now += 1000) estimator.handleRemb(750_000, 500_000, now);
    expect(estimator.bitrate).toBeGreaterThan(1_500_000);
  });

  it('goes by loss where no REMB comes', () => {
    const estimator = new ReportedEstimator({ ...limits, initial: 1_000_000 });
    estimator.handleReport(0.3, 1_000_000, 50, 0);
    expect(estimator.bitrate).toBe(850_000);
    estimator.handleReport(0.05, 800_000, 50, 1000);
    expect(estimator.bitrate).toBe(850_000);
    for (let now = 2000; now <= 10_000; now += 1000) estimator.handleReport(0, 800_000, 50, now);
    expect(estimator.bitrate).toBeGreaterThan(1_000_000);
  });

  it('stays within its limits', () => {
    const estimator = new ReportedEstimator(limits);
    estimator.handleRemb(1, 500_000, 0);
    expect(estimator.bitrate).toBe(30_000);
    estimator.handleRemb(1e12, 500_000, 1000);
    expect(estimator.bitrate).toBe(10_000_000);
  });
});
