import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { av1FrameSize, av1Obus, isAv1Keyframe, parseAv1AggregationHeader } from './av1.ts';
import { summarize } from './testing/fixture-expectations.ts';

/** A sequence header of 320x180 without its size field: Chromium. */
const SEQUENCE_HEADER = '08 00 00 00 04 3c fe cc 01 a0 01';

describe('parseAv1AggregationHeader', () => {
  it('reads its four fields', () => {
    expect(parseAv1AggregationHeader(bytes('b8'))).toEqual({
      continuesPrevious: true,
      continuesInNext: false,
      elementCount: 3,
      newSequence: true,
    });
    expect(parseAv1AggregationHeader(bytes('50'))).toMatchObject({ continuesInNext: true, elementCount: 1 });
    expect(parseAv1AggregationHeader(bytes(''))).toBeUndefined();
  });
});

describe('av1Obus', () => {
  it('splits elements by the count, of which the last has no length', () => {
    expect(av1Obus(bytes('20 02 08 aa 30 bb bb'))).toEqual([
      { type: 1, body: bytes('aa') },
      { type: 6, body: bytes('bb bb') },
    ]);
  });

  it('splits elements by their lengths where there is no count', () => {
    expect(av1Obus(bytes('00 02 08 aa 83 00 30 bb bb'))).toEqual([
      { type: 1, body: bytes('aa') },
      { type: 6, body: bytes('bb bb') },
    ]);
  });

  it('leaves the rest of an earlier OBU out', () => {
    expect(av1Obus(bytes('a0 02 aa aa 30 bb'))).toEqual([{ type: 6, body: bytes('bb') }]);
    expect(av1Obus(bytes('90 30 bb'))).toEqual([]);
  });

  it('skips the layer ids and the size field', () => {
    expect(av1Obus(bytes('10 34 28 bb'))).toEqual([{ type: 6, body: bytes('bb') }]);
    expect(av1Obus(bytes('10 36 28 01 bb'))).toEqual([{ type: 6, body: bytes('bb') }]);
  });

  it.each([
    ['a length beyond the packet', '00 01 10 03 08 aa'],
    ['a length that does not end', '00 01 10 ff ff ff ff ff ff ff ff 01 08'],
    ['an empty element', '00 01 10 00 01 08'],
    ['a size field that does not end', '20 01 10 0a ff'],
  ])('stops at %s', (_, hex) => {
    expect(av1Obus(bytes(hex))).toEqual([{ type: 2, body: bytes('') }]);
  });
});

describe('AV1 keyframes', () => {
  it.each([
    ['a new sequence', `28 0b ${SEQUENCE_HEADER} 30 10`, true],
    ['a sequence header alone, by a sender that does not mark it', `10 ${SEQUENCE_HEADER}`, true],
    ['a sequence header and a keyframe, by such a sender', `20 0b ${SEQUENCE_HEADER} 30 10`, true],
    ['a sequence header and a keyframe header', `20 0b ${SEQUENCE_HEADER} 18 10`, true],
    ['a sequence header and an inter frame', `20 0b ${SEQUENCE_HEADER} 30 30`, false],
    ['a sequence header and an existing frame', `20 0b ${SEQUENCE_HEADER} 18 80`, false],
    ['a sequence header behind the rest of another OBU', `a0 01 aa ${SEQUENCE_HEADER}`, false],
    ['a keyframe without a sequence header', '10 30 10', false],
    ['an inter frame', '10 30 30', false],
    ['a contradictory header', `98 ${SEQUENCE_HEADER}`, false],
    ['a new sequence of nothing', '18', false],
    ['nothing', '', false],
  ])('%s', (_, hex, expected) => {
    expect(isAv1Keyframe(bytes(hex))).toBe(expected);
  });

  it('tell their size where the sequence header is', () => {
    expect(av1FrameSize(bytes(`10 ${SEQUENCE_HEADER}`))).toEqual({ width: 320, height: 180 });
    expect(av1FrameSize(bytes('10 30 10'))).toBeUndefined();
  });

  it('are found in what Chromium sends', () => {
    expect(summarize('chromium-av1.rtp', 'AV1')).toEqual({
      keyframes: [0],
      startingFrames: [0],
      sizes: ['0: 320x180'],
    });
    expect(summarize('chromium-av1-svc.rtp', 'AV1')).toEqual({
      keyframes: [0],
      startingFrames: [0],
      sizes: ['0: 640x360'],
    });
  });

  it('never throw', () => {
    const payloads = fc
      .tuple(fc.constantFrom(0x00, 0x08, 0x10, 0x28, 0xa0), fc.uint8Array({ maxLength: 60 }))
      .map(([header, random]) => Uint8Array.of(header, ...random));
    fc.assert(
      fc.property(fc.oneof(payloads, fc.uint8Array({ maxLength: 60 })), (payload) => {
        isAv1Keyframe(payload);
        av1FrameSize(payload);
      }),
      { numRuns: 1000 },
    );
  });
});
