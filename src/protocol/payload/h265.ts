/** H.265 in RTP (RFC 7798), without decoding order numbers (sprop-max-don-diff 0), as WebRTC uses it. */
import { byteAt } from '../../util/bytes.ts';
import { h265ParameterSetSize } from './h265-parameter-set.ts';
import type { NalUnit } from './nal-unit.ts';
import { splitAggregate } from './nal-unit.ts';
import type { PictureSize } from './picture-size.ts';

/** NAL unit types (H.265 table 7-1) and payload structures (RFC 7798 4.4). */
const FIRST_IRAP_SLICE = 16;
const LAST_IRAP_SLICE = 23;
const VIDEO_PARAMETER_SET = 32;
const SEQUENCE_PARAMETER_SET = 33;
const AGGREGATE = 48;
const FRAGMENT = 49;

const NAL_HEADER_BYTES = 2;
const FRAGMENT_START_BIT = 0x80;
const FRAGMENT_TYPE_MASK = 0x3f;
const FIRST_SLICE_BIT = 0x80;

/** The NAL units that begin in this packet. A fragmented one ends in a later packet. */
export function h265NalUnits(payload: Uint8Array): NalUnit[] {
  if (payload.length < NAL_HEADER_BYTES) return [];
  const { type, body } = singleUnit(payload);
  if (type === AGGREGATE) return splitAggregate(body).map(singleUnit);
  if (type === FRAGMENT) {
    const header = byteAt(body, 0);
    return (header & FRAGMENT_START_BIT) === 0 ? [] : [{ type: header & FRAGMENT_TYPE_MASK, body: body.subarray(1) }];
  }
  return type < AGGREGATE ? [{ type, body }] : [];
}

function singleUnit(unit: Uint8Array): NalUnit {
  return { type: (byteAt(unit, 0) >> 1) & 0x3f, body: unit.subarray(NAL_HEADER_BYTES) };
}

/**
 * True for a packet with which decoding can begin: a video or sequence parameter set, or the first slice of a random
 * access picture (IRAP), whose parameter sets may have come before or out of band. Several packets of one keyframe may
 * be such; the first one with the frame's timestamp is its beginning.
 */
export function isH265Keyframe(payload: Uint8Array): boolean {
  return h265NalUnits(payload).some(startsKeyframe);
}

function startsKeyframe({ type, body }: NalUnit): boolean {
  if (type === VIDEO_PARAMETER_SET || type === SEQUENCE_PARAMETER_SET) return body.length > 0;
  const isRandomAccess = type >= FIRST_IRAP_SLICE && type <= LAST_IRAP_SLICE;
  return isRandomAccess && (byteAt(body, 0) & FIRST_SLICE_BIT) !== 0;
}

/** The picture's size, from a packet that holds a sequence parameter set. */
export function h265FrameSize(payload: Uint8Array): PictureSize | undefined {
  const parameterSet = h265NalUnits(payload).find(({ type }) => type === SEQUENCE_PARAMETER_SET);
  return parameterSet && h265ParameterSetSize(parameterSet.body);
}
