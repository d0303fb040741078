import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamFrameReader, writeStreamFrame } from './stream-frames.ts';

/** What a reader makes of these chunks; undefined once it gives up. */
function read(reader: StreamFrameReader, ...chunks: Uint8Array[]): Uint8Array[] | undefined {
  const found: Uint8Array[] = [];
  for (const chunk of chunks) {
    const frames = reader.read(chunk);
    if (frames === undefined) return undefined;
    for (let index = 0; index < frames.datagrams.length; index += 2) {
      const offset = frames.datagrams[index] ?? 0;
      found.push(frames.bytes.slice(offset, offset + (frames.datagrams[index + 1] ?? 0)));
    }
  }
  return found;
}

describe('frames of a stream', () => {
  it('have their length before them, in network order', () => {
    expect(writeStreamFrame(Uint8Array.of(7, 8))).toEqual(Uint8Array.of(0, 2, 7, 8));
    expect(writeStreamFrame(new Uint8Array(0x1234)).subarray(0, 2)).toEqual(Uint8Array.of(0x12, 0x34));
    expect(writeStreamFrame(new Uint8Array(0xffff))).toHaveLength(0x10001);
    expect(() => writeStreamFrame(new Uint8Array(0x10000))).toThrow(RangeError);
  });

  it('are read as they were written, wherever the stream is cut', () => {
    const datagram = fc.uint8Array({ minLength: 1, maxLength: 300 });
    const cuts = fc.array(fc.nat(4000), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(datagram, { maxLength: 12 }), cuts, (datagrams, positions) => {
        const stream = Uint8Array.from(Buffer.concat(datagrams.map(writeStreamFrame)));
        const bounds = [0, ...positions.map((at) => Math.min(at, stream.length)).sort((a, b) => a - b), stream.length];
        const chunks = bounds.slice(1).map((end, index) => stream.subarray(bounds[index], end));
        const reader = new StreamFrameReader(300);
        expect(read(reader, ...chunks)).toEqual(datagrams);
        expect(reader.pendingBytes).toBe(0);
      }),
    );
  });

  it('may be empty, which says nothing', () => {
    expect(read(new StreamFrameReader(10), Uint8Array.of(0, 0, 0, 1, 9, 0), Uint8Array.of(0))).toEqual([
      Uint8Array.of(9),
    ]);
  });

  it('end the stream where one is too long, as soon as its length is there', () => {
    expect(read(new StreamFrameReader(10), Uint8Array.of(0, 11))).toBeUndefined();
    expect(read(new StreamFrameReader(10), Uint8Array.of(0), Uint8Array.of(11))).toBeUndefined();
    expect(read(new StreamFrameReader(10), Uint8Array.of(0, 1, 5, 0xff, 0xff))).toBeUndefined();
    expect(read(new StreamFrameReader(10), writeStreamFrame(new Uint8Array(10)))).toHaveLength(1);
  });

  it('are kept only as far as one frame goes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 50 }), (chunks) => {
        const reader = new StreamFrameReader(100);
        for (const chunk of chunks) {
          if (reader.read(chunk) === undefined) return;
          expect(reader.pendingBytes).toBeLessThan(102);
        }
      }),
    );
  });
});
