import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import type { SourceDescription } from './source-description.ts';
import { parseSourceDescription, writeSourceDescription } from './source-description.ts';
import { sourceDescription } from './testing/arbitrary.ts';
import { expectNoThrow, expectRoundTrip } from './testing/properties.ts';

const one = (ssrc: number, cname: string | undefined): SourceDescription => ({
  type: 'sourceDescription',
  chunks: [{ ssrc, cname }],
});

describe('source description', () => {
  it('reads and writes a canonical name', () => {
    const packet = bytes('81 ca 00 03 00 00 00 07 01 04 61 62 63 64 00 00');
    expect(parseSourceDescription(packet)).toEqual(one(7, 'abcd'));
    expect(writeSourceDescription(one(7, 'abcd'))).toEqual(packet);
  });

  it('ends items that fill their word with a whole word of zeros', () => {
    const packet = bytes('81 ca 00 03 00 00 00 07 01 02 61 62 00 00 00 00');
    expect(writeSourceDescription(one(7, 'ab'))).toEqual(packet);
    expect(parseSourceDescription(packet)).toEqual(one(7, 'ab'));
  });

  it('understands a sender that leaves the last zeros out', () => {
    expect(parseSourceDescription(bytes('81 ca 00 02 00 00 00 07 01 02 61 62'))).toEqual(one(7, 'ab'));
  });

  it('skips other items and reads the chunks behind', () => {
    const packet = bytes(`
      82 ca 00 07
      00 00 00 07 06 03 6f 62 73 01 01 61 00 00 00 00
      00 00 00 08 01 01 62 00 00 00 00 00`);
    expect(parseSourceDescription(packet)).toEqual({
      type: 'sourceDescription',
      chunks: [
        { ssrc: 7, cname: 'a' },
        { ssrc: 8, cname: 'b' },
      ],
    });
  });

  it('may hold no chunk, and chunks without a name', () => {
    expect(parseSourceDescription(bytes('80 ca 00 00'))).toEqual({ type: 'sourceDescription', chunks: [] });
    expect(parseSourceDescription(bytes('81 ca 00 02 00 00 00 07 00 00 00 00'))).toEqual(one(7, undefined));
  });

  it.each([
    ['a chunk that is missing', '81 ca 00 00'],
    ['an item beyond the packet', '81 ca 00 02 00 00 00 07 01 03 61 62'],
    ['a second chunk that is missing', '82 ca 00 02 00 00 00 07 00 00 00 00'],
  ])('refuses %s', (_, hex) => {
    expect(parseSourceDescription(bytes(hex))).toBeUndefined();
  });

  it('cuts a name at 255 bytes', () => {
    const packet = writeSourceDescription(one(7, 'x'.repeat(300)));
    expect(parseSourceDescription(packet)).toEqual(one(7, 'x'.repeat(255)));
  });

  it('comes back as written', () => {
    const chunks = sourceDescription.filter((description) => description.chunks.length > 0);
    expectRoundTrip(chunks, parseSourceDescription, writeSourceDescription);
  });
  it('never throws', () => expectNoThrow(202, 2, parseSourceDescription));
});
