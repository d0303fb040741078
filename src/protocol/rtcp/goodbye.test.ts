import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import type { Goodbye } from './goodbye.ts';
import { parseGoodbye, writeGoodbye } from './goodbye.ts';
import { goodbye } from './testing/arbitrary.ts';
import { expectNoThrow, expectRoundTrip } from './testing/properties.ts';

describe('goodbye', () => {
  it('reads and writes sources', () => {
    const packet = bytes('82 cb 00 02 00 00 00 07 ff ff ff ff');
    const value: Goodbye = { type: 'goodbye', ssrcs: [7, 0xffffffff], reason: undefined };
    expect(parseGoodbye(packet)).toEqual(value);
    expect(writeGoodbye(value)).toEqual(packet);
  });

  it('reads and writes a reason', () => {
    const packet = bytes('81 cb 00 03 00 00 00 07 04 64 6f 6e 65 00 00 00');
    const value: Goodbye = { type: 'goodbye', ssrcs: [7], reason: 'done' };
    expect(parseGoodbye(packet)).toEqual(value);
    expect(writeGoodbye(value)).toEqual(packet);
  });

  it('refuses sources and reasons cut short', () => {
    expect(parseGoodbye(bytes('82 cb 00 01 00 00 00 07'))).toBeUndefined();
    expect(parseGoodbye(bytes('81 cb 00 02 00 00 00 07 04 64 6f 6e'))).toBeUndefined();
  });

  it('cuts a reason at 255 bytes', () => {
    const packet = writeGoodbye({ type: 'goodbye', ssrcs: [], reason: 'x'.repeat(300) });
    expect(parseGoodbye(packet)?.reason).toBe('x'.repeat(255));
  });

  it('comes back as written', () => expectRoundTrip(goodbye, parseGoodbye, writeGoodbye));
  it('never throws', () => expectNoThrow(203, 1, parseGoodbye));
});
