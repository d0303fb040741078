import { describe, expect, it } from 'vitest';
import { emptyCounters } from '../sfu/media-counters.ts';
import { OverviewSeries } from './overview-series.ts';
import type { WorkerFigures } from './worker-figures.ts';

const COUNTS = { rooms: 1, publishers: 1, subscribers: 3 };

function worker(cpuSeconds: number, bytes: number, lost = 0, index = 0): WorkerFigures {
  const sent = emptyCounters();
  sent.video = { ...sent.video, bytes, packets: bytes / 1000, packetsLost: lost };
  const received = emptyCounters();
  received.audio = { ...received.audio, bytes: bytes / 10, packets: bytes / 1000, packetsLost: lost };
  const eventLoopDelay = { median: 0.001, percentile99: 0.02, longest: 0.3 };
  const process = { cpuSeconds, residentBytes: 5e7, eventLoopDelay };
  return { index, load: 0, hasRoom: true, metrics: { process, sent, received } as WorkerFigures['metrics'] };
}

describe('the series of the overview', () => {
  it('turns counters into figures a second, from the second sample on', () => {
    const series = new OverviewSeries(60_000, 100);
    series.add({ counts: COUNTS, workers: [worker(1, 100_000)] }, 1000);
    series.add({ counts: COUNTS, workers: [worker(2, 600_000, 25)] }, 6000);
    const [first, second] = series.since(0);
    expect(first).toMatchObject({ time: 1000, rooms: 1, viewers: 3, sent: undefined, lostDown: undefined });
    expect(first?.workers).toEqual([{ index: 0, up: true, hasRoom: true, cpu: undefined, memory: 5e7, delay: 20 }]);
    // 500,000 bytes and 500 packets in 5 s, 25 of them lost; those lost on the way up were not among those that came.
    expect(second).toMatchObject({ sent: 800_000, received: 80_000, lostDown: 0.05, lostUp: 0.0476 });
    expect(second?.workers[0]?.cpu).toBe(0.2);
    expect(series.since(1000)).toEqual([second]);
    expect(series.newest).toBe(6000);
  });

  it('keeps neither more nor older samples than it was told', () => {
    const few = new OverviewSeries(60_000, 3);
    const short = new OverviewSeries(2500, 100);
    for (let time = 1000; time <= 6000; time += 1000) {
      few.add({ counts: COUNTS, workers: [] }, time);
      short.add({ counts: COUNTS, workers: [] }, time);
    }
    expect(few.since(0).map(({ time }) => time)).toEqual([4000, 5000, 6000]);
    expect(short.since(0).map(({ time }) => time)).toEqual([4000, 5000, 6000]);
  });

  it('counts a worker that was started anew from nothing, and one that does not answer not at all', () => {
    const series = new OverviewSeries(60_000, 100);
    series.add({ counts: COUNTS, workers: [worker(50, 1_000_000)] }, 1000);
    series.add({ counts: COUNTS, workers: [worker(1, 10_000)] }, 2000);
    series.add({ counts: COUNTS, workers: [{ index: 0, metrics: undefined, load: 0, hasRoom: false }] }, 3000);
    const [, again, silent] = series.since(0);
    expect(again).toMatchObject({ sent: 80_000 });
    expect(again?.workers[0]?.cpu).toBeUndefined();
    expect(silent).toMatchObject({ sent: 0, lostDown: undefined, workers: [{ up: false, hasRoom: false }] });
  });

  it('is not led astray by losses that turn up, or by a clock that is set back', () => {
    const series = new OverviewSeries(60_000, 100);
    series.add({ counts: COUNTS, workers: [worker(1, 1000, 9)] }, 5000);
    series.add({ counts: COUNTS, workers: [worker(2, 2000, 3)] }, 6000);
    expect(series.since(5000)[0]).toMatchObject({ lostUp: 0, lostDown: 0 });
    series.add({ counts: COUNTS, workers: [] }, 100);
    expect(series.since(0).map(({ time }) => time)).toEqual([100]);
  });
});
