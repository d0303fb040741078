import { describe, expect, it } from 'vitest';
import { assessLiveness, type Liveness } from './liveness.ts';

/** Feeds samples half a second apart and notes what is told when (milliseconds). */
function watch(samples: { flow: number; signs?: number; disconnected?: boolean }[]): [number, string][] {
  const told: [number, string][] = [];
  let liveness: Liveness | undefined;
  samples.forEach(({ flow, signs = flow, disconnected = false }, index) => {
    const verdict = assessLiveness(liveness, { at: index * 500, flow, signs, disconnected });
    liveness = verdict.liveness;
    if (verdict.verdict !== undefined) told.push([index * 500, verdict.verdict]);
  });
  return told;
}

const flowing = [1, 2, 3, 4].map((flow) => ({ flow }));

describe('assessLiveness', () => {
  it('has nothing to tell while bytes arrive', () => {
    expect(watch(flowing)).toEqual([]);
  });

  it('tells once, within two seconds, that the flow has stopped', () => {
    expect(watch([...flowing, ...Array.from({ length: 20 }, () => ({ flow: 4 }))])).toEqual([[2500, 'silent']]);
  });

  it('tells again after the flow had come back', () => {
    const still = Array.from({ length: 4 }, () => ({ flow: 5 }));
    expect(watch([{ flow: 4 }, ...still, { flow: 6 }, { flow: 6 }, { flow: 6 }, { flow: 6 }])).toEqual([
      [1500, 'silent'],
      [3500, 'silent'],
    ]);
  });

  it('is the sooner in telling the more often something came', () => {
    const tell = (interval: number): number => {
      let liveness: Liveness | undefined;
      for (let at = 0; at <= 40_000; at += 100) {
        const flow = 1 + Math.floor(Math.min(at, 20_000) / interval);
        const verdict = assessLiveness(liveness, { at, flow, signs: flow, disconnected: false });
        liveness = verdict.liveness;
        if (verdict.verdict !== undefined) return at - 20_000;
      }
      return 0;
    };
    expect(tell(100)).toBe(400);
    expect(tell(200)).toBeLessThanOrEqual(500);
    expect(tell(500)).toBeGreaterThanOrEqual(1000);
    expect(tell(500)).toBeLessThanOrEqual(1100);
    expect(tell(5000)).toBeLessThanOrEqual(1500);
  });

  it('does not miss what never came: a viewer waits', () => {
    expect(watch(Array.from({ length: 20 }, (_, index) => ({ flow: 0, signs: index })))).toEqual([]);
  });

  it('calls a disconnected ICE dead after a second without any sign', () => {
    const dead = Array.from({ length: 4 }, () => ({ flow: 4, disconnected: true }));
    expect(watch([...flowing, ...dead])).toEqual([
      [2500, 'dead'],
      [3000, 'silent'],
    ]);
  });

  it('does not call it dead while connectivity checks are answered', () => {
    const samples = Array.from({ length: 10 }, (_, index) => ({ flow: 0, signs: index, disconnected: true }));
    expect(watch(samples)).toEqual([]);
  });
});
