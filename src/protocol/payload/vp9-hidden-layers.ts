/**
 * Spatial layers of a VP9 picture below the highest one, hidden. Encoders mark each layer to be shown, since a receiver
 * may get any number of them; a decoder that plays a file would show every layer as a picture of its own.
 */
import { byteAt } from '../../util/bytes.ts';
import { BitReader } from './bit-reader.ts';
import { intraOnlyBit, readVp9FrameHeader, type Vp9FrameHeader } from './vp9-frame-header.ts';

const SHOW_FRAME_BIT = 0x02;
const REFERENCE_SLOTS = 8;

/** Follows the frames of a stream in decoding order. */
export class Vp9HiddenLayers {
  /** Widths of the frames that later ones may refer to. */
  #widths: number[] = [];

  /** The frames of one picture, all but the last one hidden. One that cannot be hidden stays as it is. */
  hide(frames: readonly Uint8Array[]): Uint8Array[] {
    return frames.map((frame, index) => {
      const header = readVp9FrameHeader(frame, this.#widths);
      if (header === undefined) return frame;
      this.#refresh(header);
      return index < frames.length - 1 ? hideFrame(frame, header) : frame;
    });
  }

  #refresh({ refreshedSlots, width }: Vp9FrameHeader): void {
    for (let slot = 0; slot < REFERENCE_SLOTS; slot++) {
      if ((refreshedSlots & (1 << slot)) !== 0) this.#widths[slot] = width;
    }
  }
}

function hideFrame(frame: Uint8Array, header: Vp9FrameHeader): Uint8Array {
  // Without error resilience, the next frame's motion vectors depend on whether this one is shown.
  if (!header.isShown || !header.isErrorResilient) return frame;
  const hidden = header.isKeyframe ? frame.slice() : withIntraOnly(frame, header.bits);
  hidden[0] = byteAt(hidden, 0) & ~SHOW_FRAME_BIT;
  return hidden;
}

/** The frame with intra_only, 0, in its header, which a frame that is shown goes without. */
function withIntraOnly(frame: Uint8Array, headerBits: number): Uint8Array {
  const headerBytes = Math.ceil(headerBits / 8);
  const newHeaderBytes = Math.ceil((headerBits + 1) / 8);
  const result = new Uint8Array(frame.length + newHeaderBytes - headerBytes);
  const reader = new BitReader(frame);
  for (let bit = 0; bit <= headerBits; bit++) {
    const value = bit === intraOnlyBit ? 0 : reader.bits(1);
    result[bit >> 3] = byteAt(result, bit >> 3) | (value << (7 - (bit & 7)));
  }
  result.set(frame.subarray(headerBytes), newHeaderBytes);
  return result;
}
