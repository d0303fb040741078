import { describe, expect, it } from 'vitest';
import type { Failure } from '../../api/problem.ts';
import { shelfState, type ShelfFacts } from './shelf-state.ts';

const UNREACHABLE: Failure = { kind: 'unreachable' };
const refused = (status: number): Failure => ({ kind: 'refused', status });

describe('shelfState', () => {
  it.each<[string, Partial<ShelfFacts>]>([
    ['loading', {}],
    ['listed', { total: 3, found: 1 }],
    ['no-match', { total: 3 }],
    ['empty', { total: 0 }],
    ['empty', { total: 0, isRecordingOn: true }],
    ['off', { total: 0, isRecordingOn: false }],
    ['listed', { total: 3, found: 3, isRecordingOn: false }],
    ['token', { failure: refused(401) }],
    ['token', { failure: refused(403) }],
    ['token', { total: 3, found: 3, failure: refused(401) }],
    ['unreachable', { failure: UNREACHABLE }],
    ['unreachable', { total: 0, failure: UNREACHABLE }],
    ['listed', { total: 3, found: 3, failure: UNREACHABLE }],
    ['refused', { failure: refused(500) }],
    ['listed', { total: 3, found: 3, failure: refused(429) }],
  ])('is %s for %j', (state, facts) => {
    expect(shelfState({ total: undefined, found: 0, failure: undefined, isRecordingOn: undefined, ...facts })).toBe(
      state,
    );
  });
});
