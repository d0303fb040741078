import { describe, expect, it } from 'vitest';
import { decimal, integer, list, oneOf, onOff } from './value-types.ts';

describe('value types', () => {
  it('integer takes whole numbers of its range alone', () => {
    const type = integer(1, 10);
    expect(['1', '10', '007'].map((text) => type.parse(text))).toEqual([1, 10, 7]);
    for (const text of ['0', '11', '1.0', '+1', '0x1', '', ' 1', '9'.repeat(20)])
      expect(type.parse(text)).toBeUndefined();
  });

  it('decimal takes fractions', () => {
    expect(['0', '0.5', '100'].map((text) => decimal(100).parse(text))).toEqual([0, 0.5, 100]);
    for (const text of ['-1', '100.1', '.5', '1.', 'NaN', '1e1']) expect(decimal(100).parse(text)).toBeUndefined();
  });

  it('onOff takes 0 and 1, and the words that mean them', () => {
    expect(['1', '0', 'true', 'false'].map((text) => onOff.parse(text))).toEqual([true, false, true, false]);
    for (const text of ['', '2', 'yes', 'on']) expect(onOff.parse(text)).toBeUndefined();
  });

  it('oneOf takes its words alone', () => {
    expect(oneOf('a', 'b').parse('b')).toBe('b');
    expect(oneOf('a', 'b').parse('A')).toBeUndefined();
  });

  it('list takes items between commas and refuses all for one that is wrong', () => {
    expect(list(integer(0, 9)).parse(' 1, 2,,3 ')).toEqual([1, 2, 3]);
    expect(list(integer(0, 9)).parse('')).toEqual([]);
    expect(list(integer(0, 9)).parse('1,x')).toBeUndefined();
  });
});
