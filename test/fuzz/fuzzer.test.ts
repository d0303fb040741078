import { describe, expect, it } from 'vitest';
import { type FuzzFailure, fuzz, runInput } from './fuzzer.ts';
import { BYTE_MUTATIONS } from './mutate-bytes.ts';
import { TEXT_MUTATIONS } from './mutate-text.ts';
import { SeededRandom } from './random.ts';
import { type FuzzTarget, invariant } from './target.ts';

const SEED = 1;
const CORPUS = [Uint8Array.of(1, 2, 0, 4, 10, 11, 12, 13), Uint8Array.of(1, 3, 0, 2, 20, 21)];
const up = (limit: number) => (inputs: number) => inputs < limit;

function createTarget(run: FuzzTarget['run'], corpus = CORPUS): FuzzTarget {
  return { name: 'planted', format: 'binary', corpus, run };
}

function findFailure(run: FuzzTarget['run'], limits = { slowMs: 1000, hangMs: 2000 }): FuzzFailure | undefined {
  return fuzz(createTarget(run), SEED, up(20_000), limits).failure;
}

describe('fuzz finds a parser that', () => {
  it('throws at a length field that lies, and leaves out what does not matter', () => {
    const failure = findFailure((input) => {
      const length = new DataView(input.buffer, input.byteOffset, input.length);
      if (input.length >= 4 && input[0] === 1 && length.getUint16(2) > 300) throw new RangeError('too long');
      return undefined;
    });
    expect(failure).toMatchObject({ kind: 'thrown' });
    expect(failure?.reason).toContain('too long');
    expect(failure?.input).toHaveLength(4);
  });

  it('throws at what an input leads to that leads to it', () => {
    const steps = [0x80, 0x81, 0x82];
    const failure = findFailure((input) => {
      const reached = steps.findIndex((value, index) => input[4 + index] !== value);
      invariant(reached !== -1, 'never so deep');
      return String(reached);
    });
    expect(failure?.reason).toContain('Invariant broken: never so deep');
    expect(failure?.input.subarray(4)).toEqual(Uint8Array.from(steps));
  });

  it('changes its input', () => {
    const failure = findFailure((input) => {
      if (input.length > 8) input[8] = 0x77;
      return undefined;
    });
    expect(failure).toMatchObject({ kind: 'thrown', reason: 'The parser changed its input' });
  });

  it('forgets where in its buffer the input stands', () => {
    const failure = findFailure((input) => {
      invariant(new DataView(input.buffer).getUint8(0) === (input[0] ?? 0xa5), 'the first byte');
      return undefined;
    });
    expect(failure?.reason).toContain('the first byte');
  });

  it('never ends', () => {
    let runs = 0;
    const failure = findFailure(
      (input) => {
        for (let offset = 0; offset < input.length; runs++) offset += input[1] ?? 1;
        return undefined;
      },
      { slowMs: 1000, hangMs: 300 },
    );
    expect(failure).toMatchObject({ kind: 'hangs' });
    expect(failure?.input[1]).toBe(0);
    expect(runs).toBeGreaterThan(0);
  });

  it('takes too long each time, and not one that does so once', () => {
    const wait = (): void => {
      const end = performance.now() + 60;
      while (performance.now() < end);
    };
    let isFirst = true;
    const failure = findFailure(
      (input) => {
        if (isFirst || input[0] === 0xff) wait();
        isFirst = false;
        return undefined;
      },
      { slowMs: 50, hangMs: 20_000 },
    );
    expect(failure).toMatchObject({ kind: 'slow' });
    expect(failure?.input[0]).toBe(0xff);
  });
});

describe('fuzz', () => {
  function inputsOf(seed: number): string[] {
    const inputs: string[] = [];
    const target = createTarget((input) => {
      inputs.push(Buffer.from(input).toString('hex'));
      return String(input.length);
    });
    const result = fuzz(target, seed, up(500));
    expect(result).toMatchObject({ inputs: 500, failure: undefined });
    return inputs;
  }

  it('gives the same inputs for the same seed, and others for another', () => {
    const inputs = inputsOf(7);
    expect(inputs).toEqual(inputsOf(7));
    expect(inputs).not.toEqual(inputsOf(8));
    expect(new Set(inputs).size).toBeGreaterThan(300);
  });

  it('runs the corpus itself first', () => {
    expect(inputsOf(1).slice(0, 2)).toEqual(CORPUS.map((input) => Buffer.from(input).toString('hex')));
  });

  it('runs one input again', () => {
    const target = createTarget((input) => String(input.length));
    expect(runInput(target, Uint8Array.of(1, 2, 3))).toEqual({ path: '3' });
  });
});

describe('mutations', () => {
  const mutations = [...BYTE_MUTATIONS, ...TEXT_MUTATIONS];

  it('leave their arguments as they are and take inputs of any length', () => {
    const random = new SeededRandom(SEED);
    for (const mutate of mutations) {
      for (let length = 0; length < 20; length++) {
        const [input, other] = [random.bytes(length), random.bytes(random.below(20))];
        const before = [input.slice(), other.slice()];
        mutate(input, random, other);
        expect([input, other]).toEqual(before);
      }
    }
  });

  it('change inputs', () => {
    const random = new SeededRandom(SEED);
    const sdp = Uint8Array.from(Buffer.from('v=0\r\na=mid:0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 9\r\na=rtcp-mux\r\n'));
    const other = Uint8Array.from(Buffer.from('a=mid:video1\r\na=ssrc:12 cname:x\r\n'));
    for (const mutate of mutations) {
      const outputs = Array.from({ length: 50 }, () => mutate(sdp, random, other));
      const changed = outputs.filter((output) => Buffer.compare(output, sdp) !== 0);
      expect(changed.length).toBeGreaterThan(4);
    }
  });
});
