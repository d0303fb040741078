/** The codec parameters of RFC 6381 that a first frame tells, as a file's header wants them. */
import { BitReader } from '../../protocol/payload/bit-reader.ts';
import type { PictureSize } from '../../protocol/payload/picture-size.ts';
import { byteAt } from '../../util/bytes.ts';
import { splitAnnexB } from './annex-b.ts';
import type { RecordedVideo } from './media-writer.ts';

const H264_SEQUENCE_PARAMETER_SET = 7;
/** VP9 levels by their largest picture (VP9 bitstream annex A), in luma samples. */
const VP9_LEVELS: readonly (readonly [samples: number, level: number])[] = [
  [36_864, 10],
  [73_728, 11],
  [122_880, 20],
  [245_760, 21],
  [552_960, 30],
  [983_040, 31],
  [2_228_224, 41],
  [8_912_896, 51],
];
const VP9_HIGHEST_LEVEL = 61;
const OBU_SEQUENCE_HEADER = 1;
const OBU_HAS_EXTENSION = 0x04;

/** Such as avc1.42e01f, hev1.1.6.L93.B0, vp09.00.31.08, av01.0.08M.08 or vp8. */
export function codecString(codec: RecordedVideo['codec'], firstFrame: Uint8Array, size: PictureSize): string {
  switch (codec) {
    case 'VP8':
      return 'vp8';
    case 'VP9':
      return vp9(firstFrame, size);
    case 'AV1':
      return av1(firstFrame);
    case 'H264':
      return h264(firstFrame);
    case 'H265':
      // The header takes all that counts from the parameter sets themselves.
      return 'hev1.1.6.L93.B0';
  }
}

function h264(frame: Uint8Array): string {
  const set = splitAnnexB(frame).find((unit) => (byteAt(unit, 0) & 0x1f) === H264_SEQUENCE_PARAMETER_SET);
  const profile = set === undefined ? [0x42, 0xe0, 0x1f] : set.subarray(1, 4);
  return `avc1.${Buffer.from(profile).toString('hex')}`;
}

function vp9(frame: Uint8Array, { width, height }: PictureSize): string {
  const reader = new BitReader(frame);
  reader.skip(2);
  const low = reader.bits(1);
  const profile = low + 2 * reader.bits(1);
  const [, level = VP9_HIGHEST_LEVEL] = VP9_LEVELS.find(([samples]) => width * height <= samples) ?? [];
  // Profiles 2 and 3 have 10 or 12 bit; browsers send 10.
  return `vp09.${pad(profile)}.${pad(level)}.${profile >= 2 ? '10' : '08'}`;
}

/** From the sequence header OBU (AV1 5.5.1). */
function av1(frame: Uint8Array): string {
  const body = findSequenceHeader(frame);
  if (body === undefined) return 'av01.0.08M.08';
  const reader = new BitReader(body);
  const profile = reader.bits(3);
  reader.skip(1);
  if (reader.flag()) return `av01.${profile}.${pad(reader.bits(5))}M.08`;
  // Files of this server come from browsers and encoders that send no timing information.
  if (reader.flag()) return `av01.${profile}.08M.08`;
  reader.skip(1 + 5 + 12);
  const level = reader.bits(5);
  const tier = level > 7 && reader.flag() ? 'H' : 'M';
  return `av01.${profile}.${pad(level)}${tier}.08`;
}

function findSequenceHeader(frame: Uint8Array): Uint8Array | undefined {
  let position = 0;
  while (position < frame.length) {
    const header = byteAt(frame, position);
    position += (header & OBU_HAS_EXTENSION) === 0 ? 1 : 2;
    let size = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = byteAt(frame, position++);
      size += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
    }
    if (((header >> 3) & 0x0f) === OBU_SEQUENCE_HEADER) return frame.subarray(position, position + size);
    position += size;
  }
  return undefined;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
