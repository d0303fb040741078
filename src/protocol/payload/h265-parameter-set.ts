import { BitReader } from './bit-reader.ts';
import { unescapeParameterSet } from './nal-unit.ts';
import type { PictureSize } from './picture-size.ts';
import { pictureSize } from './picture-size.ts';

/** Bits of a profile and of a level in profile_tier_level() (H.265 7.3.3). */
const PROFILE_BITS = 88;
const LEVEL_BITS = 8;
/** Sub-layers that profile_tier_level() has room for flags of. */
const SUB_LAYER_FLAGS = 8;
/** sps_seq_parameter_set_id is 0 to 15 (H.265 7.4.3.2.1). */
const MAXIMUM_ID = 15;
const CHROMA_420 = 1;
const CHROMA_422 = 2;
const CHROMA_444 = 3;

/** The size of the pictures that a sequence parameter set (H.265 7.3.2.2, without NAL unit header) describes. */
export function h265ParameterSetSize(body: Uint8Array): PictureSize | undefined {
  const reader = new BitReader(unescapeParameterSet(body));
  readId(reader);
  const chromaFormat = reader.unsignedExpGolomb();
  const separatePlanes = chromaFormat === CHROMA_444 && reader.flag();
  const codedWidth = reader.unsignedExpGolomb();
  const codedHeight = reader.unsignedExpGolomb();
  const [left, right, top, bottom] = readConformanceWindow(reader);
  if (reader.exhausted) return undefined;
  const unitX = !separatePlanes && (chromaFormat === CHROMA_420 || chromaFormat === CHROMA_422) ? 2 : 1;
  const unitY = chromaFormat === CHROMA_420 ? 2 : 1;
  return pictureSize(codedWidth - unitX * (left + right), codedHeight - unitY * (top + bottom));
}

/** sps_seq_parameter_set_id, 0 to 15. Undefined where the parameter set is cut short. */
export function h265SequenceParameterSetId(body: Uint8Array): number | undefined {
  const reader = new BitReader(unescapeParameterSet(body));
  const id = readId(reader);
  return reader.exhausted || id > MAXIMUM_ID ? undefined : id;
}

/** Reads a parameter set up to its id. */
function readId(reader: BitReader): number {
  // sps_video_parameter_set_id
  reader.skip(4);
  const subLayersBelow = reader.bits(3);
  // sps_temporal_id_nesting_flag
  reader.skip(1);
  skipProfileTierLevel(reader, subLayersBelow);
  return reader.unsignedExpGolomb();
}

function skipProfileTierLevel(reader: BitReader, subLayersBelow: number): void {
  reader.skip(PROFILE_BITS + LEVEL_BITS);
  if (subLayersBelow === 0) return;
  let bits = 0;
  for (let layer = 0; layer < SUB_LAYER_FLAGS; layer += 1) {
    const hasProfile = reader.flag();
    const hasLevel = reader.flag();
    if (layer < subLayersBelow) bits += (hasProfile ? PROFILE_BITS : 0) + (hasLevel ? LEVEL_BITS : 0);
  }
  reader.skip(bits);
}

/** Offsets left, right, top and bottom, in chroma samples. */
function readConformanceWindow(reader: BitReader): [number, number, number, number] {
  if (!reader.flag()) return [0, 0, 0, 0];
  return [
    reader.unsignedExpGolomb(),
    reader.unsignedExpGolomb(),
    reader.unsignedExpGolomb(),
    reader.unsignedExpGolomb(),
  ];
}
