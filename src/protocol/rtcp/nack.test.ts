import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import type { Nack } from './nack.ts';
import { parseNack, writeNack } from './nack.ts';
import { nack } from './testing/arbitrary.ts';
import { expectNoThrow, expectRoundTrip } from './testing/properties.ts';

const of = (sequences: number[]): Nack => ({ type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequences });

describe('generic NACK', () => {
  it('reads PID and bitmask', () => {
    const packet = bytes('81 cd 00 03 00 00 00 01 00 00 00 02 00 0a 80 05');
    expect(parseNack(packet)).toEqual(of([10, 11, 13, 26]));
    expect(writeNack(of([10, 11, 13, 26]))).toEqual(packet);
  });

  it('begins another pair behind the sixteenth number', () => {
    expect(writeNack(of([10, 26, 27]))).toEqual(bytes('81 cd 00 04 00 00 00 01 00 00 00 02 00 0a 80 00 00 1b 00 00'));
  });

  it('goes on through the wrap', () => {
    const packet = bytes('81 cd 00 03 00 00 00 01 00 00 00 02 ff fe 00 06');
    expect(parseNack(packet)).toEqual(of([65_534, 0, 1]));
    expect(writeNack(of([0, 65_534, 1]))).toEqual(packet);
  });

  it('may be empty', () => {
    expect(parseNack(writeNack(of([])))).toEqual(of([]));
  });

  it('refuses half a pair and other formats', () => {
    expect(parseNack(bytes('a1 cd 00 03 00 00 00 01 00 00 00 02 00 0a 80 02'))).toBeUndefined();
    expect(parseNack(bytes('82 cd 00 03 00 00 00 01 00 00 00 02 00 0a 80 05'))).toBeUndefined();
  });

  it('puts numbers of any order into as few pairs as sorted ones', () => {
    const shuffled = nack.chain((value) =>
      fc.tuple(fc.constant(value), fc.shuffledSubarray([...value.sequences, ...value.sequences])),
    );
    fc.assert(
      fc.property(shuffled, ([value, sequences]) => {
        const distinct = value.sequences.filter((sequence) => sequences.includes(sequence));
        expect(writeNack({ ...value, sequences })).toEqual(writeNack({ ...value, sequences: distinct }));
      }),
    );
  });

  it('comes back as written', () => expectRoundTrip(nack, parseNack, writeNack));
  it('never throws', () => expectNoThrow(205, 1, parseNack));
});
