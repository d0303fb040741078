import { describe, expect, it } from 'vitest';
import { mediaText } from './recording-text.ts';

const NOTHING = { videoCodec: undefined, audioCodec: undefined, width: undefined, height: undefined };

describe('mediaText', () => {
  it('names resolution and codecs as far as they are known', () => {
    const all = { videoCodec: 'H264', audioCodec: 'opus', width: 1280, height: 720 };
    expect(mediaText(all, 'sound')).toBe('1280 × 720 · H264 + Opus');
    expect(mediaText({ ...all, audioCodec: undefined, width: undefined }, 'sound')).toBe('H264');
    expect(mediaText({ ...NOTHING, audioCodec: 'opus' }, 'sound')).toBe('sound · Opus');
  });
});
