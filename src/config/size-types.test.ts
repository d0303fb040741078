import { describe, expect, it } from 'vitest';
import { byteSize } from './size-types.ts';

describe('byteSize', () => {
  it('reads bytes and multiples of 1024', () => {
    const parse = (text: string): number | undefined => byteSize(2 ** 50).parse(text);
    expect(['0', '17', '17B', '1.5K', '2M', '1G', '3T'].map(parse)).toEqual([
      0,
      17,
      17,
      1536,
      2 * 1024 ** 2,
      1024 ** 3,
      3 * 1024 ** 4,
    ]);
  });

  it('refuses what is no amount, and what is too much', () => {
    const parse = (text: string): number | undefined => byteSize(1024).parse(text);
    expect(['', '-1', '1 G', '1g', '1GB', 'G', '1.K', '1025', '1.001K'].map(parse)).toEqual(
      new Array(9).fill(undefined),
    );
    expect(parse('1K')).toBe(1024);
  });
});
