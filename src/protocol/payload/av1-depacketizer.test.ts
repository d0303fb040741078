import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { Av1Depacketizer } from './av1-depacketizer.ts';
import type { DepacketizerResult } from './depacketizer.ts';
import { readLeb128, writeLeb128 } from './leb128.ts';

/** A sequence header OBU of 320x180 pixels without a size, 11 bytes. */
const SEQUENCE = '08 00 00 00 04 3c fe cc 01 a0 08';
const SIZED_SEQUENCE = '0a 0a 00 00 00 04 3c fe cc 01 a0 08';

function put(...payloads: readonly string[]): DepacketizerResult {
  const depacketizer = new Av1Depacketizer();
  for (const payload of payloads) depacketizer.add(bytes(payload));
  return depacketizer.finish();
}

describe('an AV1 temporal unit', () => {
  it.each([
    ['elements with lengths', `08 0b ${SEQUENCE} 03 30 10 01`],
    ['two elements, the last without a length', `28 0b ${SEQUENCE} 30 10 01`],
    ['a temporal delimiter before it', `38 01 10 0b ${SEQUENCE} 30 10 01`],
    ['padding and a tile list behind it', `08 0b ${SEQUENCE} 03 30 10 01 02 78 00 02 40 00`],
    ['OBUs with sizes', `28 0c ${SIZED_SEQUENCE} 32 02 10 01`],
    ['an empty element', `38 00 0b ${SEQUENCE} 30 10 01`],
  ])('is made of %s', (_, payload) => {
    expect(put(payload)).toEqual({
      state: 'frame',
      data: bytes(`${SIZED_SEQUENCE} 32 02 10 01`),
      keyframe: true,
      size: { width: 320, height: 180 },
    });
  });

  it('is made of fragments', () => {
    expect(put('50 30 30', 'd0 01 02', '90 03')).toMatchObject({ keyframe: false, data: bytes('32 04 30 01 02 03') });
    expect(put(`68 0b ${SEQUENCE} 30`, '90 10 01')).toMatchObject({ keyframe: true });
    expect(put('60 02 30 30 34', 'a0 02 00 30 34 08 30')).toMatchObject({
      data: bytes('32 01 30 36 00 01 30 36 08 01 30'),
    });
  });

  it('keeps extension headers of layers', () => {
    expect(put('10 34 08 30 01')).toMatchObject({ data: bytes('36 08 02 30 01') });
  });

  it.each([
    ['without its first fragment', ['90 01']],
    ['without its last fragment', ['50 30 30']],
    ['with another OBU where a fragment should be', ['50 30 30', '10 30 30']],
    ['with a length beyond the packet', ['00 05 30 30']],
    ['with half a length', ['00 80']],
    ['with fewer elements than told', ['30 02 30 30']],
    ['with an aggregation header alone', ['10']],
    ['with an OBU whose size is another', ['10 32 05 30']],
    ['with an OBU whose forbidden bit is set', ['10 b0 30']],
    ['with half an OBU header', ['10 34']],
  ])('is broken %s', (_, payloads) => {
    expect(put(...payloads)).toEqual({ state: 'broken' });
  });

  it.each([
    ['an inter frame', '30 30', 'frame', false],
    ['a keyframe without its sequence header', '30 10', 'frame', false],
    ['a frame header and tiles apart', '18 30', 'frame', false],
    ['a hidden keyframe', '30 00', 'frame', false],
    ['metadata alone', '28 01', 'nothing', undefined],
  ])('of %s', (_, obu, state, keyframe) => {
    expect(put(`10 ${obu}`)).toMatchObject(keyframe === undefined ? { state } : { state, keyframe });
  });
});

describe('leb128()', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '80 01'],
    [2 ** 32 - 1, 'ff ff ff ff 0f'],
  ])('of %i', (value, hex) => {
    expect(writeLeb128(value)).toEqual(bytes(hex));
  });

  it('is read as written, wherever it stands', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.nat(5), (value, start) => {
        const written = writeLeb128(value);
        const padded = Uint8Array.of(...new Uint8Array(start).fill(0xff), ...written, 0xff);
        expect(readLeb128(padded, start)).toEqual({ value, end: start + written.length });
        expect(readLeb128(written.subarray(0, -1), 0)).toBeUndefined();
      }),
    );
  });

  it('has eight bytes at the most', () => {
    expect(readLeb128(bytes('80 80 80 80 80 80 80 00'), 0)).toEqual({ value: 0, end: 8 });
    expect(readLeb128(bytes('80 80 80 80 80 80 80 80 00'), 0)).toBeUndefined();
  });
});
