import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PointNumbering } from './point-numbering.ts';

/** Takes packets of pictures of one packet each. */
const takeAll = (packets: readonly (readonly [sequence: number, belongs: boolean])[]): (number | undefined)[] => {
  const numbering = new PointNumbering();
  return packets.map(([sequence, belongs]) => numbering.take(sequence, sequence * 10, belongs));
};

describe('PointNumbering', () => {
  it('closes the holes of what does not belong, over the wrap', () => {
    const packets = [
      [65_533, true],
      [65_534, false],
      [65_535, true],
      [0, false],
      [1, false],
      [2, true],
    ] as const;
    expect(takeAll(packets)).toEqual([65_533, undefined, 65_534, undefined, undefined, 65_535]);
  });

  it('keeps the number of a missing packet for it', () => {
    const packets = [
      [10, true],
      [11, false],
      [14, true],
      [13, true],
      [15, true],
    ] as const;
    expect(takeAll(packets)).toEqual([10, undefined, 13, 12, 14]);
  });

  it('fills the number of a missing packet that proves not to belong', () => {
    const packets = [
      [10, true],
      [12, true],
      [11, false],
      [13, false],
      [13, false],
      [14, true],
    ] as const;
    expect(takeAll(packets)).toEqual([10, 12, 11, undefined, undefined, 13]);
  });

  it('gives a packet that comes twice its number again', () => {
    const packets = [
      [10, true],
      [11, false],
      [12, true],
      [10, true],
      [12, true],
      [11, false],
    ] as const;
    expect(takeAll(packets)).toEqual([10, undefined, 11, 10, 11, undefined]);
  });

  it('gives nothing to what was before the first packet', () => {
    expect(
      takeAll([
        [1, true],
        [0, true],
        [65_535, true],
      ]),
    ).toEqual([1, undefined, undefined]);
  });

  it('follows a sender that starts anew at its second packet, and no stray one', () => {
    const packets = [
      [5000, true],
      [5001, false],
      [100, true],
      [5002, true],
      [200, true],
      [201, true],
      [202, false],
      [203, true],
    ] as const;
    expect(takeAll(packets)).toEqual([5000, undefined, undefined, 5001, undefined, 200, undefined, 201]);
  });

  it('counts pictures that are left out once each, as they were at the place of a late packet', () => {
    const numbering = new PointNumbering();
    const take = (sequence: number, timestamp: number, belongs: boolean): number | undefined =>
      numbering.take(sequence, timestamp, belongs) === undefined ? undefined : numbering.picturesLeftOut;
    expect(take(1, 100, true)).toBe(0);
    expect(take(2, 200, false)).toBeUndefined();
    expect(take(3, 200, false)).toBeUndefined();
    expect(take(4, 300, true)).toBe(1);
    expect(take(6, 300, true)).toBe(1);
    expect(take(7, 400, false)).toBeUndefined();
    expect(take(8, 500, true)).toBe(2);
    expect(take(5, 300, true)).toBe(1);
  });

  it('leaves no holes but those of missing packets, and no number twice, whatever is lost and reordered', () => {
    const packet = fc.record({
      belongs: fc.boolean(),
      isLost: fc.boolean().map((lost) => lost),
      delay: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65_535 }),
        fc.array(packet, { minLength: 1, maxLength: 400 }),
        (first, sent) => {
          const numbering = new PointNumbering();
          const all = sent.map((one, index) => ({ ...one, index, delay: index === 0 ? 0 : one.delay }));
          const arrived = all
            .filter(({ isLost, index }) => !isLost || index === 0)
            .sort((a, b) => a.index + a.delay - (b.index + b.delay) || a.index - b.index)
            // What overtakes the first packet is not part of the stream yet.
            .filter((one, _place, order) => order.findIndex(({ index }) => index === 0) <= order.indexOf(one));
          const numbers = new Map<number, number>();
          for (const { index, belongs } of arrived) {
            const number = numbering.take((first + index) & 0xffff, index, belongs);
            if (belongs) expect(number).toBeDefined();
            if (number !== undefined) numbers.set(index, (number - first) & 0xffff);
          }
          const given = [...numbers].sort(([a], [b]) => a - b);
          const lost = all.filter(({ index }) => !arrived.some((one) => one.index === index));
          for (const [place, [index, number]] of given.entries()) {
            const [indexBefore, numberBefore] = given[place - 1] ?? [0, 0];
            if (place === 0) continue;
            const missing = lost.filter((one) => one.index > indexBefore && one.index < index).length;
            expect(number).toBeGreaterThan(numberBefore);
            expect(number - numberBefore - 1).toBe(missing);
          }
        },
      ),
    );
  });
});
