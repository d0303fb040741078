import { describe, expect, it } from 'vitest';
import { followingPort } from './port-types.ts';

describe('a port that follows another', () => {
  it.each([
    ['', 'same'],
    ['off', 'off'],
    ['0', 0],
    ['65535', 65_535],
    ['65536', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['same', undefined],
    ['OFF', undefined],
  ])('%j is %j', (text, value) => expect(followingPort.parse(text)).toBe(value));
});
