import { parseRed, writeRed } from '../../../src/protocol/payload/red.ts';
import { type FuzzTarget, invariant } from '../target.ts';
import { readPayloads } from './payload.ts';

/** Each packet of the stream behind `count` of those before it, as a browser sends them. */
function withRedundancy(payloads: readonly Uint8Array[], count: number): Uint8Array[] {
  return payloads.map((data, index) => {
    const earlier = payloads.slice(Math.max(0, index - count), index);
    const redundant = earlier.map((block, position) => ({
      payloadType: 111,
      timestampOffset: 960 * (earlier.length - position),
      data: block,
    }));
    return writeRed(redundant, { payloadType: 111, data });
  });
}

const payloads = readPayloads('opus').slice(0, 4);

export const RED_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'red',
    format: 'binary',
    corpus: [...withRedundancy(payloads, 1), ...withRedundancy(payloads, 2)],
    run(input) {
      const blocks = parseRed(input);
      if (blocks === undefined) return 'malformed';
      const primary = blocks.at(-1);
      invariant(primary !== undefined && primary.payloadType < 128, 'a primary block is there');
      invariant(
        blocks.every(({ data }) => data.buffer === input.buffer),
        'blocks share the memory of the payload',
      );
      const written = writeRed(blocks.slice(0, -1), primary);
      invariant(Buffer.compare(written, input) === 0, 'writing gives the payload again');
      return `${Math.min(blocks.length, 5)} ${primary.data.length > 0}`;
    },
  },
];
