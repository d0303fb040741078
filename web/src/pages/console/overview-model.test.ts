import { describe, expect, it } from 'vitest';
import { joinSamples, linesOf, ofWorker, roomWarnings, SPAN, workerIndexes } from './overview-model.ts';

const sample = (time: number, cpu?: number) => ({
  time,
  rooms: 1,
  publishers: 1,
  viewers: 2,
  workers: [{ index: 1, up: true, hasRoom: true, ...(cpu === undefined ? {} : { cpu }) }],
});

describe('joinSamples', () => {
  it('puts newer samples behind those before, without doubles and without what is too old', () => {
    const before = [sample(1), sample(SPAN), sample(SPAN + 5)];
    const joined = joinSamples(before, { now: SPAN + 10, samples: [sample(SPAN + 5), sample(SPAN + 10)] });
    expect(joined.map(({ time }) => time)).toEqual([SPAN, SPAN + 5, SPAN + 10]);
  });

  it('keeps what it has where nothing is new', () => {
    expect(joinSamples([sample(5)], { now: 6, samples: [] })).toHaveLength(1);
  });
});

describe('linesOf', () => {
  it('has a gap where a figure is not known', () => {
    const samples = [sample(1000), sample(2000, 0.5)];
    expect(linesOf(samples, [ofWorker(1, 'cpu'), ofWorker(7, 'cpu'), ({ viewers }) => viewers])).toEqual([
      [1, 2],
      [null, 0.5],
      [null, null],
      [2, 2],
    ]);
    expect(workerIndexes(samples)).toEqual([1]);
  });
});

describe('roomWarnings', () => {
  it('names only rooms that have some', () => {
    const room = { live: true, tracks: [], subscribers: 0 };
    const warnings = [{ code: 'no_audio', advice: '' }];
    expect(
      roomWarnings([
        { ...room, name: 'a', warnings: [] },
        { ...room, name: 'b', warnings },
      ]),
    ).toEqual([{ room: 'b', codes: ['no_audio'] }]);
  });
});
