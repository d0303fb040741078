/** Senders that follow the estimator over links of all kinds: how near they come to what the link carries. */
import type { FlowDescription } from '../estimated-flow.ts';
import type { LinkDescription } from '../link.ts';

/** Of one flow in a span of time. */
export interface EstimationBound {
  flow?: number;
  /** Milliseconds. */
  from: number;
  to: number;
  /** Of the estimate at all times, bits a second. */
  atLeast?: number;
  atMost?: number;
  /** Of its mean. */
  averageAtLeast?: number;
  averageAtMost?: number;
  /** Of the bottleneck, ms. */
  queueAtMostMs?: number;
}

export interface EstimationScenario {
  name: string;
  durationMs: number;
  link: LinkDescription;
  flows: readonly Partial<FlowDescription>[];
  /** Traffic that follows nothing, bits a second. */
  crossTraffic?: { bitrate: number; from: number; to: number };
  expected: readonly EstimationBound[];
}

const STEP_DOWN = { rate: 4_000_000, changes: [{ at: 15_000, rate: 1_000_000 }] };

export const ESTIMATION: readonly EstimationScenario[] = [
  {
    name: 'finds a steady 4 Mbit/s within 5 s and stays there with a short queue',
    durationMs: 60_000,
    link: { rate: 4_000_000 },
    flows: [{}],
    expected: [
      { from: 5000, to: 60_000, atLeast: 3_000_000, atMost: 4_500_000, averageAtLeast: 3_400_000, queueAtMostMs: 110 },
    ],
  },
  {
    name: 'is under the new capacity within 1.5 s of a fall from 4 to 1 Mbit/s, and leaves no standing queue',
    durationMs: 30_000,
    link: STEP_DOWN,
    flows: [{}],
    expected: [
      { from: 16_500, to: 30_000, atMost: 1_150_000, averageAtLeast: 800_000, averageAtMost: 1_000_000 },
      { from: 18_500, to: 30_000, queueAtMostMs: 160 },
    ],
  },
  {
    name: 'falls as fast where the source has one bitrate only, and does not fall below what arrives',
    durationMs: 25_000,
    link: STEP_DOWN,
    flows: [{ minimum: 2_500_000, maximum: 2_500_000 }],
    expected: [{ from: 16_500, to: 25_000, atLeast: 700_000, atMost: 1_000_000 }],
  },
  {
    name: 'is back above 3 Mbit/s within 8 s of a rise from 1 to 4 Mbit/s, with a source of 500 kbit/s',
    durationMs: 30_000,
    link: { rate: 1_000_000, changes: [{ at: 15_000, rate: 4_000_000 }] },
    flows: [{ maximum: 500_000, wanted: 3_000_000 }],
    expected: [
      { from: 3000, to: 15_000, atLeast: 500_000, atMost: 1_100_000, queueAtMostMs: 110 },
      { from: 23_000, to: 30_000, atLeast: 2_900_000 },
    ],
  },
  {
    name: 'is not brought down by 2 % random loss',
    durationMs: 60_000,
    link: { rate: 4_000_000, loss: 0.02 },
    flows: [{}],
    expected: [{ from: 5000, to: 60_000, atLeast: 2_800_000, averageAtLeast: 3_200_000 }],
  },
  {
    name: 'is not brought down by jitter of 20 ms',
    durationMs: 60_000,
    link: { rate: 4_000_000, jitterMs: 20 },
    flows: [{}],
    expected: [{ from: 10_000, to: 60_000, atLeast: 2_700_000, averageAtLeast: 3_100_000 }],
  },
  {
    name: 'goes down under heavy loss without delay',
    durationMs: 30_000,
    link: { loss: 0.3 },
    flows: [{ maximum: 2_000_000, wanted: 0 }],
    expected: [{ from: 10_000, to: 30_000, atMost: 500_000 }],
  },
  {
    name: 'shares a link with another flow that comes later',
    durationMs: 90_000,
    link: { rate: 4_000_000 },
    flows: [{}, { startsAt: 10_000 }],
    expected: [
      { flow: 0, from: 50_000, to: 90_000, averageAtLeast: 1_200_000, averageAtMost: 2_600_000 },
      { flow: 1, from: 50_000, to: 90_000, averageAtLeast: 1_200_000, averageAtMost: 2_600_000 },
      { from: 50_000, to: 90_000, queueAtMostMs: 250 },
    ],
  },
  {
    name: 'makes room for traffic that does not give way, and takes the room back',
    durationMs: 60_000,
    link: { rate: 4_000_000 },
    flows: [{}],
    crossTraffic: { bitrate: 2_000_000, from: 20_000, to: 40_000 },
    expected: [
      { from: 22_000, to: 40_000, averageAtLeast: 1_300_000, averageAtMost: 2_200_000 },
      { from: 50_000, to: 60_000, averageAtLeast: 3_000_000 },
    ],
  },
  {
    name: 'probes no further than is wanted, and no more then',
    durationMs: 30_000,
    link: { rate: 8_000_000 },
    flows: [{ maximum: 500_000, wanted: 3_000_000 }],
    expected: [{ from: 3000, to: 30_000, atLeast: 2_900_000, atMost: 4_000_000, queueAtMostMs: 10 }],
  },
];
