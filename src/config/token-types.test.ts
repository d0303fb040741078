import { describe, expect, it } from 'vitest';
import { describeFaults, loadConfig } from './load.ts';
import { roomTokens, secretToken } from './token-types.ts';

describe('ROOM_TOKENS', () => {
  it.each([
    ['', []],
    [
      'room1:tok1;room2:tok2',
      [
        ['room1', 'tok1'],
        ['room2', 'tok2'],
      ],
    ],
    [' room1 : tok:1 ;; ', [['room1', 'tok:1']]],
    ['Cafe\u0301:x', [['Caf\u00E9', 'x']]],
  ])('takes %j', (text, tokens) => expect([...(roomTokens.parse(text) ?? [])]).toEqual(tokens));

  it.each(['room', 'room:', ':token', 'a:b;a:c', 'a b:c', '.a:b', 'a:b c', 'a:\u00E9'])('refuses %j', (text) =>
    expect(roomTokens.parse(text)).toBeUndefined(),
  );
});

describe('a secret', () => {
  it('is visible ASCII', () => {
    expect(secretToken.parse('a;b,"c')).toBe('a;b,"c');
    for (const text of ['a b', 'é', 'a\u0000']) expect(secretToken.parse(text)).toBeUndefined();
  });

  it('is not shown where it is wrong', () => {
    const result = loadConfig({ AUTH_TOKEN: 'my secret', ROOM_TOKENS: 'hidden' });
    if (result.ok) throw new Error('expected faults');
    expect(describeFaults(result.faults)).not.toMatch(/my secret|=hidden/);
    expect(result.faults.map(({ name }) => name)).toEqual(['AUTH_TOKEN', 'ROOM_TOKENS']);
  });
});
