import { describe, expect, it } from 'vitest';
import {
  dateTimeFormat,
  formatBitrate,
  formatDuration,
  formatMilliseconds,
  formatShare,
  formatSize,
} from './format.ts';

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

  it('writes sizes', () => {
    expect([-1, 0, 999, 1000, 9949, 9960, 999_499, 999_500, 12_345_678, 3.5e9, 2e15].map(formatSize)).toEqual([
      '0 B',
      '0 B',
      '999 B',
      '1.0 kB',
      '9.9 kB',
      '10 kB',
      '999 kB',
      '1.0 MB',
      '12 MB',
      '3.5 GB',
      '2000 TB',
    ]);
  });

  it('writes local date and time in words, and nothing for what is no time', () => {
    const time = new Date(2026, 10, 2, 16, 5).getTime();
    expect(dateTimeFormat('en')(time)).toMatch(/^Nov 2, 2026, 4:05.PM$/u);
    expect(dateTimeFormat('zh-CN')(time)).toBe('2026年11月2日 16:05');
    expect(dateTimeFormat('en')(NaN)).toBe('');
  });
});
