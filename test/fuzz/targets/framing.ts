import { isDeepStrictEqual } from 'node:util';
import { StreamFrameReader, writeStreamFrame } from '../../../src/protocol/framing/stream-frames.ts';
import { type FuzzTarget, invariant } from '../target.ts';

const MAXIMUM_BYTES = 300;

const corpus = [
  writeStreamFrame(Uint8Array.of(1)),
  Uint8Array.from([...writeStreamFrame(new Uint8Array(20)), 0, 0, ...writeStreamFrame(new Uint8Array(MAXIMUM_BYTES))]),
  Uint8Array.of(0, 9, 1, 2),
];

/** What a reader makes of the stream in chunks of this size; undefined where it gives up. */
function datagrams(stream: Uint8Array, chunkBytes: number): Uint8Array[] | undefined {
  const reader = new StreamFrameReader(MAXIMUM_BYTES);
  const found: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += chunkBytes) {
    const frames = reader.read(stream.subarray(at, at + chunkBytes));
    if (frames === undefined) return undefined;
    invariant(reader.pendingBytes < MAXIMUM_BYTES + 2, 'no more than a frame is kept');
    for (let index = 0; index < frames.datagrams.length; index += 2) {
      const [offset = 0, length = 0] = frames.datagrams.slice(index, index + 2);
      invariant(length > 0 && offset + length <= frames.bytes.length, 'a datagram lies within the bytes');
      found.push(frames.bytes.slice(offset, offset + length));
    }
  }
  return found;
}

export const FRAMING_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'stream-frames',
    format: 'binary',
    corpus,
    run(input) {
      const whole = datagrams(input, Math.max(1, input.length));
      invariant(isDeepStrictEqual(whole, datagrams(input, 1 + (input[0] ?? 0))), 'cuts change nothing');
      return whole === undefined ? 'too long' : `${Math.min(whole.length, 8)} datagrams`;
    },
  },
];
