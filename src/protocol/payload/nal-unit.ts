/** What the payload formats of H.264 (RFC 6184) and H.265 (RFC 7798) have in common. */
import { readUint16 } from '../../util/bytes.ts';

/** A sequence parameter set is read no further than this; its size stands within the first hundred bytes. */
const MAXIMUM_PARAMETER_SET_BYTES = 1024;
const LENGTH_BYTES = 2;

/** A NAL unit, or as much of its beginning as the packet holds. */
export interface NalUnit {
  /** nal_unit_type. */
  type: number;
  /** What follows the NAL unit header, emulation prevention bytes included. */
  body: Uint8Array;
}

/** The NAL units of an aggregation packet's content, each with its header; those before the first malformed one. */
export function splitAggregate(content: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let offset = 0;
  while (offset + LENGTH_BYTES < content.length) {
    const start = offset + LENGTH_BYTES;
    const end = start + readUint16(content, offset);
    if (end === start || end > content.length) break;
    units.push(content.subarray(start, end));
    offset = end;
  }
  return units;
}

/** A parameter set without emulation prevention bytes (H.264 7.4.1, H.265 7.4.2). */
export function unescapeParameterSet(body: Uint8Array): Uint8Array {
  const source = body.subarray(0, MAXIMUM_PARAMETER_SET_BYTES);
  const result = new Uint8Array(source.length);
  let length = 0;
  let zeros = 0;
  for (const byte of source) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    result[length] = byte;
    length += 1;
  }
  return result.subarray(0, length);
}
