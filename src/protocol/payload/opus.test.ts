import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { OpusDepacketizer } from './opus-depacketizer.ts';
import { opusDuration } from './opus.ts';

const toc = (configuration: number, code: number): string =>
  ((configuration << 3) | code).toString(16).padStart(2, '0');

describe('opusDuration', () => {
  it.each([
    [0, 10],
    [3, 60],
    [8, 10],
    [11, 60],
    [12, 10],
    [13, 20],
    [15, 20],
    [16, 2.5],
    [19, 20],
    [28, 2.5],
    [31, 20],
  ])('of configuration %i is %f ms a frame', (configuration, milliseconds) => {
    expect(opusDuration(bytes(`${toc(configuration, 0)} 00`))).toBe(milliseconds * 48);
    expect(opusDuration(bytes(`${toc(configuration, 1)} 00 00`))).toBe(2 * milliseconds * 48);
  });

  it.each([
    ['one frame, silence', 'f8', 960],
    ['two of one length', 'f9 01 02', 1920],
    ['two of two lengths', 'fa 01 02 03', 1920],
    ['two, the first empty', 'fa 00 03', 1920],
    ['three of one length', 'fb 03 01 02 03', 2880],
    ['three of three lengths', 'fb 83 01 02 aa bb bb cc', 2880],
    ['three with padding', 'fb 43 02 01 02 03 00 00', 2880],
    ['one with much padding', `fb 41 ff 01 ${'00'.repeat(255)}`, 960],
    ['48 of 2.5 ms', 'e3 30', 5760],
  ])('is that of all frames: %s', (_, hex, samples) => {
    expect(opusDuration(bytes(hex))).toBe(samples);
  });

  it.each([
    ['nothing', ''],
    ['two frames of one length in an odd number of bytes', 'f9 01'],
    ['a first length beyond the end', 'fa 03 01 02'],
    ['half a length', 'fa fc'],
    ['no number of frames', 'fb'],
    ['no frame', 'fb 00'],
    ['more than 120 ms', 'fb 07'],
    ['three of one length in four bytes', 'fb 03 01 02 03 04'],
    ['padding beyond the end', 'fb 41 03 00'],
    ['padding without an end', 'fb 41 ff ff'],
    ['variable lengths beyond the end', 'fb 83 01 09 aa'],
    ['a frame of 1276 bytes', `f8 ${'00'.repeat(1276)}`],
  ])('is that of no packet: %s', (_, hex) => {
    expect(opusDuration(bytes(hex))).toBeUndefined();
    const depacketizer = new OpusDepacketizer();
    depacketizer.add(bytes(hex));
    expect(depacketizer.finish().state).toBe(hex === '' ? 'nothing' : 'broken');
  });

  it('is between 2.5 and 120 ms', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (packet) => {
        const samples = opusDuration(packet) ?? 120;
        expect(samples >= 120 && samples <= 5760 && samples % 120 === 0).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the Opus depacketizer', () => {
  it('gives a copy of the packet', () => {
    const packet = bytes('f8 01 02');
    const depacketizer = new OpusDepacketizer();
    depacketizer.add(packet);
    const result = depacketizer.finish();
    expect(result).toEqual({ state: 'frame', data: bytes('f8 01 02'), keyframe: true, size: undefined });
    if (result.state === 'frame') expect(result.data.buffer).not.toBe(packet.buffer);
  });

  it('takes one packet at a time', () => {
    const depacketizer = new OpusDepacketizer();
    depacketizer.add(bytes('f8'));
    depacketizer.add(bytes('f8'));
    expect(depacketizer.finish()).toEqual({ state: 'broken' });
    depacketizer.add(bytes('f8'));
    depacketizer.reset();
    expect(depacketizer.finish()).toEqual({ state: 'nothing' });
  });
});
