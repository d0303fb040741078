import fc from 'fast-check';
import { expect } from 'vitest';

/** Parsing gives back what was written, and fails on the packet cut short by any number of words or bytes. */
export function expectRoundTrip<T>(
  arbitrary: fc.Arbitrary<T>,
  parse: (bytes: Uint8Array) => T | undefined,
  write: (value: T) => Uint8Array,
): void {
  fc.assert(
    fc.property(arbitrary, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (value, part) => {
      const packet = write(value);
      expect(packet.length % 4).toBe(0);
      expect(parse(packet)).toEqual(value);
      expect(parse(packet.subarray(0, Math.floor(part * packet.length)))).toBeUndefined();
    }),
  );
}

/** Random bytes behind a header of this packet type and format are parsed or refused, but never throw. */
export function expectNoThrow(packetType: number, format: number, parse: (bytes: Uint8Array) => unknown): void {
  const packets = fc
    .tuple(fc.boolean(), fc.uint8Array({ maxLength: 80 }))
    .map(([padding, content]) =>
      Uint8Array.of(0x80 | (padding ? 0x20 : 0) | format, packetType, 0, content.length >> 2, ...content),
    );
  fc.assert(
    fc.property(fc.oneof(packets, fc.uint8Array({ maxLength: 80 })), (packet) => {
      parse(packet);
    }),
    { numRuns: 500 },
  );
}
