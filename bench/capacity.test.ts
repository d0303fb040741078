import { describe, expect, it } from 'vitest';
import { describeCapacity, isGood, reasonOf } from './capacity.ts';
import type { TargetResult } from './measure/loaded-target.ts';

const GOOD: TargetResult = {
  ...{ viewers: 100, durationMs: 1000, packets: 35_000, packetsPerSecond: 35_000, lost: 0, loadDrops: 0 },
  ...{ closedByServer: 0, latencyP50: 2, latencyP99: 5, latencyLongest: 9, loadCpuShare: 0.2, loadDelayP99: 1 },
  ...{ publisherDelay: 1, cpuPerPacket: 3, allCpuPerPacket: 4, mediaCpuShares: [0.1], sendDrops: 0 },
  loopDelayLongest: 1,
};

describe('isGood', () => {
  it('takes neither loss nor delay nor closed sessions', () => {
    expect(isGood(GOOD)).toBe(true);
    expect(isGood({ ...GOOD, lost: 1 })).toBe(false);
    expect(isGood({ ...GOOD, latencyP99: 50.1 })).toBe(false);
    expect(isGood({ ...GOOD, closedByServer: 1 })).toBe(false);
    expect(isGood({ ...GOOD, latencyP99: Number.NaN })).toBe(false);
  });
});

describe('reasonOf', () => {
  it('names what was used up', () => {
    expect(reasonOf({ ...GOOD, lost: 3, mediaCpuShares: [0.95] })).toBe('3 packets lost: CPU of the worker (95 %)');
    expect(reasonOf({ ...GOOD, latencyP99: 60, loadCpuShare: 0.97 })).toBe(
      'p99 60.0 ms: CPU of the load (97 % of a core)',
    );
    expect(reasonOf({ ...GOOD, lost: 9, sendDrops: 4, loadDrops: 5 })).toBe(
      "9 packets lost: the server's send buffer (4 datagrams), the load's receive buffers (5 datagrams)",
    );
    expect(reasonOf({ ...GOOD, latencyP99: 60 })).toBe('p99 60.0 ms: the machine as a whole');
  });
});

describe('describeCapacity', () => {
  it('tells the last good step and the end', () => {
    expect(describeCapacity({ good: GOOD, bad: undefined, reason: 'x' })).toBe(
      '35000 packets/s to 100 viewers without loss, p99 5.0 ms. What ended it: x.',
    );
    expect(describeCapacity({ good: undefined, bad: GOOD, reason: 'x' })).toContain('No step was good');
  });
});
