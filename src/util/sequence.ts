/** Arithmetic on counters that wrap: RTP sequence numbers (16 bit) and timestamps (32 bit), RFC 1982 3. */

/** a - b as the shortest way round 2^16: -32768 to 32767. */
export function sequenceDifference(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** True where sequence number a follows b; false for equal ones and for two that lie exactly half way round apart. */
export function isNewerSequence(a: number, b: number): boolean {
  return sequenceDifference(a, b) > 0;
}

/** a - b as the shortest way round 2^32: -2147483648 to 2147483647. */
export function timestampDifference(a: number, b: number): number {
  return (a - b) | 0;
}

/**
 * Turns a counter that wraps into one that does not. Each value is taken as the nearest one to the value before it, so
 * that one stray value does no lasting harm. The first value stays as it is; one that lies before it may come out
 * negative.
 */
class Unwrapper {
  #last: number | undefined;
  readonly #difference: (a: number, b: number) => number;

  constructor(difference: (a: number, b: number) => number) {
    this.#difference = difference;
  }

  /** The value on the endless scale. */
  unwrap(value: number): number {
    this.#last = this.#last === undefined ? value : this.#last + this.#difference(value, this.#last);
    return this.#last;
  }

  /** The next value starts a new scale. */
  reset(): void {
    this.#last = undefined;
  }
}

/** Unwraps 16-bit sequence numbers. */
export class SequenceUnwrapper extends Unwrapper {
  constructor() {
    super(sequenceDifference);
  }
}

/** Unwraps 32-bit timestamps. */
export class TimestampUnwrapper extends Unwrapper {
  constructor() {
    super(timestampDifference);
  }
}

/** Unwraps 24-bit counters: reference times of transport-wide feedback and absolute send times. */
export class Counter24Unwrapper extends Unwrapper {
  constructor() {
    super((a, b) => ((a - b) << 8) >> 8);
  }
}
