import { describe, expect, it } from 'vitest';
import { RandomStore } from './random-store.ts';

describe('RandomStore', () => {
  it('gives every byte once, and fetches anew before it runs out', () => {
    let fetched = 0;
    const store = new RandomStore((length) => {
      fetched++;
      return Buffer.from(Uint16Array.from({ length: length / 2 }, (_, index) => fetched * length + index).buffer);
    });
    const seen = new Set<number>();
    for (let index = 0; index < 10_000; index++) seen.add(store.take(2).readUInt16LE());
    expect(seen.size).toBe(10_000);
    expect(fetched).toBe(5);
    expect(store.take(33)).toHaveLength(33);
  });
});
