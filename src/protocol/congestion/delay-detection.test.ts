/** Grouping, trend and detector together: from send and arrival times to usage. */
import { describe, expect, it } from 'vitest';
import { InterArrival } from './inter-arrival.ts';
import { type BandwidthUsage, OveruseDetector } from './overuse-detector.ts';
import { Trendline } from './trendline.ts';

/** Feeds one packet each 20 ms whose delay is told by its index; returns the usage after each. */
function usages(delay: (index: number) => number, count: number, jumpBy = 0): BandwidthUsage[] {
  const groups = new InterArrival();
  const trendline = new Trendline();
  const detector = new OveruseDetector();
  return Array.from({ length: count }, (_, index) => {
    const sendTime = index * 20;
    const clock = index > count / 2 ? jumpBy : 0;
    const delta = groups.add({ sendTime, bytes: 1200, arrivalTime: sendTime + clock + delay(index) });
    if (delta !== undefined) detector.update(trendline.add(delta), delta.sendDelta, delta.arrivalTime);
    return detector.usage;
  });
}

describe('the detection of overuse', () => {
  it('calls a steady delay normal', () => {
    expect(new Set(usages(() => 30, 200))).toEqual(new Set(['normal']));
  });

  it('finds a queue that grows by a tenth of the time within half a second', () => {
    const found = usages((index) => 30 + Math.max(0, index - 100) * 2, 200).indexOf('overusing');
    expect(found).toBeGreaterThan(100);
    expect(found).toBeLessThan(125);
  });

  it('finds a queue that drains', () => {
    expect(usages((index) => (index < 100 ? 200 : Math.max(30, 200 - (index - 100) * 5)), 140)).toContain('underusing');
  });

  it('gets used to jitter', () => {
    const jitter = (index: number) => 30 + ((index * 7919) % 13);
    expect(usages(jitter, 1000).slice(200)).not.toContain('overusing');
  });

  it('takes a jump of the receiver clock for no delay', () => {
    expect(usages(() => 30, 200, 60_000)).not.toContain('overusing');
    expect(usages(() => 30, 200, -60_000)).not.toContain('underusing');
  });
});

describe('InterArrival', () => {
  const add = (groups: InterArrival, sendTime: number, arrivalTime: number) =>
    groups.add({ sendTime, arrivalTime, bytes: 1200 });

  it('takes packets sent within 5 ms for one group', () => {
    const groups = new InterArrival();
    for (const [sendTime, arrivalTime] of [
      [0, 50],
      [2, 60],
      [5, 70],
      [30, 80],
      [33, 100],
    ] as const) {
      expect(add(groups, sendTime, arrivalTime)).toBeUndefined();
    }
    expect(add(groups, 60, 110)).toEqual({ sendDelta: 28, arrivalDelta: 30, arrivalTime: 100 });
  });

  it('takes packets that arrive together, later ones sooner than they were sent apart, for one group', () => {
    const groups = new InterArrival();
    for (const index of [0, 1, 2, 3]) expect(add(groups, index * 20, 200 + index)).toBeUndefined();
  });

  it('leaves out what was overtaken', () => {
    const groups = new InterArrival();
    add(groups, 100, 150);
    expect(add(groups, 80, 160)).toBeUndefined();
    expect(add(groups, 120, 170)).toBeUndefined();
    expect(add(groups, 140, 190)).toEqual({ sendDelta: 20, arrivalDelta: 20, arrivalTime: 170 });
  });
});
