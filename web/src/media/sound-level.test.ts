import { describe, expect, it } from 'vitest';
import { fallingLevel, levelOf } from './sound-level.ts';

const constant = (value: number): Float32Array => new Float32Array(512).fill(value);

describe('levelOf', () => {
  it('is nothing for silence and all for full scale', () => {
    expect(levelOf(constant(0))).toBe(0);
    expect(levelOf([])).toBe(0);
    expect(levelOf(constant(-1))).toBe(1);
    expect(levelOf(constant(4))).toBe(1);
  });

  it('follows decibels: a tenth of the swing is 20 dB less, a third of the meter', () => {
    expect(levelOf(constant(0.1))).toBeCloseTo(2 / 3, 5);
    expect(levelOf(constant(0.01))).toBeCloseTo(1 / 3, 5);
    expect(levelOf(constant(0.0001))).toBe(0);
  });
});

describe('fallingLevel', () => {
  it('rises at once and falls slowly', () => {
    expect(fallingLevel(0.2, 0.9, 16)).toBe(0.9);
    expect(fallingLevel(0.9, 0.1, 100)).toBeCloseTo(0.78, 5);
    expect(fallingLevel(0.9, 0.1, 5_000)).toBe(0.1);
    expect(fallingLevel(0.1, 0, 5_000)).toBe(0);
  });
});
