/** The type of the settings' values that are amounts of bytes. */
import type { ValueType } from './setting.ts';

const BYTES = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** An amount of memory or disk; the value is in bytes. `most` is in bytes too. */
export function byteSize(most: number): ValueType<number> {
  return {
    allowed: `bytes, or a number with K, M, G or T (1024 each, such as 500M or 2G), at most ${most}`,
    parse(text) {
      const match = /^(\d{1,15}(?:\.\d{1,3})?)([BKMGT])?$/.exec(text);
      if (match?.[1] === undefined) return undefined;
      const value = Math.round(Number(match[1]) * BYTES[(match[2] ?? 'B') as keyof typeof BYTES]);
      return value <= most ? value : undefined;
    },
  };
}
