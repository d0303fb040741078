/** What the recorder reads of an Opus packet (RFC 6716 3.1). */
import { byteAt } from '../../util/bytes.ts';

/** Samples a second of all that counts Opus samples. */
export const OPUS_RATE = 48_000;
/** The longest packet (RFC 6716 3.2.5), samples. */
const MAXIMUM_SAMPLES = 5760;
const MAXIMUM_COUNT_OF_FRAMES = 63;

const SILK_FRAME_SAMPLES = [480, 960, 1920, 2880];
const HYBRID_FRAME_SAMPLES = [480, 960];
const CELT_FRAME_SAMPLES = [120, 240, 480, 960];
const FIRST_HYBRID_CONFIGURATION = 12;
const FIRST_CELT_CONFIGURATION = 16;

/** Samples of one frame in a packet that begins with this byte. */
function frameSamples(first: number): number {
  const configuration = first >> 3;
  const table =
    configuration >= FIRST_CELT_CONFIGURATION
      ? CELT_FRAME_SAMPLES
      : configuration >= FIRST_HYBRID_CONFIGURATION
        ? HYBRID_FRAME_SAMPLES
        : SILK_FRAME_SAMPLES;
  return table[configuration % table.length] ?? 0;
}

/** Samples that a packet decodes to; undefined where it is malformed. */
export function opusSamples(packet: Uint8Array): number | undefined {
  if (packet.length === 0) return undefined;
  const first = byteAt(packet, 0);
  const code = first & 0x03;
  if (code === 3 && packet.length < 2) return undefined;
  const frames = code === 0 ? 1 : code < 3 ? 2 : byteAt(packet, 1) & MAXIMUM_COUNT_OF_FRAMES;
  const samples = frames * frameSamples(first);
  return samples === 0 || samples > MAXIMUM_SAMPLES ? undefined : samples;
}

/** A packet without sound for a gap, of one frame as the given packet has them: decoders conceal it. */
export function opusGap(packet: Uint8Array): { data: Uint8Array; samples: number } {
  const first = byteAt(packet, 0);
  return { data: Uint8Array.of(first & 0xfc), samples: frameSamples(first) };
}

/** The identification header (RFC 7845 5.1), without pre-skip: a stream is joined in its midst. */
export function opusHead(channels: number): Uint8Array {
  const bytes = new Uint8Array(19);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from('OpusHead'), 0);
  bytes[8] = 1;
  bytes[9] = channels;
  view.setUint32(12, OPUS_RATE, true);
  return bytes;
}
