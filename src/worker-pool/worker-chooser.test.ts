import { describe, expect, it } from 'vitest';
import { ServiceError } from '../errors.ts';
import type { LoadReport } from '../worker-protocol.ts';
import { SessionRegistry } from './session-registry.ts';
import { WorkerChooser } from './worker-chooser.ts';
import type { ChosenSlot } from './worker-chooser.ts';
import { LOAD_LIMITS } from './worker-load.ts';
import type { LoadLimits } from './worker-load.ts';

const BUSY: LoadReport = { busy: 0.95, delay: 1, refused: 0 };

/** Some workers, and sessions that are placed on them. */
function pool(workers: number, limits: Partial<LoadLimits> = {}) {
  const slots = Array.from({ length: workers }, (_, index) => ({ index, ready: true }));
  const sessions = new SessionRegistry<ChosenSlot>();
  const chooser = new WorkerChooser<ChosenSlot>(slots, sessions, { ...LOAD_LIMITS, ...limits });
  let ids = 0;
  return {
    slots,
    sessions,
    chooser,
    /** Places a session and returns its worker's index. */
    open: (role: 'publish' | 'play', room: string): number => {
      const slot = chooser.choose(role, room, new Set());
      sessions.add(String(ids++), { slot, room, role, tag: 'tag' });
      chooser.given(slot);
      return slot.index;
    },
  };
}

function refusal(act: () => unknown): { code: string; retryAfterSeconds: number | undefined } | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { code: error.code, retryAfterSeconds: error.retryAfterSeconds };
  }
}

describe('WorkerChooser', () => {
  it('spreads 500 viewers of a second over two workers before any of them has shown what it uses', () => {
    const { open, sessions, slots } = pool(2);
    open('publish', 'room');
    const places = Array.from({ length: 500 }, () => open('play', 'room'));
    expect(places.slice(0, 300)).toEqual(Array<number>(300).fill(0));
    const second = places.filter((index) => index === 1).length;
    expect(second).toBeGreaterThan(50);
    expect(slots.map((slot) => sessions.sessionsOn(slot))).toEqual([501 - second, second]);
  });

  it('spreads rooms evenly', () => {
    const { open } = pool(3);
    const places = ['a', 'b', 'c', 'd', 'e', 'f'].map((room) => open('publish', room));
    expect(places).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('brings a publisher to the viewers that wait for it', () => {
    const { open } = pool(2);
    open('publish', 'other');
    for (let i = 0; i < 3; i++) expect(open('play', 'room')).toBe(1);
    expect(open('publish', 'room')).toBe(1);
  });

  it('gives a worker over its limit nothing more, and refuses when all are', () => {
    const { open, chooser, slots } = pool(2);
    open('publish', 'room');
    for (let i = 0; i < 9; i++) expect(open('play', 'room')).toBe(0);
    const [first, second] = slots;
    if (first === undefined || second === undefined) throw new Error('no workers');
    for (let i = 0; i < 2; i++) chooser.report(first, BUSY);
    expect(chooser.stateOf(first).hasRoom).toBe(false);
    for (let i = 0; i < 9; i++) expect(open('play', 'room')).toBe(1);
    expect(open('publish', 'other')).toBe(1);
    for (let i = 0; i < 2; i++) chooser.report(second, BUSY);
    for (const role of ['play', 'publish'] as const) {
      expect(refusal(() => open(role, 'room'))).toEqual({ code: 'worker_overloaded', retryAfterSeconds: 10 });
    }
    // The one that died takes its load with it; those who wait for the next one are told to come soon.
    chooser.died(first);
    first.ready = false;
    expect(refusal(() => open('play', 'room'))).toEqual({ code: 'worker_overloaded', retryAfterSeconds: 2 });
    first.ready = true;
    expect(open('publish', 'third')).toBe(0);
  });

  it('asks another worker than those that refused', () => {
    const { chooser, slots } = pool(2);
    expect(chooser.choose('play', 'room', new Set()).index).toBe(0);
    expect(chooser.choose('play', 'room', new Set(slots.slice(0, 1))).index).toBe(1);
    expect(refusal(() => chooser.choose('play', 'room', new Set(slots)))?.code).toBe('worker_overloaded');
  });

  it('gives nothing to workers that do not run', () => {
    const { chooser, slots, open } = pool(2);
    for (const slot of slots) slot.ready = slot.index === 1;
    expect(open('play', 'room')).toBe(1);
    for (const slot of slots) slot.ready = false;
    expect(refusal(() => open('play', 'room'))).toEqual({ code: 'worker_unavailable', retryAfterSeconds: 1 });
    expect(slots.map((slot) => chooser.stateOf(slot).hasRoom)).toEqual([false, false]);
  });
});
