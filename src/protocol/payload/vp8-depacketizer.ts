import { byteAt } from '../../util/bytes.ts';
import type { Depacketizer, DepacketizerResult } from './depacketizer.ts';
import { FrameBytes } from './frame-bytes.ts';
import type { PictureSize } from './picture-size.ts';
import { parseVp8Descriptor, vp8FrameSize } from './vp8.ts';

/** Frame tags (RFC 6386 9.1): three bytes, in a keyframe with start code and size behind them. */
const INTER_FRAME_HEADER_BYTES = 3;
const KEYFRAME_HEADER_BYTES = 10;

/** VP8 frames from packets (RFC 7741): the payloads without their descriptors. */
export class Vp8Depacketizer implements Depacketizer {
  readonly #bytes = new FrameBytes();
  #size: PictureSize | undefined;
  #packets = 0;
  #broken = false;

  add(payload: Uint8Array): void {
    if (payload.length === 0) return;
    const descriptor = parseVp8Descriptor(payload);
    const isFirst = descriptor !== undefined && descriptor.startOfPartition && descriptor.partitionIndex === 0;
    if (descriptor === undefined || isFirst !== (this.#packets === 0)) this.#broken = true;
    if (isFirst) this.#size = vp8FrameSize(payload);
    this.#bytes.add(payload.subarray(descriptor?.length ?? payload.length));
    this.#packets++;
  }

  finish(): DepacketizerResult {
    const { broken, size, packets } = { broken: this.#broken, size: this.#size, packets: this.#packets };
    const data = this.#bytes.take();
    this.reset();
    if (packets === 0) return { state: 'nothing' };
    if (broken || data === undefined || !isVp8Frame(data)) return { state: 'broken' };
    const keyframe = isKeyframe(data);
    if (keyframe && size === undefined) return { state: 'broken' };
    return { state: 'frame', data, keyframe, size };
  }

  reset(): void {
    this.#bytes.clear();
    this.#size = undefined;
    this.#packets = 0;
    this.#broken = false;
  }
}

function isKeyframe(frame: Uint8Array): boolean {
  return (byteAt(frame, 0) & 0x01) === 0;
}

/** The header is there, and the first partition, whose length the header tells. */
function isVp8Frame(frame: Uint8Array): boolean {
  const tag = byteAt(frame, 0) | (byteAt(frame, 1) << 8) | (byteAt(frame, 2) << 16);
  const headerBytes = isKeyframe(frame) ? KEYFRAME_HEADER_BYTES : INTER_FRAME_HEADER_BYTES;
  return frame.length >= headerBytes + (tag >> 5);
}
