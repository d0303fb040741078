import { describe, expect, it } from 'vitest';
import type { LoadReport } from '../worker-protocol.ts';
import { LOAD_LIMITS, loadLimits, WorkerLoad } from './worker-load.ts';
import type { LoadLimits } from './worker-load.ts';

const IDLE: LoadReport = { busy: 0.1, delay: 1, refused: 0 };
const SESSIONS = 100;

/** A load that reports once a second. */
function follow(limits: Partial<LoadLimits> = {}) {
  const load = new WorkerLoad({ ...LOAD_LIMITS, ...limits });
  let now = 0;
  return {
    load,
    /** Reports so often, and returns whether there is room after each. */
    report: (times: number, facts: Partial<LoadReport>, sessions = SESSIONS): boolean[] =>
      Array.from({ length: times }, () => {
        load.report({ ...IDLE, ...facts }, sessions, (now += 1000));
        return load.hasRoom(sessions);
      }),
  };
}

describe('WorkerLoad', () => {
  it('has room before the first report', () => {
    expect(follow().load.hasRoom(0)).toBe(true);
  });

  it.each([
    ['busy', { busy: 0.85 }],
    ['late', { delay: 25, busy: 0.5 }],
    ['refused sends', { refused: 0.02 }],
  ])('is full after two reports in a row that are %s', (_name, facts) => {
    const { report } = follow();
    expect(report(3, IDLE)).toEqual([true, true, true]);
    expect(report(1, facts)).toEqual([true]);
    expect(report(1, IDLE)).toEqual([true]);
    expect(report(2, facts)).toEqual([true, false]);
  });

  it('has room where other programs make it late', () => {
    const { report } = follow();
    expect(report(20, { delay: 200, busy: 0.2 })).not.toContain(false);
  });

  it('is never full without limits', () => {
    const { report } = follow(loadLimits(0));
    expect(report(20, { busy: 1, delay: 1000, refused: 1 })).not.toContain(false);
    expect(loadLimits(0.5)).toEqual({ ...LOAD_LIMITS, busy: 0.5 });
  });

  it('has room again when all has been well below the limits for five reports in a row', () => {
    const { report } = follow();
    report(3, { busy: 0.9 });
    // Below the limit, but not by enough.
    expect(report(20, { busy: 0.7 })).not.toContain(true);
    expect(report(4, { busy: 0.5 })).not.toContain(true);
    report(1, { busy: 0.7 });
    expect(report(5, { busy: 0.5 })).toEqual([false, false, false, false, true]);
  });

  it('counts what sessions will use until two reports have been made since', () => {
    const { load, report } = follow();
    report(10, { busy: 0.1 }, 0);
    const before = load.estimate;
    for (let i = 0; i < 100; i++) load.sessionGiven();
    expect(load.estimate).toBeCloseTo(before + 0.2);
    report(1, { busy: 0.1 }, 0);
    expect(load.estimate).toBeCloseTo(before + 0.2);
    report(1, { busy: 0.1 }, 0);
    expect(load.estimate).toBeCloseTo(before);
  });

  it('lets no wave in that would fill it, though no report shows it yet', () => {
    const { load, report } = follow();
    report(3, { busy: 0.3 }, 0);
    let taken = 0;
    while (load.hasRoom(taken) && taken < 10_000) {
      load.sessionGiven();
      taken++;
    }
    expect(taken).toBeGreaterThan(200);
    expect(taken).toBeLessThan(300);
  });

  it('learns what a session uses from those that it has', () => {
    const { load, report } = follow();
    report(10, { busy: 0.4 }, 40);
    const before = load.estimate;
    load.sessionGiven();
    expect(load.estimate - before).toBeCloseTo(0.01);
  });

  it('keeps within bounds what it learns', () => {
    const cheap = follow();
    cheap.report(10, { busy: 0 }, 1000);
    cheap.load.sessionGiven();
    expect(cheap.load.estimate).toBeCloseTo(0.0005);
    const dear = follow();
    dear.report(10, { busy: 0.7 }, 21);
    const before = dear.load.estimate;
    dear.load.sessionGiven();
    expect(dear.load.estimate - before).toBeCloseTo(0.02);
  });

  it('has no room beyond a number of sessions, where one is set', () => {
    const { load } = follow({ sessions: 2 });
    expect([load.hasRoom(1), load.hasRoom(2)]).toEqual([true, false]);
    expect([load.hasFew(1), load.hasFew(2)]).toEqual([true, false]);
  });

  it('takes a few sessions whatever the load', () => {
    const { load } = follow();
    expect([load.hasFew(3), load.hasFew(4)]).toEqual([true, false]);
  });

  it('is silent when the reports that it sent stop', () => {
    const { load } = follow();
    expect(load.isSilent(60_000)).toBe(false);
    load.report(IDLE, 1, 60_000);
    expect([load.isSilent(64_000), load.isSilent(66_000)]).toEqual([false, true]);
    load.report(IDLE, 1, 66_500);
    expect(load.isSilent(67_000)).toBe(false);
  });
});
