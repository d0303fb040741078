import { writeUint16, writeUint32 } from '../../util/bytes.ts';

const INITIAL_BYTES = 256;
const TEXT = new TextEncoder();

/** Collects numbers, texts and bytes, all big-endian, in memory that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written; valid until more is. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): this {
    this.#length = 0;
    return this;
  }

  uint8(value: number): this {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
    return this;
  }

  uint16(value: number): this {
    const at = this.#reserve(2);
    writeUint16(this.#bytes, at, value);
    return this;
  }

  uint32(value: number): this {
    const at = this.#reserve(4);
    writeUint32(this.#bytes, at, value);
    return this;
  }

  float64(value: number): this {
    const at = this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(at, value);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** UTF-8 after its length in 16 bits. Throws a RangeError where it is longer than that can tell. */
  text(value: string): this {
    const bytes = TEXT.encode(value);
    if (bytes.length > 0xffff) throw new RangeError('a text of more than 65,535 bytes');
    return this.uint16(bytes.length).raw(bytes);
  }

  /** A count in 8 bits, then each item. Throws a RangeError where there are more than 255. */
  list<T>(items: readonly T[], write: (item: T) => void): this {
    if (items.length > 0xff) throw new RangeError('a list of more than 255 items');
    this.uint8(items.length);
    for (const item of items) write(item);
    return this;
  }

  #reserve(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    return at;
  }
}
