import { byteAt } from '../../util/bytes.ts';

/** More leading zeros than this make an Exp-Golomb number that 32 bits cannot hold. */
const MAXIMUM_LEADING_ZEROS = 31;

/** Reads bits from the most significant one on. Beyond the end it reads zeros and says so in `exhausted`. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;
  #malformed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** True once more bits were asked for than there are, or a number was too large to read. */
  get exhausted(): boolean {
    return this.#malformed || this.#position > 8 * this.#bytes.length;
  }

  /** One bit. */
  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** An unsigned number of 0 to 32 bits. */
  bits(count: number): number {
    let value = 0;
    for (let read = 0; read < count; read += 1) {
      const bit = (byteAt(this.#bytes, this.#position >> 3) >> (7 - (this.#position & 7))) & 1;
      value = value * 2 + bit;
      this.#position += 1;
    }
    return value;
  }

  /** Leaves `count` bits out. */
  skip(count: number): void {
    this.#position += count;
  }

  /** ns(n): an unsigned number below `limit`, which is 1 to 2^31, in no more bits than it needs (AV1 4.10.7). */
  nonSymmetric(limit: number): number {
    const width = 32 - Math.clz32(limit);
    const short = 2 ** width - limit;
    const value = this.bits(width - 1);
    return value < short ? value : 2 * value - short + this.bits(1);
  }

  /** ue(v): an unsigned Exp-Golomb number (H.264 9.1), which AV1 calls uvlc() (4.10.3). */
  unsignedExpGolomb(): number {
    let leadingZeros = 0;
    while (!this.flag()) {
      leadingZeros += 1;
      if (leadingZeros > MAXIMUM_LEADING_ZEROS || this.exhausted) {
        this.#malformed = true;
        return 0;
      }
    }
    return 2 ** leadingZeros - 1 + this.bits(leadingZeros);
  }

  /** se(v): a signed Exp-Golomb number (H.264 9.1.1). */
  signedExpGolomb(): number {
    const code = this.unsignedExpGolomb();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }
}
