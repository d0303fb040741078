/** Which of a viewer's codecs takes what a publisher sends. */
import { h264ProfileDistance, parseH264Profile } from './h264-profile.ts';
import type { Codec } from './types.ts';

/** Ranks of H264 beyond those of h264ProfileDistance. */
const OTHER_PROFILE = 100;
const OTHER_PACKETIZATION = 1000;

/**
 * The viewer's codec, and so its payload type, for the published one: the nearest match, the first of equal ones;
 * undefined where the viewer cannot take it.
 */
export function matchCodec(viewerCodecs: readonly Codec[], published: Codec): Codec | undefined {
  let best: { codec: Codec; rank: number } | undefined;
  for (const codec of viewerCodecs) {
    if (codec.name !== published.name || codec.clockRate !== published.clockRate) continue;
    const rank = rankFormat(codec, published);
    if (rank !== undefined && (best === undefined || rank < best.rank)) best = { codec, rank };
  }
  return best?.codec;
}

/** How well the viewer's format fits, 0 being exact; undefined where it does not. */
function rankFormat(viewer: Codec, published: Codec): number | undefined {
  switch (published.name) {
    case 'opus':
    case 'VP8':
      return 0;
    case 'VP9':
      // Profiles differ in bit depth and chroma, and none includes another (RFC 9628 6).
      return numberOf(viewer, 'profile-id', 0) === numberOf(published, 'profile-id', 0) ? 0 : undefined;
    case 'AV1':
      return rankIncluding(numberOf(viewer, 'profile', 0), numberOf(published, 'profile', 0));
    case 'H264':
      return rankH264(viewer, published);
    case 'H265':
      return rankH265(viewer, published);
  }
}

/** Profiles of which each includes those below: Main, High and Professional of AV1 (AV1 specification A.2). */
function rankIncluding(viewer: number, published: number): number | undefined {
  return viewer >= published ? viewer - published : undefined;
}

/**
 * The same packetization mode and profile; then a profile that includes the published one; then any profile, as
 * decoders nearly always take more than their SDP says. A viewer whose modes are all others comes last: RFC 7742 6.2
 * obliges WebRTC endpoints to take mode 1, and that includes the packets of mode 0 (RFC 6184 6.3).
 */
function rankH264(viewer: Codec, published: Codec): number {
  const sameMode = numberOf(viewer, 'packetization-mode', 0) === numberOf(published, 'packetization-mode', 0);
  const decoder = parseH264Profile(viewer.parameters['profile-level-id']);
  const stream = parseH264Profile(published.parameters['profile-level-id']);
  const distance = decoder && stream && h264ProfileDistance(stream, decoder);
  return (distance ?? OTHER_PROFILE) + (sameMode ? 0 : OTHER_PACKETIZATION);
}

/** RFC 7798 7.1: Main (1) unless named; Main 10 (2) includes Main. All streams of one SRST or MRST mode (tx-mode). */
function rankH265(viewer: Codec, published: Codec): number | undefined {
  if (transmissionMode(viewer) !== transmissionMode(published)) return undefined;
  const offered = numberOf(viewer, 'profile-id', 1);
  const needed = numberOf(published, 'profile-id', 1);
  if (offered === needed) return 0;
  return needed === 1 && offered === 2 ? 1 : undefined;
}

function transmissionMode(codec: Codec): string {
  return (codec.parameters['tx-mode'] ?? 'SRST').toUpperCase();
}

function numberOf(codec: Codec, parameter: string, missing: number): number {
  const text = codec.parameters[parameter];
  return text === undefined ? missing : Number(text);
}
