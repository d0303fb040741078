import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestedRange } from './byte-range.ts';

describe('requestedRange', () => {
  it.each([
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=2-4', { first: 2, last: 4 }],
    ['Bytes= 2-4 ', { first: 2, last: 4 }],
    ['bytes=5-', { first: 5, last: 9 }],
    ['bytes=5-999', { first: 5, last: 9 }],
    ['bytes=-4', { first: 6, last: 9 }],
    ['bytes=-99', { first: 0, last: 9 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=10-11', 'unsatisfiable'],
    ['bytes=4-2', undefined],
    ['bytes=-', undefined],
    ['bytes=1-2,4-5', undefined],
    ['bytes=a-b', undefined],
    ['items=0-1', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of ten bytes, %j is %j', (header, range) => {
    expect(requestedRange(header, 10)).toEqual(range);
  });

  it('of nothing is nothing', () => {
    expect(['bytes=0-', 'bytes=-5', 'bytes=0-0'].map((header) => requestedRange(header, 0))).toEqual([
      'unsatisfiable',
      'unsatisfiable',
      'unsatisfiable',
    ]);
  });

  it('never leaves the file', () => {
    const part = fc.oneof(fc.constant(''), fc.nat().map(String), fc.bigInt({ min: 0n }).map(String), fc.string());
    fc.assert(
      fc.property(part, part, fc.nat(), (from, to, size) => {
        const range = requestedRange(`bytes=${from}-${to}`, size);
        if (typeof range !== 'object') return;
        expect(range.first).toBeGreaterThanOrEqual(0);
        expect(range.last).toBeGreaterThanOrEqual(range.first);
        expect(range.last).toBeLessThan(size);
      }),
    );
  });
});
