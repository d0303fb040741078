/** Datagrams in a stream of bytes: each behind its length in 16 bits (RFC 4571 2, for ICE RFC 6544 3). */

const LENGTH_BYTES = 2;
const LARGEST_DATAGRAM_BYTES = 0xffff;

/** Whole datagrams of a stream. */
export interface StreamFrames {
  /** What the offsets point into: valid until the reader reads on. */
  bytes: Uint8Array;
  /** An offset and a length for each datagram, in their order. */
  datagrams: number[];
}

/** Takes the frames of one stream apart, however its bytes come. */
export class StreamFrameReader {
  readonly #maximumBytes: number;
  /** The beginning of a frame whose rest is still to come. */
  #rest: Uint8Array = new Uint8Array(0);

  /** Frames of more than `maximumBytes` end the stream, so that no more than that is ever kept. */
  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /** Bytes that wait for the rest of their frame. */
  get pendingBytes(): number {
    return this.#rest.length;
  }

  /**
   * Reads on. Empty frames are left out. Undefined where a frame is too long: the stream cannot be read any further.
   */
  read(chunk: Uint8Array): StreamFrames | undefined {
    const bytes = this.#rest.length === 0 ? chunk : join(this.#rest, chunk);
    const datagrams: number[] = [];
    let at = 0;
    while (bytes.length - at >= LENGTH_BYTES) {
      const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      if (length > this.#maximumBytes) return undefined;
      const start = at + LENGTH_BYTES;
      if (length > bytes.length - start) break;
      if (length > 0) datagrams.push(start, length);
      at = start + length;
    }
    // A copy, so that a few bytes do not keep a large chunk alive.
    this.#rest = bytes.slice(at);
    return { bytes, datagrams };
  }
}

/** A datagram of at most 65,535 bytes as a frame. Throws a RangeError where it is longer. */
export function writeStreamFrame(datagram: Uint8Array): Uint8Array {
  const { length } = datagram;
  if (length > LARGEST_DATAGRAM_BYTES) throw new RangeError(`A frame cannot hold ${length} bytes.`);
  const frame = new Uint8Array(LENGTH_BYTES + length);
  frame.set([length >> 8, length & 0xff]);
  frame.set(datagram, LENGTH_BYTES);
  return frame;
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
