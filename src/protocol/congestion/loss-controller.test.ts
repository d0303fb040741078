import { describe, expect, it } from 'vitest';
import { LossController } from './loss-controller.ts';

const state = { bitrate: 1_000_000, acknowledged: 0, roundTrip: 50 };

describe('LossController', () => {
  it('sets no bound up to 10 % loss', () => {
    const loss = new LossController(30_000);
    for (let now = 0; now < 10_000; now += 1000) loss.report(0.1, state, now);
    expect(loss.bound).toBe(Infinity);
  });

  it('cuts by half of the share lost, once in a while', () => {
    const loss = new LossController(30_000);
    loss.report(0.2, state, 0);
    expect(loss.bound).toBe(900_000);
    loss.report(0.2, state, 300);
    expect(loss.bound).toBe(900_000);
    loss.report(0.2, state, 400);
    expect(loss.bound).toBe(810_000);
  });

  it('does not cut below what gets through', () => {
    const loss = new LossController(30_000);
    for (let now = 0; now < 20_000; now += 1000) loss.report(0.5, { ...state, acknowledged: 400_000 }, now);
    expect(loss.bound).toBe(340_000);
  });

  it('holds between 2 and 10 %, grows below, and is lifted where it binds nobody', () => {
    const loss = new LossController(30_000);
    loss.report(0.2, state, 0);
    loss.report(0.05, state, 1000);
    expect(loss.bound).toBe(900_000);
    loss.report(0.01, state, 2000);
    expect(loss.bound).toBeCloseTo(945_000);
    for (let now = 3000; now < 30_000; now += 1000) loss.report(0, state, now);
    expect(loss.bound).toBe(Infinity);
  });

  it('gathers packets until their share means something', () => {
    const loss = new LossController(30_000);
    loss.update(10, 5, state, 0);
    loss.update(5, 5, state, 300);
    expect(loss.bound).toBe(Infinity);
    loss.update(10, 0, state, 400);
    expect(loss.fraction).toBeCloseTo(0.4);
    expect(loss.bound).toBe(800_000);
  });
});
