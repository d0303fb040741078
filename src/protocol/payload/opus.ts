/** Opus packets (RFC 6716 3): enough to tell a valid one, and how long it plays. */
import { byteAt } from '../../util/bytes.ts';

/** Samples in a millisecond: RTP and files count Opus at 48 kHz, whatever the encoder's rate (RFC 7587 4.1). */
const SAMPLES_PER_MS = 48;
/** The longest packet: 120 ms (RFC 6716 3.2.5). */
const MAXIMUM_SAMPLES = 120 * SAMPLES_PER_MS;
/** Frame lengths of the SILK configurations. */
const SILK_FRAME_MS = [10, 20, 40, 60];
/** The longest frame in a packet, bytes (RFC 6716 3.2.1). */
const MAXIMUM_FRAME_BYTES = 1275;

/** How long a packet plays, in samples at 48 kHz. Undefined where it breaks a rule of RFC 6716 3.4. */
export function opusDuration(packet: Uint8Array): number | undefined {
  if (packet.length === 0) return undefined;
  const frames = frameCount(packet);
  if (frames === undefined) return undefined;
  const samples = frames * frameSamples(byteAt(packet, 0) >> 3);
  return samples > 0 && samples <= MAXIMUM_SAMPLES ? samples : undefined;
}

/** Samples of a frame of this configuration (RFC 6716 table 2). */
function frameSamples(configuration: number): number {
  if (configuration < 12) return (SILK_FRAME_MS[configuration & 3] ?? 0) * SAMPLES_PER_MS;
  if (configuration < 16) return (configuration & 1 ? 20 : 10) * SAMPLES_PER_MS;
  return 2.5 * 2 ** (configuration & 3) * SAMPLES_PER_MS;
}

/** Frames in the packet, whose lengths fit it (RFC 6716 3.2). */
function frameCount(packet: Uint8Array): number | undefined {
  const bytes = packet.length - 1;
  switch (byteAt(packet, 0) & 3) {
    case 0:
      return bytes <= MAXIMUM_FRAME_BYTES ? 1 : undefined;
    case 1:
      return bytes % 2 === 0 && bytes / 2 <= MAXIMUM_FRAME_BYTES ? 2 : undefined;
    case 2: {
      const first = readLength(packet, 1);
      if (first === undefined) return undefined;
      const second = packet.length - first.end - first.length;
      return second >= 0 && second <= MAXIMUM_FRAME_BYTES ? 2 : undefined;
    }
    default:
      return countedFrames(packet);
  }
}

/** A frame's length in one or two bytes (RFC 6716 3.2.1). */
function readLength(packet: Uint8Array, offset: number): { length: number; end: number } | undefined {
  const first = byteAt(packet, offset);
  const end = offset + (first < 252 ? 1 : 2);
  if (end > packet.length) return undefined;
  return { length: first < 252 ? first : byteAt(packet, offset + 1) * 4 + first, end };
}

/** A packet that tells the number of its frames (RFC 6716 3.2.5). */
function countedFrames(packet: Uint8Array): number | undefined {
  if (packet.length < 2) return undefined;
  const header = byteAt(packet, 1);
  const frames = header & 0x3f;
  const isVariable = (header & 0x80) !== 0;
  const padding = (header & 0x40) === 0 ? { length: 0, end: 2 } : readPadding(packet);
  if (frames === 0 || padding === undefined) return undefined;
  let offset = padding.end;
  let rest = packet.length - padding.length;
  if (!isVariable) {
    const bytes = rest - offset;
    return bytes >= 0 && bytes % frames === 0 && bytes / frames <= MAXIMUM_FRAME_BYTES ? frames : undefined;
  }
  for (let frame = 1; frame < frames; frame++) {
    const length = readLength(packet, offset);
    if (length === undefined) return undefined;
    offset = length.end;
    rest -= length.length;
  }
  return rest - offset >= 0 && rest - offset <= MAXIMUM_FRAME_BYTES ? frames : undefined;
}

/** Padding's length: bytes of 255 stand for 254 and say that another follows. */
function readPadding(packet: Uint8Array): { length: number; end: number } | undefined {
  let length = 0;
  for (let end = 2; end < packet.length; end++) {
    const byte = byteAt(packet, end);
    if (byte < 255) return { length: length + byte, end: end + 1 };
    length += 254;
  }
  return undefined;
}
