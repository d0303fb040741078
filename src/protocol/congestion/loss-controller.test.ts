import { describe, expect, it } from 'vitest';
import { LossController } from './loss-controller.ts';

const state = { bitrate: 1_000_000, acknowledged: undefined, roundTrip: 50 };

describe('LossController', () => {
  it('lets the rate be up to 10 % loss', () => {
    const loss = new LossController();
    for (let now = 0; now < 10_000; now += 1000) expect(loss.update(100, 10, state, now)).toBeUndefined();
    expect(loss.fraction).toBeCloseTo(0.1);
  });

  it('cuts by half of the share lost, once in a while', () => {
    const loss = new LossController();
    loss.update(100, 20, state, 0);
    expect(loss.update(100, 20, state, 200)).toBe(900_000);
    expect(loss.update(100, 20, state, 500)).toBeUndefined();
    expect(loss.update(100, 20, state, 700)).toBe(900_000);
  });

  it('does not cut below what gets through', () => {
    const loss = new LossController();
    loss.update(100, 50, state, 0);
    expect(loss.update(100, 50, { ...state, acknowledged: 1_000_000 }, 200)).toBe(850_000);
  });

  it('gathers packets until their share means something', () => {
    const loss = new LossController();
    expect(loss.update(10, 5, state, 0)).toBeUndefined();
    expect(loss.update(5, 5, state, 300)).toBeUndefined();
    expect(loss.update(10, 0, state, 400)).toBe(800_000);
    expect(loss.fraction).toBeCloseTo(0.4);
  });
});
