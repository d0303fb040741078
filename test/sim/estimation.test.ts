import { describe, expect, it } from 'vitest';
import { EstimatedFlow, type FlowDescription } from './estimated-flow.ts';
import { EventQueue } from './event-queue.ts';
import { Link } from './link.ts';
import { SimulationRandom } from './random.ts';
import { ESTIMATION, type EstimationBound, type EstimationScenario } from './scenarios/estimation.ts';

const ONE_WAY_MS = 25;
const CROSS_PACKET_BYTES = 1000;
const DEFAULT_FLOW: FlowDescription = { maximum: 10_000_000, minimum: 0, wanted: 6_000_000, startsAt: 0 };

function run({ link, flows, crossTraffic, durationMs }: EstimationScenario, seed: number): EstimatedFlow[] {
  const events = new EventQueue();
  const random = new SimulationRandom(seed);
  const down = new Link(events, random.part('down'), { delayMs: ONE_WAY_MS, ...link });
  const up = new Link(events, random.part('up'), { delayMs: ONE_WAY_MS });
  if (crossTraffic !== undefined) {
    const intervalMs = (CROSS_PACKET_BYTES * 8000) / crossTraffic.bitrate;
    for (let time = crossTraffic.from; time < crossTraffic.to; time += intervalMs) {
      events.at(time, () => down.send(CROSS_PACKET_BYTES, () => undefined));
    }
  }
  const running = flows.map((flow) => new EstimatedFlow({ ...DEFAULT_FLOW, ...flow }, events, down, up));
  events.runUntil(durationMs);
  return running;
}

function figures(flows: readonly EstimatedFlow[], { flow = 0, from, to }: EstimationBound) {
  const samples = flows[flow]?.samples.filter(({ time }) => time >= from && time < to) ?? [];
  const estimates = samples.map(({ estimate }) => estimate);
  return {
    least: Math.min(...estimates),
    most: Math.max(...estimates),
    average: estimates.reduce((sum, estimate) => sum + estimate, 0) / estimates.length,
    queueMs: Math.max(...samples.map(({ queueMs }) => queueMs)),
  };
}

describe('the estimate of bandwidth', () => {
  it.each(ESTIMATION)('$name', (scenario) => {
    for (const seed of [1, 2, 3]) {
      const flows = run(scenario, seed);
      for (const bound of scenario.expected) {
        const found = figures(flows, bound);
        const message = JSON.stringify({ seed, bound, found });
        expect(found.least, message).toBeGreaterThanOrEqual(bound.atLeast ?? 0);
        expect(found.most, message).toBeLessThanOrEqual(bound.atMost ?? Infinity);
        expect(found.average, message).toBeGreaterThanOrEqual(bound.averageAtLeast ?? 0);
        expect(found.average, message).toBeLessThanOrEqual(bound.averageAtMost ?? Infinity);
        expect(found.queueMs, message).toBeLessThanOrEqual(bound.queueAtMostMs ?? Infinity);
      }
    }
  });
});
