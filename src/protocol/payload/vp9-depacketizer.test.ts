import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { readPayloads } from '../rtp/testing/fixtures.ts';
import type { DepacketizerResult } from './depacketizer.ts';
import { Vp9Depacketizer } from './vp9-depacketizer.ts';
import { splitVp9Superframe, writeVp9Superframe } from './vp9-superframe.ts';

function put(...payloads: readonly (Uint8Array | string)[]): DepacketizerResult {
  const depacketizer = new Vp9Depacketizer();
  for (const payload of payloads) depacketizer.add(typeof payload === 'string' ? bytes(payload) : payload);
  return depacketizer.finish();
}

describe('spatial layers of a VP9 picture', () => {
  // Flags, layer indices, references to earlier pictures left out: I=0 P=0 L=1 F=1.
  const BASE = '3c 00';
  const UPPER = '3c 03';

  it('become one superframe (Chromium, two layers)', () => {
    const payloads = readPayloads('chromium-vp9-svc.rtp').map(({ payload }) => payload);
    const result = put(...payloads.slice(2, 4));
    expect(result).toMatchObject({ state: 'frame', keyframe: true, size: { width: 640, height: 360 } });
    if (result.state !== 'frame') return;
    const [lower, upper, ...others] = splitVp9Superframe(result.data);
    expect(others).toEqual([]);
    expect(payloads[2]?.subarray(-10)).toEqual(lower?.subarray(-10));
    expect(payloads[3]?.subarray(-10)).toEqual(upper?.subarray(-10));
    expect(Buffer.from(result.data.subarray(-6)).toString('hex')).toBe(
      Buffer.from([
        0xc9,
        (lower?.length ?? 0) & 0xff,
        0,
        (upper?.length ?? 0) & 0xff,
        (upper?.length ?? 0) >> 8,
        0xc9,
      ]).toString('hex'),
    );
  });

  it('may have packets of their own', () => {
    expect(put('38 00 82 01', '34 00 02 03', '38 03 86 04', '34 03 05')).toMatchObject({
      state: 'frame',
      data: bytes('82 01 02 03 86 04 05 c1 04 03 c1'),
    });
  });

  it('keep their frames where the encoder hid one in an index of its own', () => {
    const hidden = Buffer.from(writeVp9Superframe([bytes('84 01'), bytes('86')])).toString('hex');
    expect(put(`${BASE} 82 01`, `${UPPER} ${hidden}`)).toMatchObject({
      data: writeVp9Superframe([bytes('82 01'), bytes('84 01'), bytes('86')]),
    });
    expect(put(`${BASE} ${hidden}`)).toMatchObject({ data: bytes(hidden) });
  });

  it.each([
    ['the upper one alone, which is predicted from the lower', [`${UPPER} 86 01`]],
    ['one twice', [`${BASE} 82 01`, `${BASE} 82 01`]],
    ['the upper one first', ['3c 02 86 01', `${BASE} 82 01`]],
    ['one left out that the next is predicted from', [`${BASE} 82 01`, '3c 05 86 01']],
    ['the lower one without its end', ['38 00 82 01', `${UPPER} 86 01`]],
    ['the upper one without its beginning', [`${BASE} 82 01`, '34 03 86 01']],
    ['the lower one without a byte', [BASE, `${UPPER} 86 01`]],
    ['two pictures', ['8c 01 82 01', '8c 02 86 01']],
    ['what is no VP9 frame', [`${BASE} 42 01`]],
    [
      'more than an index can count',
      Array.from({ length: 8 }, (_, layer) => `3c 0${(2 * layer).toString(16)} 86 01`).concat(['3c 00']),
    ],
  ])('are broken: %s', (_, payloads) => {
    expect(put(...payloads)).toEqual({ state: 'broken' });
  });

  it('go without one in between that nothing needs', () => {
    expect(put(`${BASE} 82 01`, '3c 04 86 01')).toMatchObject({ state: 'frame', keyframe: true });
  });

  it.each([
    ['82', true],
    ['86', false],
    ['8a', false],
    ['b1', true],
    ['b3', false],
    ['b5', false],
  ])('are a keyframe by the header of the lowest: %s', (header, keyframe) => {
    expect(put(`${BASE} ${header} 00`)).toMatchObject({ state: 'frame', keyframe });
  });
});

describe('superframes', () => {
  it('come apart as they were put together', () => {
    const frame = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 2, maxLength: 8 }), (frames) => {
        expect(splitVp9Superframe(writeVp9Superframe(frames))).toEqual(frames);
      }),
      { numRuns: 200 },
    );
    const large = [new Uint8Array(70_000).fill(1), Uint8Array.of(2)];
    expect(splitVp9Superframe(writeVp9Superframe(large))).toEqual(large);
  });

  it.each(['', '82', 'c1', 'c1 c1', '82 c1 09 09 c1', '82 01 c9 01 00 01 00 c8'])(
    'are not what has no index: "%s"',
    (hex) => {
      expect(splitVp9Superframe(bytes(hex))).toEqual([bytes(hex)]);
    },
  );
});
