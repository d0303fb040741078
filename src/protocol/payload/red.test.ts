import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAXIMUM_RED_LENGTH, MAXIMUM_RED_OFFSET, parseRed, type RedBlock, writeRed } from './red.ts';

const payloadType = fc.integer({ min: 0, max: 127 });
const primaryBlock = fc.record({
  payloadType,
  timestampOffset: fc.constant(0),
  data: fc.uint8Array({ maxLength: 1200 }),
});
const redundantBlock = fc.record({
  payloadType,
  timestampOffset: fc.integer({ min: 0, max: MAXIMUM_RED_OFFSET }),
  data: fc.uint8Array({ maxLength: MAXIMUM_RED_LENGTH }),
});

function plain(blocks: readonly RedBlock[] | undefined): unknown {
  return blocks?.map(({ data, ...header }) => ({ ...header, data: [...data] }));
}

describe('parseRed', () => {
  it('reads a packet with one block before its own', () => {
    // As in RFC 2198 4: F, type 111, offset 960, length 3; then the primary's type.
    const payload = Uint8Array.of(0xef, 0x0f, 0x00, 0x03, 0x6f, 1, 2, 3, 4, 5);
    expect(plain(parseRed(payload))).toEqual([
      { payloadType: 111, timestampOffset: 960, data: [1, 2, 3] },
      { payloadType: 111, timestampOffset: 0, data: [4, 5] },
    ]);
  });

  it('reads a packet with its own block alone', () => {
    expect(plain(parseRed(Uint8Array.of(111, 7)))).toEqual([{ payloadType: 111, timestampOffset: 0, data: [7] }]);
    expect(plain(parseRed(Uint8Array.of(111)))).toEqual([{ payloadType: 111, timestampOffset: 0, data: [] }]);
  });

  it.each([
    ['nothing', []],
    ['a header that is cut short', [0xef, 0x0f, 0x00]],
    ['no primary block', [0xef, 0x0f, 0x00, 0x00]],
    ['a block longer than the payload', [0xef, 0x0f, 0x00, 0x03, 0x6f, 1, 2]],
  ])('refuses %s', (_what, bytes) => {
    expect(parseRed(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('reads what was written, and nothing shorter than headers and redundant blocks', () => {
    fc.assert(
      fc.property(fc.array(redundantBlock, { maxLength: 5 }), primaryBlock, (redundant, primary) => {
        const written = writeRed(redundant, primary);
        expect(plain(parseRed(written))).toEqual(plain([...redundant, primary]));
        const needed = written.length - primary.data.length;
        expect(parseRed(written.subarray(0, needed - 1))).toBeUndefined();
        expect(parseRed(written.subarray(0, needed))?.at(-1)?.data).toHaveLength(0);
      }),
    );
  });

  it('never reads beyond the payload', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (payload) => {
        const blocks = parseRed(payload);
        const bytes = blocks?.reduce((sum, { data }) => sum + data.length, 4 * (blocks.length - 1) + 1);
        expect(bytes ?? payload.length).toBe(payload.length);
      }),
    );
  });
});

describe('writeRed', () => {
  it('refuses a redundant block that does not fit its header', () => {
    const primary = { payloadType: 111, data: new Uint8Array(2000) };
    const block = { payloadType: 111, timestampOffset: 960, data: new Uint8Array(3) };
    expect(writeRed([], primary)).toHaveLength(2001);
    expect(() => writeRed([{ ...block, timestampOffset: MAXIMUM_RED_OFFSET + 1 }], primary)).toThrow(RangeError);
    expect(() => writeRed([{ ...block, data: new Uint8Array(MAXIMUM_RED_LENGTH + 1) }], primary)).toThrow(RangeError);
  });
});
