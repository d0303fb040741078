import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseAbsoluteSendTime,
  parseAudioLevel,
  parseIdentifier,
  parseTransportSequence,
  parseVideoOrientation,
  writeAbsoluteSendTime,
  writeAudioLevel,
  writeIdentifier,
  writeTransportSequence,
  writeVideoOrientation,
} from './extension-values.ts';
import { bytes } from '../../util/testing/bytes.ts';

describe('identifiers', () => {
  it('are SDP tokens', () => {
    expect(parseIdentifier(bytes('30'))).toBe('0');
    expect(parseIdentifier(bytes('76 69 64 65 6f 2d 31'))).toBe('video-1');
    expect(writeIdentifier('hi')).toEqual(bytes('68 69'));
  });

  it.each([
    ['an empty value', ''],
    ['a space', '61 20 62'],
    ['a zero', '61 00'],
    ['a line end', '61 0d 0a'],
    ['a byte beyond ASCII', 'e4'],
    ['more than 64 bytes', '61'.repeat(65)],
  ])('are not %s', (_, hex) => {
    expect(parseIdentifier(bytes(hex))).toBeUndefined();
  });

  it('come back as written', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,16}$/), (identifier) => {
        expect(parseIdentifier(writeIdentifier(identifier))).toBe(identifier);
      }),
    );
  });
});

describe('transport-wide sequence numbers', () => {
  it('are two bytes', () => {
    expect(parseTransportSequence(bytes('12 34'))).toBe(0x1234);
    expect(writeTransportSequence(0xfffe)).toEqual(bytes('ff fe'));
  });

  it('may be followed by a request for feedback', () => {
    expect(parseTransportSequence(bytes('12 34 80 01'))).toBe(0x1234);
  });

  it('are not one byte', () => {
    expect(parseTransportSequence(bytes('12'))).toBeUndefined();
  });
});

describe('absolute send time', () => {
  it('is a fraction of 64 seconds', () => {
    expect(parseAbsoluteSendTime(bytes('04 00 00'))).toBe(1000);
    expect(parseAbsoluteSendTime(bytes('80 00 00'))).toBe(32_000);
    expect(writeAbsoluteSendTime(64_000 + 1500)).toEqual(bytes('06 00 00'));
    expect(writeAbsoluteSendTime(63_999.9999)).toEqual(bytes('00 00 00'));
    expect(parseAbsoluteSendTime(bytes('04 00'))).toBeUndefined();
  });

  it('comes back within half a unit', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e10, noNaN: true }), (milliseconds) => {
        const error = ((parseAbsoluteSendTime(writeAbsoluteSendTime(milliseconds)) ?? NaN) - milliseconds) % 64_000;
        const half = 0.002;
        expect(Math.abs(error) < half || Math.abs(error) > 64_000 - half).toBe(true);
      }),
    );
  });
});

describe('video orientation', () => {
  it('reads camera, flip and rotation', () => {
    expect(parseVideoOrientation(bytes('00'))).toEqual({ backFacing: false, flipped: false, rotation: 0 });
    expect(parseVideoOrientation(bytes('0b'))).toEqual({ backFacing: true, flipped: false, rotation: 270 });
    expect(parseVideoOrientation(bytes('05'))).toEqual({ backFacing: false, flipped: true, rotation: 90 });
    expect(parseVideoOrientation(bytes(''))).toBeUndefined();
  });

  it('comes back as written', () => {
    for (let bits = 0; bits < 16; bits += 1) {
      const orientation = parseVideoOrientation(Uint8Array.of(bits));
      expect(orientation && writeVideoOrientation(orientation)).toEqual(Uint8Array.of(bits));
    }
  });
});

describe('audio level', () => {
  it('reads voice activity and loudness', () => {
    expect(parseAudioLevel(bytes('9e'))).toEqual({ voice: true, level: 30 });
    expect(parseAudioLevel(bytes('7f 00'))).toEqual({ voice: false, level: 127 });
    expect(parseAudioLevel(bytes(''))).toBeUndefined();
    expect(parseAudioLevel(bytes('00 00 00'))).toBeUndefined();
  });

  it('comes back as written', () => {
    for (let bits = 0; bits < 256; bits += 1) {
      const level = parseAudioLevel(Uint8Array.of(bits));
      expect(level && writeAudioLevel(level)).toEqual(Uint8Array.of(bits));
    }
  });
});
