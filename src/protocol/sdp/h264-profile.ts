/** H264 profiles as profile-level-id names them (RFC 6184 8.1, table 5). */

export type H264Profile =
  | 'constrained-baseline'
  | 'baseline'
  | 'main'
  | 'extended'
  | 'constrained-high'
  | 'high'
  | 'high-10'
  | 'high-4:2:2'
  | 'high-4:4:4-predictive';

interface Pattern {
  /** profile_idc. */
  idc: number;
  /** Bits of profile-iop that count, and their value; constraint_set0_flag is the highest. */
  mask: number;
  value: number;
  profile: H264Profile;
}

const PATTERNS: readonly Pattern[] = [
  { idc: 0x42, mask: 0x4f, value: 0x40, profile: 'constrained-baseline' },
  { idc: 0x4d, mask: 0x8f, value: 0x80, profile: 'constrained-baseline' },
  { idc: 0x58, mask: 0xcf, value: 0xc0, profile: 'constrained-baseline' },
  { idc: 0x42, mask: 0x4f, value: 0x00, profile: 'baseline' },
  { idc: 0x58, mask: 0xcf, value: 0x80, profile: 'baseline' },
  { idc: 0x4d, mask: 0xaf, value: 0x00, profile: 'main' },
  { idc: 0x58, mask: 0xcf, value: 0x00, profile: 'extended' },
  { idc: 0x64, mask: 0xff, value: 0x0c, profile: 'constrained-high' },
  { idc: 0x64, mask: 0xff, value: 0x00, profile: 'high' },
  { idc: 0x6e, mask: 0x00, value: 0x00, profile: 'high-10' },
  { idc: 0x7a, mask: 0x00, value: 0x00, profile: 'high-4:2:2' },
  { idc: 0xf4, mask: 0x00, value: 0x00, profile: 'high-4:4:4-predictive' },
];

/** RFC 6184 8.1: what a missing profile-level-id means, baseline at level 1. */
const DEFAULT_PROFILE_LEVEL_ID = '42000a';

/**
 * Decoders of these profiles also decode a stream of the key's (ITU-T H.264 A.2), nearest first. A stream called
 * baseline counts as constrained baseline: the tools that tell them apart are in no WebRTC encoder.
 */
const DECODED_BY: Record<H264Profile, readonly H264Profile[]> = {
  'constrained-baseline': ['baseline', 'main', 'constrained-high', 'high'],
  baseline: ['constrained-baseline', 'main', 'constrained-high', 'high'],
  main: ['high', 'high-10', 'high-4:2:2', 'high-4:4:4-predictive'],
  extended: [],
  'constrained-high': ['high', 'high-10', 'high-4:2:2', 'high-4:4:4-predictive'],
  high: ['high-10', 'high-4:2:2', 'high-4:4:4-predictive'],
  'high-10': ['high-4:2:2', 'high-4:4:4-predictive'],
  'high-4:2:2': ['high-4:4:4-predictive'],
  'high-4:4:4-predictive': [],
};

/** The profile of a profile-level-id (six hexadecimal digits); undefined where it names none that is known. */
export function parseH264Profile(profileLevelId: string | undefined): H264Profile | undefined {
  const text = profileLevelId ?? DEFAULT_PROFILE_LEVEL_ID;
  if (!/^[0-9A-Fa-f]{6}$/.test(text)) return undefined;
  const idc = Number.parseInt(text.slice(0, 2), 16);
  const iop = Number.parseInt(text.slice(2, 4), 16);
  return PATTERNS.find((pattern) => pattern.idc === idc && (iop & pattern.mask) === pattern.value)?.profile;
}

/**
 * How far a decoder of `decoder` is from a stream of `stream`: 0 for the same profile, more for profiles that include
 * it, undefined where the profiles do not promise that it can.
 */
export function h264ProfileDistance(stream: H264Profile, decoder: H264Profile): number | undefined {
  if (stream === decoder) return 0;
  const index = DECODED_BY[stream].indexOf(decoder);
  return index < 0 ? undefined : index + 1;
}
