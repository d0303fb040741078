/** a=fmtp of an answer. */
import type { Codec, CodecName } from './types.ts';

/**
 * Parameters that an answer repeats as they were offered: those that name the format itself and so are the same on both
 * sides (RFC 6184 8.2.2, RFC 9628 6, RFC 7798 7.2.2, the AV1 RTP specification 7.2.3), and for Opus what the server asks
 * of a publisher: in-band FEC, and stereo from one that has it. What the offerer says about its own receiver
 * (max-fs, maxaveragebitrate) is not this side's to repeat.
 */
const REPEATED: Record<CodecName, readonly string[]> = {
  opus: ['minptime', 'stereo', 'sprop-stereo', 'useinbandfec'],
  VP8: [],
  VP9: ['profile-id'],
  H264: ['level-asymmetry-allowed', 'packetization-mode', 'profile-level-id'],
  H265: ['profile-space', 'profile-id', 'tier-flag', 'level-id', 'interop-constraints', 'tx-mode'],
  AV1: ['profile', 'level-idx', 'tier'],
};

/** Values of the parameters above: numbers, hexadecimal numbers and the names of tx-mode. */
const VALUE = /^[0-9A-Za-z]{1,32}$/;

/** The codec's parameters for the answer, as 'a=1;b=2'; undefined where there are none. */
export function answerParameters(codec: Codec, role: 'publish' | 'play'): string | undefined {
  const parameters = new Map<string, string>();
  for (const name of REPEATED[codec.name]) {
    const value = codec.parameters[name];
    if (value !== undefined && VALUE.test(value)) parameters.set(name, value);
  }
  if (codec.name === 'opus') setStereo(parameters, role);
  return parameters.size === 0 ? undefined : [...parameters].map((pair) => pair.join('=')).join(';');
}

/** RFC 7587 6.1: `stereo` is what a side likes to receive, `sprop-stereo` what it is likely to send. */
function setStereo(parameters: Map<string, string>, role: 'publish' | 'play'): void {
  const stereo = parameters.get('stereo') === '1' || parameters.get('sprop-stereo') === '1';
  parameters.delete('sprop-stereo');
  if (!stereo) return;
  parameters.set('stereo', '1');
  if (role === 'play') parameters.set('sprop-stereo', '1');
}
