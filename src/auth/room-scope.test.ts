import { describe, expect, it } from 'vitest';
import { includesRoom, parseRoomScope } from './room-scope.ts';

function rooms(claim: unknown, ...names: string[]): boolean[] | undefined {
  const scope = parseRoomScope(claim);
  return scope === undefined ? undefined : names.map((name) => includesRoom(scope, name));
}

describe('parseRoomScope', () => {
  it('reads names, lists and beginnings', () => {
    expect(rooms('a', 'a', 'ab', 'b')).toEqual([true, false, false]);
    expect(rooms(['a', 'b'], 'a', 'b', 'c')).toEqual([true, true, false]);
    expect(rooms('class-*', 'class-1', 'class-', 'class', 'my-class-1')).toEqual([true, true, false, false]);
    expect(rooms('*', 'a', '直播')).toEqual([true, true]);
    expect(rooms(['x', '*'], 'a')).toEqual([true]);
  });

  it('knows a name however it is written', () => {
    expect(rooms('Ünlü'.normalize('NFD'), 'Ünlü'.normalize('NFC'))).toEqual([true]);
  });

  it.each([undefined, null, 7, '', [], ['a', ''], 'a b', '.a', 'a*b', '*a', {}])('refuses %j', (claim) => {
    expect(parseRoomScope(claim)).toBeUndefined();
  });
});
