/** The uncompressed header of a VP9 frame of profile 0 (VP9 bitstream specification 6.2): how long it is, what it changes. */
import { BitReader } from './bit-reader.ts';

const FRAME_MARKER = 2;
const FRAME_SYNC_CODE = 0x498342;
const COLOR_SPACE_RGB = 7;
const REFERENCES = 3;
const SEGMENTS = 8;
/** Bits of the features of a segment, and whether a sign follows (table of segmentation_params). */
const SEGMENT_FEATURES = [
  { bits: 8, isSigned: true },
  { bits: 6, isSigned: true },
  { bits: 2, isSigned: false },
  { bits: 0, isSigned: false },
];
/** Tile columns are 4 to 64 blocks of 64 pixels wide. */
const BLOCK_SIDE = 64;
const MINIMUM_TILE_BLOCKS = 4;
const MAXIMUM_TILE_BLOCKS = 64;

/** Position of intra_only in the header of a frame that is no keyframe and not shown. */
export const intraOnlyBit = 8;

/** What the uncompressed header says. */
export interface Vp9FrameHeader {
  isKeyframe: boolean;
  isShown: boolean;
  isErrorResilient: boolean;
  /** One bit for each of the 8 slots that keep this frame. */
  refreshedSlots: number;
  /** Pixels. */
  width: number;
  /** Length of the header without the bits that fill its last byte. */
  bits: number;
}

/**
 * The header of a frame, where `widths` has those of the frames in the reference slots. Undefined for another profile,
 * for a frame that only shows an earlier one, and where the header is malformed.
 */
export function readVp9FrameHeader(frame: Uint8Array, widths: readonly number[]): Vp9FrameHeader | undefined {
  const reader = new CountingReader(frame);
  // frame_marker, profile 0 and show_existing_frame.
  if (reader.bits(2) !== FRAME_MARKER || reader.bits(3) !== 0) return undefined;
  const isKeyframe = !reader.flag();
  const isShown = reader.flag();
  const isErrorResilient = reader.flag();
  const references = isKeyframe ? readKeyframe(reader) : readInterFrame(reader, isShown, isErrorResilient, widths);
  if (references?.width === undefined) return undefined;
  // refresh_frame_context and frame_parallel_decoding_mode, then frame_context_idx.
  reader.skip(isErrorResilient ? 2 : 4);
  skipLoopFilter(reader);
  skipQuantization(reader);
  skipSegmentation(reader);
  skipTiles(reader, references.width);
  const compressedHeaderBytes = reader.bits(16);
  const end = Math.ceil(reader.position / 8);
  if (reader.exhausted || compressedHeaderBytes === 0 || end + compressedHeaderBytes > frame.length) return undefined;
  const { refreshedSlots, width } = references;
  return { isKeyframe, isShown, isErrorResilient, refreshedSlots, width, bits: reader.position };
}

interface References {
  refreshedSlots: number;
  width: number | undefined;
}

/** A reader that knows how far it is. */
class CountingReader extends BitReader {
  position = 0;

  override bits(count: number): number {
    this.position += count;
    return super.bits(count);
  }

  override skip(count: number): void {
    this.position += count;
    super.skip(count);
  }
}

function readKeyframe(reader: CountingReader): References | undefined {
  if (reader.bits(24) !== FRAME_SYNC_CODE || reader.bits(3) === COLOR_SPACE_RGB) return undefined;
  // color_range
  reader.skip(1);
  return { refreshedSlots: 0xff, width: readSize(reader) };
}

function readInterFrame(
  reader: CountingReader,
  isShown: boolean,
  isErrorResilient: boolean,
  widths: readonly number[],
): References | undefined {
  const isIntraOnly = !isShown && reader.flag();
  // reset_frame_context
  if (!isErrorResilient) reader.skip(2);
  if (isIntraOnly) {
    if (reader.bits(24) !== FRAME_SYNC_CODE) return undefined;
    return { refreshedSlots: reader.bits(8), width: readSize(reader) };
  }
  const refreshedSlots = reader.bits(8);
  const slots = Array.from({ length: REFERENCES }, () => reader.bits(4) >> 1);
  const sameSize = slots.find(() => reader.flag());
  const width = sameSize === undefined ? readSize(reader) : widths[sameSize];
  if (sameSize !== undefined) skipRenderSize(reader);
  // allow_high_precision_mv
  reader.skip(1);
  // raw_interpolation_filter, where is_filter_switchable is 0.
  if (!reader.flag()) reader.skip(2);
  return { refreshedSlots, width };
}

/** frame_size and render_size. */
function readSize(reader: CountingReader): number {
  const width = reader.bits(16) + 1;
  reader.skip(16);
  skipRenderSize(reader);
  return width;
}

function skipRenderSize(reader: CountingReader): void {
  if (reader.flag()) reader.skip(32);
}

function skipLoopFilter(reader: CountingReader): void {
  // Level and sharpness.
  reader.skip(9);
  const hasDeltas = reader.flag();
  if (!hasDeltas || !reader.flag()) return;
  // Four deltas of references and two of modes, six bits and a sign each.
  for (let delta = 0; delta < 6; delta++) if (reader.flag()) reader.skip(7);
}

function skipQuantization(reader: CountingReader): void {
  // base_q_idx
  reader.skip(8);
  for (let delta = 0; delta < 3; delta++) if (reader.flag()) reader.skip(5);
}

function skipSegmentation(reader: CountingReader): void {
  if (!reader.flag()) return;
  if (reader.flag()) skipSegmentMap(reader);
  if (!reader.flag()) return;
  // segmentation_abs_or_delta_update
  reader.skip(1);
  for (let segment = 0; segment < SEGMENTS; segment++) {
    for (const { bits, isSigned } of SEGMENT_FEATURES) if (reader.flag()) reader.skip(bits + (isSigned ? 1 : 0));
  }
}

/** Probabilities of the segment ids, and where they are predicted in time, those of that. */
function skipSegmentMap(reader: CountingReader): void {
  for (let node = 0; node < 7; node++) if (reader.flag()) reader.skip(8);
  if (!reader.flag()) return;
  for (let node = 0; node < 3; node++) if (reader.flag()) reader.skip(8);
}

function skipTiles(reader: CountingReader, width: number): void {
  const blocks = Math.ceil(width / BLOCK_SIDE);
  let columns = 1;
  while (MAXIMUM_TILE_BLOCKS * columns < blocks) columns *= 2;
  while (2 * columns * MINIMUM_TILE_BLOCKS <= blocks && reader.flag()) columns *= 2;
  // tile_rows_log2 and increment_tile_rows_log2
  if (reader.flag()) reader.skip(1);
}
