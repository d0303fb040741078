import { describe, expect, it } from 'vitest';
import { DEFAULT_PREFERENCES, type PublisherPreferences } from '../settings/preferences.ts';
import { applyEncodings, totalBitrate, videoEncodings } from './encodings.ts';

const preferences = (changes: Partial<PublisherPreferences>): PublisherPreferences => ({
  ...DEFAULT_PREFERENCES,
  ...changes,
});

describe('videoEncodings', () => {
  it('makes one stream, or three of which each has a quarter of the pixels of the next, the smallest first', () => {
    expect(videoEncodings(preferences({}), 720)).toEqual([{ maxBitrate: 2_500_000, maxFramerate: 30 }]);
    const layers = videoEncodings(preferences({ simulcast: true }), 720);
    expect(
      layers.map(({ rid, scaleResolutionDownBy, maxBitrate }) => [rid, scaleResolutionDownBy, maxBitrate]),
    ).toEqual([
      ['l', 4, 250_000],
      ['m', 2, 750_000],
      ['h', 1, 2_500_000],
    ]);
    expect(totalBitrate(layers)).toBe(3_500_000);
  });

  it.each([
    ['VP8', undefined],
    ['', undefined],
    ['VP9', 'L1T1'],
    ['AV1', 'L1T1'],
  ])('asks for plain layers of %j', (codec, mode) => {
    const layers = videoEncodings(preferences({ simulcast: true, codec }), 720) as { scalabilityMode?: string }[];
    expect(layers.map(({ scalabilityMode }) => scalabilityMode)).toEqual([mode, mode, mode]);
  });
});

describe('applyEncodings', () => {
  it('changes limits by rid and leaves scales alone', () => {
    const present = videoEncodings(preferences({ simulcast: true }), 720).reverse();
    applyEncodings(present, videoEncodings(preferences({ simulcast: true, bitrate: 1000, frameRate: 15 }), 720));
    expect(present.map(({ rid, maxBitrate }) => [rid, maxBitrate])).toEqual([
      ['h', 1_000_000],
      ['m', 300_000],
      ['l', 100_000],
    ]);
    expect(present[0]).toMatchObject({ maxFramerate: 15, scaleResolutionDownBy: 1 });
  });

  it('gives the one stream of a sender the limits of the largest', () => {
    const present: RTCRtpEncodingParameters[] = [{ maxBitrate: 1 }];
    applyEncodings(present, videoEncodings(preferences({ simulcast: true }), 720));
    expect(present[0]?.maxBitrate).toBe(2_500_000);
  });
});
