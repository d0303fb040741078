import { BitReader } from './bit-reader.ts';
import { unescapeParameterSet } from './nal-unit.ts';
import type { PictureSize } from './picture-size.ts';
import { pictureSize } from './picture-size.ts';

/** profile_idc of the profiles whose parameter sets describe the chroma format (H.264 7.3.2.1.1). */
const PROFILES_WITH_CHROMA_FORMAT = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const CHROMA_420 = 1;
const CHROMA_444 = 3;
const MACROBLOCK_SIDE = 16;
/** num_ref_frames_in_pic_order_cnt_cycle is 0 to 255 (H.264 7.4.2.1.1). */
const MAXIMUM_ORDER_COUNT_CYCLE = 255;

/** The size of the pictures that a sequence parameter set (H.264 7.3.2.1.1, without NAL unit header) describes. */
export function h264ParameterSetSize(body: Uint8Array): PictureSize | undefined {
  const reader = new BitReader(unescapeParameterSet(body));
  const profile = reader.bits(8);
  // Constraint flags and level_idc.
  reader.skip(16);
  // seq_parameter_set_id
  reader.unsignedExpGolomb();
  const chromaFormat = PROFILES_WITH_CHROMA_FORMAT.has(profile) ? readChromaFormat(reader) : CHROMA_420;
  // log2_max_frame_num_minus4
  reader.unsignedExpGolomb();
  if (!skipOrderCount(reader)) return undefined;
  // max_num_ref_frames and gaps_in_frame_num_value_allowed_flag
  reader.unsignedExpGolomb();
  reader.skip(1);
  const widthInMacroblocks = reader.unsignedExpGolomb() + 1;
  const heightInMapUnits = reader.unsignedExpGolomb() + 1;
  const fieldsPerFrame = reader.flag() ? 1 : 2;
  // mb_adaptive_frame_field_flag
  if (fieldsPerFrame === 2) reader.skip(1);
  // direct_8x8_inference_flag
  reader.skip(1);
  const [left, right, top, bottom] = readCropping(reader);
  if (reader.exhausted) return undefined;
  const cropUnitX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
  const cropUnitY = (chromaFormat === CHROMA_420 ? 2 : 1) * fieldsPerFrame;
  return pictureSize(
    widthInMacroblocks * MACROBLOCK_SIDE - cropUnitX * (left + right),
    heightInMapUnits * fieldsPerFrame * MACROBLOCK_SIDE - cropUnitY * (top + bottom),
  );
}

/** ChromaArrayType: chroma_format_idc, or 0 where the colour planes are coded apart. */
function readChromaFormat(reader: BitReader): number {
  const chromaFormat = reader.unsignedExpGolomb();
  const separatePlanes = chromaFormat === CHROMA_444 && reader.flag();
  // Bit depths and qpprime_y_zero_transform_bypass_flag.
  reader.unsignedExpGolomb();
  reader.unsignedExpGolomb();
  reader.skip(1);
  if (reader.flag()) skipScalingLists(reader, chromaFormat === CHROMA_444 ? 12 : 8);
  return separatePlanes ? 0 : chromaFormat;
}

/** Scaling lists (H.264 7.3.2.1.1.1): six of 16 entries, then some of 64; a list ends early where a scale turns 0. */
function skipScalingLists(reader: BitReader, lists: number): void {
  for (let list = 0; list < lists; list += 1) {
    const entries = reader.flag() ? (list < 6 ? 16 : 64) : 0;
    let lastScale = 8;
    for (let entry = 0; entry < entries && lastScale !== 0; entry += 1) {
      lastScale = (lastScale + reader.signedExpGolomb() + 256) % 256;
    }
  }
}

/** The fields of pic_order_cnt_type. False where they are malformed. */
function skipOrderCount(reader: BitReader): boolean {
  const type = reader.unsignedExpGolomb();
  // log2_max_pic_order_cnt_lsb_minus4
  if (type === 0) reader.unsignedExpGolomb();
  if (type !== 1) return true;
  // delta_pic_order_always_zero_flag and two offsets.
  reader.skip(1);
  reader.signedExpGolomb();
  reader.signedExpGolomb();
  const cycle = reader.unsignedExpGolomb();
  if (cycle > MAXIMUM_ORDER_COUNT_CYCLE) return false;
  for (let index = 0; index < cycle; index += 1) reader.signedExpGolomb();
  return true;
}

/** Crop offsets left, right, top and bottom, in crop units. */
function readCropping(reader: BitReader): [number, number, number, number] {
  if (!reader.flag()) return [0, 0, 0, 0];
  return [
    reader.unsignedExpGolomb(),
    reader.unsignedExpGolomb(),
    reader.unsignedExpGolomb(),
    reader.unsignedExpGolomb(),
  ];
}
