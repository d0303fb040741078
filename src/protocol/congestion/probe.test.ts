import { describe, expect, it } from 'vitest';
import type { PacketResult } from './packet-result.ts';
import { type Probe, ProbeController } from './probe-controller.ts';
import { ProbeMeasurement } from './probe-measurement.ts';

/** Three bursts of two packets, 10 ms apart, through a link of this rate, and one packet behind them. */
function through(rate: number, burstBytes: number, from = 0): PacketResult[] {
  let free = 0;
  const results: PacketResult[] = [];
  for (const sendTime of [from, from + 10, from + 20]) {
    for (let packet = 0; packet < 2; packet++) {
      free = Math.max(free, sendTime) + (burstBytes * 4000) / rate;
      results.push({ sendTime, bytes: burstBytes / 2, arrivalTime: free + 40 });
    }
  }
  results.push({ sendTime: from + 30, bytes: 100, arrivalTime: free + 60 });
  return results;
}

function measure(results: readonly PacketResult[]) {
  const measurement = new ProbeMeasurement(0, 20);
  for (const result of results) measurement.add(result);
  return measurement;
}

describe('ProbeMeasurement', () => {
  it('finds the rate of the probe where the way has room', () => {
    const result = measure(through(10_000_000, 2500)).result;
    expect(result?.full).toBe(false);
    expect(result?.bitrate).toBeCloseTo(2_000_000);
  });

  it('finds what the way carries, less a reserve, where it is full', () => {
    const result = measure(through(1_000_000, 2500)).result;
    expect(result?.full).toBe(true);
    expect(result?.bitrate).toBeCloseTo(850_000);
  });

  it('finds nothing where too little came through', () => {
    const lossy = through(10_000_000, 2500).map((result, index) =>
      index === 1 || index === 4 ? { ...result, arrivalTime: undefined } : result,
    );
    expect(measure(lossy).result).toBeUndefined();
  });

  it('finds nothing where the packets were held up and let go together', () => {
    const together = through(10_000_000, 2500).map((result, index) => ({ ...result, arrivalTime: 100 + index / 10 }));
    expect(measure(together).result).toBeUndefined();
  });

  it('is complete with the first packet behind the probe', () => {
    const results = through(10_000_000, 2500);
    expect(measure(results.slice(0, -1)).complete).toBe(false);
    expect(measure(results).complete).toBe(true);
  });
});

/** Answers a probe as a link of this rate would. */
function answer(probes: ProbeController, probe: Probe | undefined, rate: number, now: number): number | undefined {
  if (probe === undefined) throw new Error('there is no probe');
  probes.sent(now, now + 20);
  return probes.receive(through(rate, probe.burstBytes, now), now + 100);
}

describe('ProbeController', () => {
  it('goes up in steps as long as they succeed, and rests when what is wanted is there', () => {
    const probes = new ProbeController();
    expect(probes.poll(300_000, 0)).toBeUndefined();
    probes.wanted = 3_000_000;
    const first = probes.poll(300_000, 0);
    expect(first).toMatchObject({ bitrate: 900_000, bursts: 3, burstBytes: 1125, intervalMs: 10 });
    expect(probes.poll(300_000, 10)).toBeUndefined();
    expect(answer(probes, first, 10_000_000, 10)).toBeCloseTo(900_000, -4);
    const second = probes.poll(900_000, 110);
    expect(second?.bitrate).toBe(2_700_000);
    answer(probes, second, 10_000_000, 110);
    expect(probes.poll(3_000_000, 210)).toBeUndefined();
    expect(probes.deadline(3_000_000)).toBe(Infinity);
  });

  it('waits after a probe without success, longer each time, and steps with care', () => {
    const probes = new ProbeController();
    probes.wanted = 3_000_000;
    let now = 0;
    const pauses: number[] = [];
    for (let round = 0; round < 5; round++) {
      const probe = probes.poll(900_000, now);
      expect(probe?.bitrate).toBe(round === 0 ? 2_700_000 : 1_800_000);
      answer(probes, probe, 1_000_000, now);
      const due = probes.deadline(900_000);
      expect(probes.poll(900_000, due - 1)).toBeUndefined();
      pauses.push(due - now - 100);
      now = due;
    }
    expect(pauses).toEqual([2000, 3000, 4500, 5000, 5000]);
  });

  it('lets the queue drain after overuse', () => {
    const probes = new ProbeController();
    probes.wanted = 3_000_000;
    probes.overused(1000);
    expect(probes.poll(900_000, 2999)).toBeUndefined();
    expect(probes.poll(900_000, 3000)).toBeDefined();
  });

  it('gives up a probe of which nothing is heard', () => {
    const probes = new ProbeController();
    probes.wanted = 3_000_000;
    probes.poll(900_000, 0);
    probes.sent(0, 20);
    expect(probes.deadline(900_000)).toBe(1020);
    expect(probes.poll(900_000, 1020)).toBeUndefined();
    expect(probes.poll(900_000, 1520)).toBeDefined();
  });
});
