import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAMERA_SIZES, CORNERS } from '../media/composition.ts';
import {
  DEFAULT_PREFERENCES,
  maximumBitrate,
  parsePreferences,
  SOURCES,
  type PublisherPreferences,
} from './preferences.ts';

const none = new URLSearchParams();

describe('parsePreferences', () => {
  it('starts with the defaults', () => {
    expect(parsePreferences(null, none)).toEqual(DEFAULT_PREFERENCES);
  });

  it('reads back what was stored', () => {
    const preferences = fc.record<PublisherPreferences>({
      source: fc.constantFrom(...SOURCES),
      corner: fc.constantFrom(...CORNERS),
      cameraSize: fc.constantFrom(...CAMERA_SIZES),
      countdown: fc.boolean(),
      camera: fc.string(),
      microphone: fc.string(),
      height: fc.constantFrom(0, 360, 1080),
      frameRate: fc.constantFrom(15, 60),
      bitrate: fc.nat(100_000),
      codec: fc.constantFrom('', 'VP9'),
      simulcast: fc.boolean(),
      screenContent: fc.constantFrom('detail', 'motion'),
      screenSound: fc.boolean(),
      echoCancellation: fc.boolean(),
      noiseSuppression: fc.boolean(),
      automaticGain: fc.boolean(),
    });
    fc.assert(
      fc.property(preferences, (value) => {
        expect(parsePreferences(JSON.stringify(value), none)).toEqual(value);
      }),
    );
  });

  it('lets the URL win', () => {
    const query = new URLSearchParams(
      'codec=vp9&resolution=1080&frameRate=60&bitrate=3000&source=both&simulcast=1&countdown=0',
    );
    expect(parsePreferences('{"codec":"AV1","height":360}', query)).toMatchObject({
      codec: 'VP9',
      simulcast: true,
      height: 1080,
      frameRate: 60,
      bitrate: 3000,
      source: 'both',
      countdown: false,
    });
  });

  it('ignores what makes no sense', () => {
    const query = new URLSearchParams('codec=%3Cb%3E&resolution=-1&frameRate=1e3&bitrate=x');
    expect(parsePreferences('{"camera":1,"screenSound":"no"}', query)).toEqual(DEFAULT_PREFERENCES);
    fc.assert(fc.property(fc.jsonValue(), (json) => parsePreferences(JSON.stringify(json), none).frameRate > 0));
    expect(parsePreferences('{', none)).toEqual(DEFAULT_PREFERENCES);
  });
});

describe('maximumBitrate', () => {
  it('grows with picture and frame rate unless it is set', () => {
    const rate = (height: number, changes: Partial<PublisherPreferences> = {}): number =>
      maximumBitrate({ ...DEFAULT_PREFERENCES, ...changes }, height);
    expect([240, 360, 480, 720, 1080, 2160].map((height) => rate(height))).toEqual([
      800_000, 800_000, 1_200_000, 2_500_000, 4_500_000, 8_000_000,
    ]);
    expect(rate(720, { frameRate: 60 })).toBe(3_750_000);
    expect(rate(720, { frameRate: 60, bitrate: 900 })).toBe(900_000);
  });
});
