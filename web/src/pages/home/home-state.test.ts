import { describe, expect, it } from 'vitest';
import { homeState } from './home-state.ts';

const unreachable = { kind: 'unreachable' } as const;
const refused = (status: number) => ({ kind: 'refused', status }) as const;

describe('homeState', () => {
  it.each([
    [{ total: undefined, found: 0, failure: undefined }, 'loading'],
    [{ total: 0, found: 0, failure: undefined }, 'empty'],
    [{ total: 2, found: 1, failure: undefined }, 'listed'],
    [{ total: 2, found: 0, failure: undefined }, 'no-match'],
    [{ total: undefined, found: 0, failure: unreachable }, 'unreachable'],
    [{ total: 0, found: 0, failure: refused(429) }, 'refused'],
  ] as const)('%j is %s', (facts, state) => {
    expect(homeState(facts)).toBe(state);
  });

  it('keeps a list in sight while the server is away, but not from who may not see it any more', () => {
    expect(homeState({ total: 2, found: 2, failure: unreachable })).toBe('listed');
    expect(homeState({ total: 2, found: 2, failure: refused(503) })).toBe('listed');
    expect(homeState({ total: 2, found: 2, failure: refused(401) })).toBe('token');
    expect(homeState({ total: undefined, found: 0, failure: refused(403) })).toBe('no-list');
    expect(homeState({ total: undefined, found: 0, failure: { ...refused(403), code: 'banned' } })).toBe('refused');
  });
});
