import { describe, expect, it } from 'vitest';
import { formatBitrate, formatDuration, formatMilliseconds, formatShare } from './format.ts';

describe('figures as text', () => {
  it('writes bit rates', () => {
    expect([0, 64_400, 999_400, 999_600, 2_540_000].map(formatBitrate)).toEqual([
      '0 kbit/s',
      '64 kbit/s',
      '999 kbit/s',
      '1.0 Mbit/s',
      '2.5 Mbit/s',
    ]);
  });

  it('writes shares, finer where they are small', () => {
    expect([0, 0.004, 0.0999, 0.25, 1].map(formatShare)).toEqual(['0 %', '0.4 %', '10.0 %', '25 %', '100 %']);
  });

  it('writes times', () => {
    expect(formatMilliseconds(12.6)).toBe('13 ms');
    expect([-5, 0, 59_999, 60_000, 3_599_000, 3_661_000].map(formatDuration)).toEqual([
      '0:00',
      '0:00',
      '0:59',
      '1:00',
      '59:59',
      '1:01:01',
    ]);
  });
});
