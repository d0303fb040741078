import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzzer.ts';
import { TARGETS } from './targets/index.ts';

const SEED = 1;
/** An offer takes a hundred times as long as a packet. */
const INPUTS = { binary: 2000, text: 500 };

describe('parsers survive what the network may send', () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))('%s', (_, target) => {
    const { inputs, failure } = fuzz(target, SEED, (count) => count < INPUTS[target.format]);
    const reproduction = failure && `${failure.reason}\nwith the input ${Buffer.from(failure.input).toString('hex')}`;
    expect(reproduction).toBeUndefined();
    expect(inputs).toBe(INPUTS[target.format]);
  });
});
