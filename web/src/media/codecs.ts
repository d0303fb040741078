/** Which video codecs this browser can send, and how one of them is asked for. */

/** Helpers that ride along with any codec: retransmission and error correction. */
const REPAIR = ['RTX', 'RED', 'ULPFEC', 'FLEXFEC-03'];
/** Order in which the choice is shown; others follow. */
const KNOWN = ['VP8', 'VP9', 'H264', 'AV1', 'H265'];

/** Encoding names of the video codecs that can be sent, as they are written. */
export function sendableCodecs(): string[] {
  const names = capabilities().map(encodingName);
  const main = [...new Set(names)].filter((name) => !REPAIR.includes(name.toUpperCase()));
  return main.sort((a, b) => rank(a) - rank(b));
}

/** Restricts a video transceiver to one codec; an unknown or empty name leaves the browser's choice. */
export function preferCodec(transceiver: RTCRtpTransceiver, name: string): void {
  if (name === '' || !('setCodecPreferences' in transceiver)) return;
  const all = capabilities();
  const wanted = all.filter((codec) => encodingName(codec).toUpperCase() === name.toUpperCase());
  if (wanted.length === 0) return;
  const repair = all.filter((codec) => REPAIR.includes(encodingName(codec).toUpperCase()));
  transceiver.setCodecPreferences([...wanted, ...repair]);
}

function capabilities(): RTCRtpCodec[] {
  if (typeof RTCRtpSender === 'undefined' || !('getCapabilities' in RTCRtpSender)) return [];
  return RTCRtpSender.getCapabilities('video')?.codecs ?? [];
}

function encodingName(codec: RTCRtpCodec): string {
  return codec.mimeType.split('/')[1] ?? codec.mimeType;
}

function rank(name: string): number {
  const index = KNOWN.indexOf(name.toUpperCase());
  return index < 0 ? KNOWN.length : index;
}
