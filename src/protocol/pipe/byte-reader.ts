import { byteAt, readUint16, readUint32 } from '../../util/bytes.ts';

const TEXT = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads what a ByteWriter wrote. What lies beyond the end, or is no UTF-8, reads as nothing and makes the whole reading
 * a failed one.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Something was not there, or not as it must be. */
  get failed(): boolean {
    return this.#failed;
  }

  /** All was read, and nothing failed. */
  get isComplete(): boolean {
    return !this.#failed && this.#offset === this.#bytes.length;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Marks the reading as failed: nothing more is there to be read. */
  fail(): void {
    this.#failed = true;
    this.#offset = this.#bytes.length;
  }

  uint8(): number {
    return byteAt(this.#bytes, this.#take(1));
  }

  /** One byte, 0 or 1. */
  flag(): boolean {
    const value = this.uint8();
    if (value > 1) this.fail();
    return value === 1;
  }

  uint16(): number {
    return readUint16(this.#bytes, this.#take(2));
  }

  uint32(): number {
    return readUint32(this.#bytes, this.#take(4));
  }

  /** A finite number; anything else fails. */
  float64(): number {
    const at = this.#take(8);
    if (this.#failed) return 0;
    const value = new DataView(this.#bytes.buffer, this.#bytes.byteOffset).getFloat64(at);
    if (!Number.isFinite(value)) this.fail();
    return value;
  }

  /** Shares the memory that is read. */
  raw(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, this.#failed ? at : at + length);
  }

  text(): string {
    const bytes = this.raw(this.uint16());
    try {
      return TEXT.decode(bytes);
    } catch {
      this.fail();
      return '';
    }
  }

  list<T>(read: () => T): T[] {
    const count = this.uint8();
    const items: T[] = [];
    for (let index = 0; index < count && !this.#failed; index++) items.push(read());
    return items;
  }

  #take(length: number): number {
    if (length > this.remaining) this.fail();
    const at = this.#offset;
    if (!this.#failed) this.#offset += length;
    return at;
  }
}
