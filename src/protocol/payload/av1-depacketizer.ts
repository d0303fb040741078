import { byteAt } from '../../util/bytes.ts';
import { parseAv1AggregationHeader } from './av1.ts';
import { av1SequenceSize } from './av1-sequence-header.ts';
import type { Depacketizer, DepacketizerResult } from './depacketizer.ts';
import { FrameBytes } from './frame-bytes.ts';
import { readLeb128, writeLeb128 } from './leb128.ts';
import type { PictureSize } from './picture-size.ts';

/** OBU types (AV1 6.2.2). */
const SEQUENCE_HEADER = 1;
const TEMPORAL_DELIMITER = 2;
const FRAME_HEADER = 3;
const FRAME = 6;
const TILE_LIST = 8;
const PADDING = 15;
/** What a temporal unit in a file goes without: RTP says the first, scalable tiles alone use the second. */
const LEFT_OUT: ReadonlySet<number> = new Set([TEMPORAL_DELIMITER, TILE_LIST, PADDING]);
const FORBIDDEN_BIT = 0x80;
const EXTENSION_BIT = 0x04;
const HAS_SIZE_BIT = 0x02;

/** AV1 temporal units from packets (AV1 RTP payload format 4.4): OBUs with sizes, without temporal delimiters. */
export class Av1Depacketizer implements Depacketizer {
  readonly #unit = new FrameBytes();
  /** The pieces of an OBU that goes on in the next packet. */
  readonly #fragment = new FrameBytes();
  #fragmentOpen = false;
  #sequenceSize: PictureSize | undefined;
  /** Of the first frame header; undefined until there is one. */
  #startsWithKeyframe: boolean | undefined;
  #broken = false;

  add(payload: Uint8Array): void {
    const header = parseAv1AggregationHeader(payload);
    if (header === undefined) return;
    const elements = splitElements(payload, header.elementCount);
    if (elements === undefined || header.continuesPrevious !== this.#fragmentOpen) {
      this.#broken = true;
      return;
    }
    elements.forEach((element, index) => {
      const goesOn = header.continuesInNext && index === elements.length - 1;
      this.#addElement(element, header.continuesPrevious && index === 0, goesOn);
    });
  }

  finish(): DepacketizerResult {
    const isBroken = this.#broken || this.#fragmentOpen;
    const { keyframeFirst, sequenceSize } = {
      keyframeFirst: this.#startsWithKeyframe,
      sequenceSize: this.#sequenceSize,
    };
    const data = this.#unit.take();
    this.reset();
    if (isBroken || data === undefined) return { state: 'broken' };
    if (keyframeFirst === undefined) return { state: 'nothing' };
    // A keyframe without its sequence header is none to start from.
    const keyframe = keyframeFirst && sequenceSize !== undefined;
    return { state: 'frame', data, keyframe, size: keyframe ? sequenceSize : undefined };
  }

  reset(): void {
    this.#unit.clear();
    this.#fragment.clear();
    this.#fragmentOpen = false;
    this.#sequenceSize = undefined;
    this.#startsWithKeyframe = undefined;
    this.#broken = false;
  }

  #addElement(element: Uint8Array, continues: boolean, goesOn: boolean): void {
    if (!continues && !goesOn) {
      this.#addObu(element);
      return;
    }
    this.#fragment.add(element);
    this.#fragmentOpen = goesOn;
    if (goesOn) return;
    const obu = this.#fragment.take();
    if (obu === undefined) this.#broken = true;
    else this.#addObu(obu);
  }

  #addObu(obu: Uint8Array): void {
    if (obu.length === 0) return;
    const header = byteAt(obu, 0);
    const type = (header >> 3) & 0x0f;
    const headerEnd = (header & EXTENSION_BIT) === 0 ? 1 : 2;
    const body = obuBody(obu, headerEnd);
    if ((header & FORBIDDEN_BIT) !== 0 || body === undefined) {
      this.#broken = true;
      return;
    }
    if (LEFT_OUT.has(type)) return;
    if (type === SEQUENCE_HEADER) this.#sequenceSize = av1SequenceSize(body);
    if (type === FRAME || type === FRAME_HEADER) this.#startsWithKeyframe ??= isShownKeyframe(body);
    this.#unit.add(Uint8Array.of(header | HAS_SIZE_BIT, ...obu.subarray(1, headerEnd)));
    this.#unit.add(writeLeb128(body.length));
    this.#unit.add(body);
  }
}

/** What follows header and size. Undefined where a size that the sender left in does not fit. */
function obuBody(obu: Uint8Array, headerEnd: number): Uint8Array | undefined {
  if (obu.length < headerEnd) return undefined;
  if ((byteAt(obu, 0) & HAS_SIZE_BIT) === 0) return obu.subarray(headerEnd);
  const size = readLeb128(obu, headerEnd);
  return size === undefined || size.end + size.value !== obu.length ? undefined : obu.subarray(size.end);
}

/** show_existing_frame 0, frame_type KEY_FRAME and show_frame 1 (AV1 5.9.2). */
function isShownKeyframe(body: Uint8Array): boolean {
  return byteAt(body, 0) >> 4 === 0b0001;
}

/** The elements of a payload (4.3). Undefined where their lengths do not fit it. */
function splitElements(payload: Uint8Array, elementCount: number): Uint8Array[] | undefined {
  const elements: Uint8Array[] = [];
  let offset = 1;
  while (offset < payload.length) {
    const isLast = elements.length + 1 === elementCount;
    const length = isLast ? { value: payload.length - offset, end: offset } : readLeb128(payload, offset);
    if (length === undefined || length.end + length.value > payload.length) return undefined;
    offset = length.end + length.value;
    elements.push(payload.subarray(length.end, offset));
  }
  const isComplete = elementCount === 0 ? elements.length > 0 : elements.length === elementCount;
  return isComplete ? elements : undefined;
}
