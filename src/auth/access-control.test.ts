import { describe, expect, it } from 'vitest';
import { AccessControl, equalSecrets } from './access-control.ts';
import type { AccessTarget } from './access-control.ts';

const server: AccessTarget = { kind: 'server' };
const anything: AccessTarget = { kind: 'anything' };
const room = (name: string): AccessTarget => ({ kind: 'room', room: name });
const statistics = (name: string): AccessTarget => ({ kind: 'room-statistics', room: name });
const always = (verdict: string): string[] => Array.from({ length: 7 }, () => verdict);

function judge(control: AccessControl, token: string | undefined): string[] {
  const targets = [server, room('a'), room('b'), room('free'), statistics('a'), statistics('free'), anything];
  const letters = { granted: 'yes', unauthorized: '401', forbidden: '403' };
  return targets.map((target) => letters[control.check(token === undefined ? [] : [token], target)]);
}

describe('AccessControl', () => {
  it('lets everybody in where no token is configured', () => {
    const control = new AccessControl({ authToken: '', roomTokens: new Map() });
    expect(control.isOpen).toBe(true);
    for (const token of [undefined, 'x']) expect(judge(control, token)).toEqual(always('yes'));
  });

  it('wants AUTH_TOKEN everywhere', () => {
    const control = new AccessControl({ authToken: 'global', roomTokens: new Map() });
    expect(judge(control, 'global')).toEqual(always('yes'));
    for (const token of [undefined, '', 'globa', 'global ', 'GLOBAL']) {
      expect(judge(control, token)).toEqual(always('401'));
    }
  });

  const roomTokens = new Map([
    ['a', 'token-a'],
    ['b', 'token-b'],
  ]);

  it('wants the token of a room in its place', () => {
    const control = new AccessControl({ authToken: 'global', roomTokens });
    //                                       server a      b      free   a's    free's anything
    expect(judge(control, 'global')).toEqual(['yes', '403', '403', 'yes', 'yes', 'yes', 'yes']);
    expect(judge(control, 'token-a')).toEqual(['403', 'yes', '403', '403', 'yes', '403', 'yes']);
    expect(judge(control, 'token-b')).toEqual(['403', '403', 'yes', '403', '403', '403', 'yes']);
    expect(judge(control, 'wrong')).toEqual(always('401'));
    expect(judge(control, undefined)).toEqual(always('401'));
  });

  it('leaves the rest open where only rooms have tokens', () => {
    const control = new AccessControl({ authToken: '', roomTokens });
    expect(judge(control, undefined)).toEqual(['yes', '401', '401', 'yes', '401', 'yes', 'yes']);
    expect(judge(control, 'token-a')).toEqual(['yes', 'yes', '403', 'yes', 'yes', 'yes', 'yes']);
    expect(judge(control, 'wrong')).toEqual(['yes', '401', '401', 'yes', '401', 'yes', 'yes']);
  });

  it('adds up what a token, or several, are good for', () => {
    const shared = new AccessControl({ authToken: 'same', roomTokens: new Map([['a', 'same']]) });
    expect(judge(shared, 'same').slice(0, 4)).toEqual(['yes', 'yes', 'yes', 'yes']);
    const control = new AccessControl({ authToken: 'global', roomTokens });
    expect(control.check(['wrong', 'token-a'], room('a'))).toBe('granted');
    expect(control.check(['global', 'token-a'], room('a'))).toBe('granted');
  });
});

describe('equalSecrets', () => {
  it('compares whole secrets', () => {
    expect(equalSecrets('abc', 'abc')).toBe(true);
    for (const other of ['', 'ab', 'abcd', 'abC']) expect(equalSecrets('abc', other)).toBe(false);
  });
});
