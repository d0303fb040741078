import type { SeededRandom } from './random.ts';

/** Changes an input at random; `other` is a second input to take bytes from. The arguments stay as they are. */
export type Mutation = (input: Uint8Array, random: SeededRandom, other: Uint8Array) => Uint8Array;

const INTERESTING_NUMBERS = [
  ...[0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 129, 254, 255],
  ...[256, 1023, 1024, 32_767, 32_768, 65_534, 65_535],
  ...[65_536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff],
];
const FIELD_BYTES = [1, 2, 2, 4];

/** Lower bits of a value into `size` bytes, network order. */
function putNumber(bytes: Uint8Array, offset: number, size: number, value: number): void {
  for (let index = 0; index < size; index++) bytes[offset + index] = (value / 2 ** (8 * (size - 1 - index))) & 0xff;
}

function getNumber(bytes: Uint8Array, offset: number, size: number): number {
  let value = 0;
  for (let index = 0; index < size; index++) value = value * 256 + (bytes[offset + index] ?? 0);
  return value;
}

/** A place for a number of `size` bytes; formats align their fields, so most places are aligned. */
function fieldOffset(length: number, size: number, random: SeededRandom): number {
  const offset = random.below(length - size + 1);
  return random.oneIn(4) ? offset : offset - (offset % size);
}

function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function chunk(input: Uint8Array, random: SeededRandom): Uint8Array {
  const start = random.below(input.length);
  return input.subarray(start, start + random.between(1, Math.min(64, input.length - start)));
}

const flipBits: Mutation = (input, random) => {
  const output = input.slice();
  for (let count = random.between(1, 8); count > 0; count--) {
    const bit = random.below(8 * output.length);
    output[bit >> 3] = (output[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  }
  return output;
};

const setByte: Mutation = (input, random) => {
  const output = input.slice();
  output[random.below(output.length)] = random.below(256);
  return output;
};

const setInterestingNumber: Mutation = (input, random) => {
  const size = random.pick(FIELD_BYTES);
  if (input.length < size) return input;
  const output = input.slice();
  putNumber(output, fieldOffset(input.length, size, random), size, random.pick(INTERESTING_NUMBERS));
  return output;
};

/** Writes what a length field could hold: what is left, what is there, in bytes and words, and a little more or less. */
const setLength: Mutation = (input, random) => {
  const size = random.between(1, 2);
  if (input.length < size) return input;
  const output = input.slice();
  const offset = fieldOffset(input.length, size, random);
  const left = input.length - offset - size;
  const length = random.pick([left, left >> 2, input.length, input.length >> 2, getNumber(input, offset, size)]);
  putNumber(output, offset, size, Math.max(0, length + random.between(-4, 4)));
  return output;
};

const truncate: Mutation = (input, random) => {
  const length = random.below(input.length);
  return random.oneIn(4) ? input.slice(input.length - length) : input.slice(0, length);
};

const extend: Mutation = (input, random) => concatenate(input, random.bytes(random.between(1, 32)));

const duplicateChunk: Mutation = (input, random) => {
  const place = random.below(input.length + 1);
  return concatenate(input.subarray(0, place), chunk(input, random), input.subarray(place));
};

const removeChunk: Mutation = (input, random) => {
  const start = random.below(input.length);
  const length = random.between(1, Math.min(32, input.length - start));
  return concatenate(input.subarray(0, start), input.subarray(start + length));
};

const splice: Mutation = (input, random, other) => {
  if (other.length === 0) return input;
  const place = random.below(input.length);
  // Headers of one format align: the same place in both is the likeliest to make sense.
  const otherPlace = random.oneIn(2) ? Math.min(place, other.length) : random.below(other.length);
  return concatenate(input.subarray(0, place), other.subarray(otherPlace));
};

const insertOtherChunk: Mutation = (input, random, other) => {
  if (other.length === 0) return input;
  const place = random.below(input.length + 1);
  return concatenate(input.subarray(0, place), chunk(other, random), input.subarray(place));
};

const concatenateOther: Mutation = (input, _random, other) => concatenate(input, other);

export const BYTE_MUTATIONS: readonly Mutation[] = [
  ...[flipBits, flipBits, setByte, setInterestingNumber, setInterestingNumber, setLength, setLength],
  ...[truncate, extend, duplicateChunk, removeChunk, splice, insertOtherChunk, concatenateOther],
];
