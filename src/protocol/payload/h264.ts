/** H.264 in RTP (RFC 6184), in the single NAL unit and the non-interleaved packetization mode. */
import { byteAt } from '../../util/bytes.ts';
import { h264ParameterSetSize } from './h264-parameter-set.ts';
import type { NalUnit } from './nal-unit.ts';
import { splitAggregate } from './nal-unit.ts';
import type { PictureSize } from './picture-size.ts';

/** NAL unit types (H.264 table 7-1) and payload structures (RFC 6184 5.2). */
const IDR_SLICE = 5;
const SEQUENCE_PARAMETER_SET = 7;
const LAST_SINGLE_UNIT = 23;
const AGGREGATE = 24;
const FRAGMENT = 28;

const TYPE_MASK = 0x1f;
const FRAGMENT_START_BIT = 0x80;
/** first_mb_in_slice is an Exp-Golomb number: a leading 1 means 0, the slice that begins a picture. */
const FIRST_SLICE_BIT = 0x80;

/** The NAL units that begin in this packet. A fragmented one ends in a later packet. */
export function h264NalUnits(payload: Uint8Array): NalUnit[] {
  const type = byteAt(payload, 0) & TYPE_MASK;
  if (type === AGGREGATE) return splitAggregate(payload.subarray(1)).map(singleUnit);
  if (type === FRAGMENT) {
    const header = byteAt(payload, 1);
    return (header & FRAGMENT_START_BIT) === 0 ? [] : [{ type: header & TYPE_MASK, body: payload.subarray(2) }];
  }
  return type > 0 && type <= LAST_SINGLE_UNIT ? [singleUnit(payload)] : [];
}

function singleUnit(unit: Uint8Array): NalUnit {
  return { type: byteAt(unit, 0) & TYPE_MASK, body: unit.subarray(1) };
}

/**
 * True for a packet with which decoding can begin: a sequence parameter set, or the first slice of an IDR picture,
 * whose parameter sets may have come before or out of band. Both are true of a keyframe whose parameter sets have
 * packets of their own; the first one with the frame's timestamp is its beginning.
 */
export function isH264Keyframe(payload: Uint8Array): boolean {
  return h264NalUnits(payload).some(startsKeyframe);
}

function startsKeyframe({ type, body }: NalUnit): boolean {
  if (type === SEQUENCE_PARAMETER_SET) return body.length > 0;
  return type === IDR_SLICE && (byteAt(body, 0) & FIRST_SLICE_BIT) !== 0;
}

/** The picture's size, from a packet that holds a sequence parameter set. */
export function h264FrameSize(payload: Uint8Array): PictureSize | undefined {
  const parameterSet = h264NalUnits(payload).find(({ type }) => type === SEQUENCE_PARAMETER_SET);
  return parameterSet && h264ParameterSetSize(parameterSet.body);
}
