/** H.264 and H.265 byte streams (H.264 annex B) and what MP4 has in their place. */
import { concatenate } from '../../util/bytes.ts';
import { uint32s } from './mp4-box.ts';

/** The NAL units of a byte stream, without start codes. */
export function splitAnnexB(stream: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let start = nextStartCode(stream, 0);
  while (start < stream.length) {
    const begin = start + 3;
    start = nextStartCode(stream, begin);
    let end = start;
    // The zero before a start code of four bytes, and trailing ones.
    while (end > begin && stream[end - 1] === 0) end -= 1;
    if (end > begin) units.push(stream.subarray(begin, end));
  }
  return units;
}

/** The same NAL units, each behind its length in four bytes (ISO/IEC 14496-15). */
export function lengthPrefixed(stream: Uint8Array): Uint8Array {
  return concatenate(splitAnnexB(stream).flatMap((unit) => [uint32s(unit.length), unit]));
}

/** Where 00 00 01 begins at `from` or behind; the length of the stream where it does not. */
function nextStartCode(stream: Uint8Array, from: number): number {
  for (let index = stream.indexOf(1, from + 2); index >= 0; index = stream.indexOf(1, index + 1)) {
    if (stream[index - 1] === 0 && stream[index - 2] === 0) return index - 2;
  }
  return stream.length;
}
