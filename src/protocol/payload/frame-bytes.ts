import { concatenate } from '../../util/bytes.ts';

/** A frame with more bytes than this is none: 16 MiB is forty times the largest keyframe of a 4K stream in practice. */
export const MAXIMUM_FRAME_BYTES = 16 * 1024 * 1024;

/** Gathers the pieces of a frame, up to the size that a frame can have. */
export class FrameBytes {
  #parts: Uint8Array[] = [];
  #length = 0;
  #tooLarge = false;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Shares the bytes of `part`; what goes beyond the largest frame is not kept. */
  add(part: Uint8Array): void {
    if (this.#tooLarge) return;
    this.#length += part.length;
    this.#tooLarge = this.#length > MAXIMUM_FRAME_BYTES;
    if (this.#tooLarge) this.#parts = [];
    else this.#parts.push(part);
  }

  /** All bytes in an array of their own, and a new beginning. Undefined where they are too many for a frame. */
  take(): Uint8Array | undefined {
    const bytes = this.#tooLarge ? undefined : concatenate(this.#parts);
    this.clear();
    return bytes;
  }

  clear(): void {
    this.#parts = [];
    this.#length = 0;
    this.#tooLarge = false;
  }
}
