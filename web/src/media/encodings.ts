/** What a broadcaster's encoder makes of the picture: one stream, or several sizes of it (simulcast, RFC 8853). Pure. */
import { maximumBitrate, type PublisherPreferences } from '../settings/preferences.ts';

/**
 * The layers from the smallest: browsers fill a thin upload in this order. `share` of the largest one's bits: a
 * quarter of the pixels needs more than a quarter of the bits for the same quality.
 */
const LAYERS: readonly { rid: string; scale: number; share: number }[] = [
  { rid: 'l', scale: 4, share: 0.1 },
  { rid: 'm', scale: 2, share: 0.3 },
  { rid: 'h', scale: 1, share: 1 },
];
/** Without a mode these make scalable layers inside one stream of what are asked for as several. */
const SCALABLE_BY_DEFAULT: readonly string[] = ['VP9', 'AV1'];

/** The sender's encodings for a picture of so many lines. */
export function videoEncodings(preferences: PublisherPreferences, height: number): RTCRtpEncodingParameters[] {
  const maxBitrate = maximumBitrate(preferences, height);
  const maxFramerate = preferences.frameRate;
  if (!preferences.simulcast) return [{ maxBitrate, maxFramerate }];
  const mode = SCALABLE_BY_DEFAULT.includes(preferences.codec) ? { scalabilityMode: 'L1T1' } : {};
  return LAYERS.map(({ rid, scale, share }) => ({
    rid,
    scaleResolutionDownBy: scale,
    maxBitrate: Math.round(maxBitrate * share),
    maxFramerate,
    ...mode,
  }));
}

/** Bits a second of all encodings together. */
export function totalBitrate(encodings: readonly RTCRtpEncodingParameters[]): number {
  return encodings.reduce((sum, { maxBitrate }) => sum + (maxBitrate ?? 0), 0);
}

/** Takes changed limits over into the encodings that a sender has; their number stays. */
export function applyEncodings(
  present: readonly RTCRtpEncodingParameters[],
  wanted: readonly RTCRtpEncodingParameters[],
): void {
  for (const encoding of present) {
    const change = wanted.find(({ rid }) => rid === encoding.rid) ?? wanted.at(-1);
    if (change === undefined) continue;
    const { maxBitrate, maxFramerate } = change;
    Object.assign(encoding, { maxBitrate, maxFramerate });
  }
}
