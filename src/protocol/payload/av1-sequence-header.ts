import { BitReader } from './bit-reader.ts';
import type { PictureSize } from './picture-size.ts';
import { pictureSize } from './picture-size.ts';

/** seq_level_idx above which a tier follows (AV1 5.5.1). */
const LAST_LEVEL_WITHOUT_TIER = 7;

/** The largest size of the frames behind a sequence header OBU (AV1 5.5.1, without OBU header). */
export function av1SequenceSize(body: Uint8Array): PictureSize | undefined {
  const reader = new BitReader(body);
  // seq_profile and still_picture
  reader.skip(4);
  const reducedStillPicture = reader.flag();
  // seq_level_idx[0]
  if (reducedStillPicture) reader.skip(5);
  else skipTimingAndOperatingPoints(reader);
  const widthBits = reader.bits(4) + 1;
  const heightBits = reader.bits(4) + 1;
  const width = reader.bits(widthBits) + 1;
  const height = reader.bits(heightBits) + 1;
  return reader.exhausted ? undefined : pictureSize(width, height);
}

function skipTimingAndOperatingPoints(reader: BitReader): void {
  const delayBits = skipTimingInfo(reader);
  const hasDisplayDelay = reader.flag();
  const operatingPoints = reader.bits(5) + 1;
  for (let point = 0; point < operatingPoints; point += 1) {
    // operating_point_idc
    reader.skip(12);
    // seq_tier
    if (reader.bits(5) > LAST_LEVEL_WITHOUT_TIER) reader.skip(1);
    // Decoder and encoder buffer delay, low_delay_mode_flag.
    if (delayBits !== undefined && reader.flag()) reader.skip(2 * delayBits + 1);
    // initial_display_delay_minus_1
    if (hasDisplayDelay && reader.flag()) reader.skip(4);
  }
}

/** Skips timing and decoder model information. The length of buffer delays, where there is a decoder model. */
function skipTimingInfo(reader: BitReader): number | undefined {
  if (!reader.flag()) return undefined;
  // num_units_in_display_tick and time_scale
  reader.skip(64);
  // equal_picture_interval and num_ticks_per_picture_minus_1
  if (reader.flag()) reader.unsignedExpGolomb();
  if (!reader.flag()) return undefined;
  const delayBits = reader.bits(5) + 1;
  // num_units_in_decoding_tick, lengths of removal and presentation times.
  reader.skip(32 + 5 + 5);
  return delayBits;
}
