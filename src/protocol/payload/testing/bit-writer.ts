/** Writes bits from the most significant one on, for tests of the parsers that read them. */
export class BitWriter {
  readonly #bits: number[] = [];

  bits(count: number, value: number): this {
    for (let bit = count - 1; bit >= 0; bit -= 1) this.#bits.push(Math.floor(value / 2 ** bit) % 2);
    return this;
  }

  flag(value: boolean): this {
    return this.bits(1, value ? 1 : 0);
  }

  unsignedExpGolomb(value: number): this {
    const length = Math.floor(Math.log2(value + 1));
    return this.bits(length, 0).bits(length + 1, value + 1);
  }

  signedExpGolomb(value: number): this {
    return this.unsignedExpGolomb(value > 0 ? 2 * value - 1 : -2 * value);
  }

  /** AV1's ns(n) of a value below `limit`. */
  nonSymmetric(limit: number, value: number): this {
    const width = Math.floor(Math.log2(limit)) + 1;
    const short = 2 ** width - limit;
    return value < short ? this.bits(width - 1, value) : this.bits(width, value + short);
  }

  /** All bits, the last byte filled up with zeros behind a one, as rbsp_trailing_bits() and AV1's trailing bits are. */
  finish(): Uint8Array {
    return pack([...this.#bits, 1]);
  }

  /** All bits, the last byte filled up with zeros. */
  zeroPadded(): Uint8Array {
    return pack(this.#bits);
  }
}

function pack(bits: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => {
    bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (7 - (index & 7)));
  });
  return bytes;
}

/** Puts emulation prevention bytes into a NAL unit (H.264 7.4.1). */
export function escapeNalUnit(bytes: Uint8Array): Uint8Array {
  const result: number[] = [];
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte <= 3) {
      result.push(3);
      zeros = 0;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    result.push(byte);
  }
  return Uint8Array.from(result);
}
