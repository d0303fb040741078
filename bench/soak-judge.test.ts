import { describe, expect, it } from 'vitest';
import { GROWTH_LIMIT_MB, judgeSoak, type SoakMinute } from './soak-judge.ts';

const MINUTE: SoakMinute = {
  ...{ workerMb: 100, serverMb: 80, packets: 1000, lost: 0, loadDrops: 0, latencyP50: 2, latencyP99: 10, loopDelay: 3 },
  ...{ joins: 300, failedJoins: 0, closedByServer: 0 },
};

function minutes(...changes: Partial<SoakMinute>[]): SoakMinute[] {
  return changes.map((change) => ({ ...MINUTE, ...change }));
}

describe('judgeSoak', () => {
  it('finds nothing where all stays as it is', () => {
    expect(judgeSoak(minutes({}, {}, {}, {}))).toEqual([]);
  });

  it('allows memory to grow while it warms up, and afterwards within the limit', () => {
    expect(judgeSoak(minutes({ workerMb: 20 }, {}, { workerMb: 100 + GROWTH_LIMIT_MB }))).toEqual([]);
  });

  it('tells growth of either process', () => {
    expect(judgeSoak(minutes({}, {}, { workerMb: 130 }))).toEqual(['The memory of the media workers grew by 30 MB.']);
    expect(judgeSoak(minutes({}, {}, { serverMb: 110 }))).toEqual(['The memory of the HTTP server grew by 30 MB.']);
  });

  it('tells every loss, also of the first minute', () => {
    expect(judgeSoak(minutes({ lost: 2, loadDrops: 2 }, {}, { lost: 1 }))).toEqual([
      '3 packets were lost, 2 of them by the load itself.',
    ]);
  });

  it('tells of silence, of failed joins and of sessions that end', () => {
    expect(judgeSoak(minutes({}, { packets: 0 }, { failedJoins: 2, closedByServer: 1 }))).toEqual([
      'There was a minute without packets.',
      '2 viewers could not join.',
      'The server ended 1 viewers.',
    ]);
  });

  it('tells a latency that drifts, not one that was slow to warm up', () => {
    expect(judgeSoak(minutes({ latencyP99: 90 }, {}, {}))).toEqual([]);
    expect(judgeSoak(minutes({}, {}, {}, { latencyP99: 80 }, { latencyP99: 80 }))).toEqual([
      'The 99th percentile of the latency went from 10.0 to 80.0 ms.',
    ]);
  });
});
