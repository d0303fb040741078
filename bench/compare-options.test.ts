import { describe, expect, it } from 'vitest';
import { parseCompareOptions } from './compare-options.ts';

const PEER = ['--peer', './peer', '--whip', 'http://a/whip', '--whep', 'http://a/whep'];

describe('parseCompareOptions', () => {
  it('compares both loads at 100 viewers by default', () => {
    expect(parseCompareOptions(PEER)).toEqual({
      peer: { command: './peer', whip: 'http://a/whip', whep: 'http://a/whep' },
      name: 'peer',
      cells: [
        { load: 'frames', viewers: 100 },
        { load: 'even', viewers: 100 },
      ],
      durationMs: 8000,
      rounds: 1,
      json: undefined,
    });
  });

  it('takes what the bench takes', () => {
    const options = ['--name', 'Pion', '--load', 'even', '--viewers', '10', '--seconds', '5', '--rounds', '2'];
    expect(parseCompareOptions([...PEER, ...options])).toMatchObject({
      name: 'Pion',
      cells: [{ load: 'even', viewers: 10 }],
      durationMs: 5000,
      rounds: 2,
    });
  });

  it('says what is missing', () => {
    expect(() => parseCompareOptions(['--peer', './peer'])).toThrow('bench:compare needs');
  });
});
