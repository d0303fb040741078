import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import type { Remb } from './remb.ts';
import { parseRemb, writeRemb } from './remb.ts';
import { remb } from './testing/arbitrary.ts';
import { expectNoThrow, expectRoundTrip } from './testing/properties.ts';

/** Mantissa 250,000, exponent 2. */
const BYTES = bytes('8f ce 00 05 00 00 00 01 00 00 00 00 52 45 4d 42 01 0b d0 90 de ad be ef');
const REMB: Remb = { type: 'remb', senderSsrc: 1, bitrate: 1_000_000, ssrcs: [0xdeadbeef] };

describe('REMB', () => {
  it('reads and writes the bit rate', () => {
    expect(parseRemb(BYTES)).toEqual(REMB);
    expect(writeRemb(REMB)).toEqual(BYTES);
  });

  it('refuses another application, fewer sources than counted, and a packet cut short', () => {
    const other = BYTES.slice();
    other[12] = 0x53;
    expect(parseRemb(other)).toBeUndefined();
    const counted = BYTES.slice();
    counted[16] = 2;
    expect(parseRemb(counted)).toBeUndefined();
    expect(parseRemb(bytes('8f ce 00 02 00 00 00 01 00 00 00 00'))).toBeUndefined();
  });

  it('rounds down to 18 significant bits', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 50), (bitrate) => {
        const written = parseRemb(writeRemb({ ...REMB, bitrate }))?.bitrate ?? NaN;
        expect(written).toBeLessThanOrEqual(bitrate);
        expect(written).toBeGreaterThan(bitrate * (1 - 2 ** -17) - 1);
      }),
    );
  });

  it('writes the highest rate there is for anything above', () => {
    expect(parseRemb(writeRemb({ ...REMB, bitrate: Infinity }))?.bitrate).toBe(0x3ffff * 2 ** 63);
  });

  it('comes back as written', () => expectRoundTrip(remb, parseRemb, writeRemb));
  it('never throws', () => expectNoThrow(206, 15, parseRemb));
});
