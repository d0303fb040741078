import { describe, expect, it } from 'vitest';
import { assessJitterBuffer, type JitterBufferState } from './jitter-buffer.ts';

/** Samples twice a second, with so many new requests in each. */
function run(requests: readonly number[], from?: { state: JitterBufferState; at: number }) {
  let state = from?.state;
  let at = from?.at ?? 0;
  let total = state?.samples.at(-1)?.requests ?? 0;
  for (const more of requests) {
    at += 500;
    total += more;
    state = assessJitterBuffer(state, { at, requests: total });
  }
  if (state === undefined) throw new RangeError('no samples');
  return { state, at };
}

const times = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

describe('assessJitterBuffer', () => {
  it('leaves the delay to the browser while little is lost, even over a long time', () => {
    expect(run(times(20, 0)).state.target).toBeUndefined();
    expect(run(Array.from({ length: 200 }, (_, index) => (index % 8 === 0 ? 1 : 0))).state.target).toBeUndefined();
  });

  it('does not take what was lost before its first look for a loss of now', () => {
    expect(assessJitterBuffer(undefined, { at: 0, requests: 500 }).target).toBeUndefined();
  });

  it('asks for more while much is lost, and for some time after', () => {
    const lossy = run(times(8, 1));
    expect(lossy.state.target).toBe(250);
    const quiet = run(times(30, 0), lossy);
    expect(quiet.state.target).toBe(250);
    expect(run(times(20, 0), quiet).state.target).toBeUndefined();
  });

  it('starts to wait anew with each loss', () => {
    let now = run(times(8, 1));
    for (let round = 0; round < 5; round++) now = run([...times(30, 0), 1], now);
    expect(now.state.target).toBe(250);
  });
});
