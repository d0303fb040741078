/** AV1 in RTP (AV1 RTP payload format of the Alliance for Open Media, version 1.0). */
import { byteAt } from '../../util/bytes.ts';
import { av1SequenceSize } from './av1-sequence-header.ts';
import { readLeb128 } from './leb128.ts';
import type { PictureSize } from './picture-size.ts';

const CONTINUES_BIT = 0x80;
const NEW_SEQUENCE_BIT = 0x08;
/** OBU types (AV1 6.2.2). */
const SEQUENCE_HEADER = 1;
const FRAME_HEADER = 3;
const FRAME = 6;
const EXTENSION_BIT = 0x04;
const HAS_SIZE_BIT = 0x02;

/** The aggregation header that every payload begins with (4.4). */
export interface Av1AggregationHeader {
  /** Z: the first element goes on with an OBU of the packet before. */
  continuesPrevious: boolean;
  /** Y: the last element goes on in the next packet. */
  continuesInNext: boolean;
  /** W: 1 to 3, or 0 where every element has its length before it. */
  elementCount: number;
  /** N: the packet begins a coded video sequence. */
  newSequence: boolean;
}

/** The aggregation header. Undefined for a payload without one. */
export function parseAv1AggregationHeader(payload: Uint8Array): Av1AggregationHeader | undefined {
  if (payload.length === 0) return undefined;
  const header = byteAt(payload, 0);
  return {
    continuesPrevious: (header & CONTINUES_BIT) !== 0,
    continuesInNext: (header & 0x40) !== 0,
    elementCount: (header >> 4) & 0x03,
    newSequence: (header & NEW_SEQUENCE_BIT) !== 0,
  };
}

/** An OBU, or as much of its beginning as the packet holds. */
export interface ObuElement {
  /** obu_type. */
  type: number;
  /** What follows the OBU header and size. */
  body: Uint8Array;
}

/** The OBUs that begin in this packet; those before the first malformed element. */
export function av1Obus(payload: Uint8Array): ObuElement[] {
  const header = parseAv1AggregationHeader(payload);
  if (header === undefined) return [];
  const elements = splitElements(payload, header.elementCount);
  const obus: ObuElement[] = [];
  for (const element of header.continuesPrevious ? elements.slice(1) : elements) {
    const obu = parseObu(element);
    if (obu === undefined) break;
    obus.push(obu);
  }
  return obus;
}

function splitElements(payload: Uint8Array, elementCount: number): Uint8Array[] {
  const elements: Uint8Array[] = [];
  let offset = 1;
  while (offset < payload.length && (elementCount === 0 || elements.length < elementCount)) {
    const isLast = elements.length + 1 === elementCount;
    const length = isLast ? { value: payload.length - offset, end: offset } : readLeb128(payload, offset);
    if (length === undefined || length.end + length.value > payload.length) break;
    offset = length.end + length.value;
    elements.push(payload.subarray(length.end, offset));
  }
  return elements;
}

/** An OBU's header (AV1 5.3.2). The size, which RTP makes needless, is skipped where a sender has left it in. */
function parseObu(element: Uint8Array): ObuElement | undefined {
  if (element.length === 0) return undefined;
  const header = byteAt(element, 0);
  const headerEnd = (header & EXTENSION_BIT) === 0 ? 1 : 2;
  const bodyStart = (header & HAS_SIZE_BIT) === 0 ? headerEnd : readLeb128(element, headerEnd)?.end;
  if (bodyStart === undefined) return undefined;
  return { type: (header >> 3) & 0x0f, body: element.subarray(bodyStart) };
}

/**
 * True for the first packet of a keyframe: the sender says that a coded video sequence begins, or a sequence header
 * stands in the packet without a frame of another kind behind it.
 */
export function isAv1Keyframe(payload: Uint8Array): boolean {
  const header = parseAv1AggregationHeader(payload);
  if (header === undefined || header.continuesPrevious) return false;
  const obus = av1Obus(payload);
  if (header.newSequence) return obus.length > 0;
  const sequenceHeader = obus.findIndex(({ type }) => type === SEQUENCE_HEADER);
  if (sequenceHeader < 0) return false;
  const frame = obus.slice(sequenceHeader).find(({ type }) => type === FRAME_HEADER || type === FRAME);
  return frame === undefined || startsWithKeyframe(frame.body);
}

/** show_existing_frame is 0 and frame_type KEY_FRAME (AV1 5.9.2). */
function startsWithKeyframe(frame: Uint8Array): boolean {
  return frame.length > 0 && byteAt(frame, 0) >> 5 === 0;
}

/** The largest size of the sequence, from a packet that holds a sequence header. */
export function av1FrameSize(payload: Uint8Array): PictureSize | undefined {
  const sequenceHeader = av1Obus(payload).find(({ type }) => type === SEQUENCE_HEADER);
  return sequenceHeader && av1SequenceSize(sequenceHeader.body);
}
