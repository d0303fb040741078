import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { splitAggregate, unescapeParameterSet } from './nal-unit.ts';
import { escapeNalUnit } from './testing/bit-writer.ts';

describe('splitAggregate', () => {
  it('cuts at the lengths', () => {
    expect(splitAggregate(bytes('00 01 aa 00 02 bb bb'))).toEqual([bytes('aa'), bytes('bb bb')]);
  });

  it.each([
    ['an empty unit', '00 01 aa 00 00 00 01 bb'],
    ['a unit beyond the packet', '00 01 aa 00 03 bb bb'],
    ['half a length', '00 01 aa 00'],
    ['a length alone', '00 01 aa 00 01'],
  ])('stops at %s', (_, hex) => {
    expect(splitAggregate(bytes(hex))).toEqual([bytes('aa')]);
  });
});

describe('unescapeParameterSet', () => {
  it('takes the 03 behind two zeros out', () => {
    expect(unescapeParameterSet(bytes('00 00 03 01 00 00 03 00 00 03 03'))).toEqual(bytes('00 00 01 00 00 00 00 03'));
    expect(unescapeParameterSet(bytes('00 03 00 00 04'))).toEqual(bytes('00 03 00 00 04'));
  });

  it('undoes escaping', () => {
    const sparse = fc.array(fc.oneof(fc.constant(0), fc.nat(4), fc.nat(255)), { maxLength: 100 });
    fc.assert(
      fc.property(sparse, (content) => {
        const unit = Uint8Array.from(content);
        expect(unescapeParameterSet(escapeNalUnit(unit))).toEqual(unit);
      }),
    );
  });

  it('reads no more than a kilobyte', () => {
    expect(unescapeParameterSet(new Uint8Array(65_535).fill(1))).toHaveLength(1024);
  });
});
