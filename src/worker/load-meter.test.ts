import { afterEach, describe, expect, it } from 'vitest';
import { COUNTER } from '../native/addon.ts';
import type { LoadReport } from '../worker-protocol.ts';
import { LoadMeter } from './load-meter.ts';

let meter: LoadMeter | undefined;
afterEach(() => meter?.stop());

const counters = new Float64Array(64);

/** Starts a meter and returns its first report; `work` is called every millisecond or so until then. */
async function report(work: () => void): Promise<LoadReport> {
  const working = setInterval(work, 1);
  try {
    return await new Promise((resolve) => (meter = new LoadMeter({ counters }, resolve)));
  } finally {
    clearInterval(working);
  }
}

function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('LoadMeter', () => {
  it('finds a process without work idle, and one with work busy and late', async () => {
    const idle = await report(() => undefined);
    expect(idle.busy).toBeLessThan(0.5);
    meter?.stop();
    const busy = await report(() => spin(60));
    expect(busy.busy).toBeGreaterThan(0.8);
    expect(busy.delay).toBeGreaterThan(15);
    expect(idle.delay).toBeLessThan(busy.delay);
  });

  it('tells which share of the datagrams the socket had no room for, since the last report', async () => {
    const reports: LoadReport[] = [];
    counters.fill(0);
    await new Promise<void>((resolve) => {
      meter = new LoadMeter({ counters }, (load) => {
        reports.push(load);
        if (reports.length === 1) counters[COUNTER.datagramsSent] = 150;
        else resolve();
      });
      counters[COUNTER.datagramsSent] = 75;
      counters[COUNTER.droppedSocketFull] = 25;
    });
    expect(reports.map(({ refused }) => refused)).toEqual([0.25, 0]);
  });
});
