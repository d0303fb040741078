import { describe, expect, it } from 'vitest';
import { parseBenchOptions } from './options.ts';

describe('parseBenchOptions', () => {
  it('measures the whole table by default', () => {
    const { mode, cells, withJoins, rounds, workers } = parseBenchOptions([]);
    expect(cells).toEqual([
      { load: 'frames', viewers: 10 },
      { load: 'frames', viewers: 100 },
      { load: 'frames', viewers: 500 },
      { load: 'frames', viewers: 1000 },
      { load: 'even', viewers: 10 },
      { load: 'even', viewers: 100 },
    ]);
    expect({ mode, withJoins, rounds, workers }).toEqual({ mode: 'table', withJoins: true, rounds: 1, workers: 1 });
  });

  it('measures the parts that are asked for and no others', () => {
    const { cells, withJoins } = parseBenchOptions(['--load', 'even', '--viewers', '10,50']);
    expect(cells).toEqual([
      { load: 'even', viewers: 10 },
      { load: 'even', viewers: 50 },
    ]);
    expect(withJoins).toBe(false);
    expect(parseBenchOptions(['--joins'])).toMatchObject({ cells: [], withJoins: true });
    expect(parseBenchOptions(['--joins', '--load', 'even', '--viewers', '5'])).toMatchObject({
      cells: [{ load: 'even', viewers: 5 }],
      withJoins: true,
    });
  });

  it('takes seconds, rounds and a file', () => {
    const options = parseBenchOptions(['--seconds', '5', '--rounds', '3', '--json', 'out.json']);
    expect(options).toMatchObject({ durationMs: 5000, rounds: 3, json: 'out.json' });
  });

  it.each([
    ['--smoke', 'smoke'],
    ['--capacity', 'capacity'],
    ['--recording', 'recording'],
    ['--chat', 'chat'],
    ['--danmaku', 'danmaku'],
    ['--feedback', 'feedback'],
  ])('has a mode of its own for %s', (option, mode) => {
    expect(parseBenchOptions([option]).mode).toBe(mode);
  });

  it('compares workers where there are several, and knows their number for a capacity run', () => {
    expect(parseBenchOptions(['--workers', '2'])).toMatchObject({ mode: 'workers', workers: 2 });
    expect(parseBenchOptions(['--workers', '2', '--capacity'])).toMatchObject({ mode: 'capacity', workers: 2 });
  });

  it.each([
    [['--viewers', '0'], '--viewers takes whole numbers above 0, not "0"'],
    [['--viewers', '10,x'], '--viewers takes whole numbers above 0, not "x"'],
    [['--seconds', '-1'], '--seconds'],
    [['--load', 'waves'], '--load takes frames and even, not "waves"'],
    [['--unknown'], 'unknown'],
  ])('refuses %j in words', (args, message) => {
    expect(() => parseBenchOptions(args)).toThrow(message);
  });
});
