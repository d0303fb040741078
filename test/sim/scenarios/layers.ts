/** Viewers of a simulcast publisher, and what layer their links let them have. */
import type { LinkDescription } from '../link.ts';
import type { ViewersDescription } from '../world.ts';
import { DEFAULT_LAYER } from '../world.ts';

export const LAYERS = [
  { ...DEFAULT_LAYER, rid: 'q', width: 320, height: 180, bitrate: 150_000 },
  { ...DEFAULT_LAYER, rid: 'h', width: 640, height: 360, bitrate: 500_000 },
  { ...DEFAULT_LAYER, rid: 'f', width: 1280, height: 720, bitrate: 2_500_000 },
];

/** Of each viewer, unless one is named. */
export interface LayerBound {
  viewer?: number;
  /** Milliseconds. */
  from: number;
  to: number;
  /** The rids that it may have in this time. */
  layers: readonly string[];
}

export interface LayerScenario {
  name: string;
  durationMs: number;
  link: LinkDescription;
  viewers?: Partial<ViewersDescription>;
  expected: readonly LayerBound[];
  /** Of the worst viewer; the climb from the first layer counts. */
  changesAtMost: number;
  frozenAtMostMs: number;
}

export const LAYER_SCENARIOS: readonly LayerScenario[] = [
  {
    name: 'follows within 2 s down and 10 s up when the rate goes from 4 to 1 Mbit/s and back',
    durationMs: 70_000,
    link: {
      rate: 4_000_000,
      changes: [
        { at: 20_000, rate: 1_000_000 },
        { at: 45_000, rate: 4_000_000 },
      ],
    },
    expected: [
      { from: 8000, to: 20_000, layers: ['f'] },
      { from: 22_000, to: 45_000, layers: ['h'] },
      { from: 55_000, to: 70_000, layers: ['f'] },
    ],
    changesAtMost: 4,
    frozenAtMostMs: 1200,
  },
  {
    name: 'goes to the smallest layer at 300 kbit/s and stays there',
    durationMs: 60_000,
    link: { rate: 300_000 },
    expected: [{ from: 6000, to: 60_000, layers: ['q'] }],
    changesAtMost: 1,
    frozenAtMostMs: 1500,
  },
  {
    name: 'stays at 500 kbit/s on a steady link of 1 Mbit/s',
    durationMs: 90_000,
    link: { rate: 1_000_000 },
    expected: [{ from: 5000, to: 90_000, layers: ['h'] }],
    changesAtMost: 1,
    frozenAtMostMs: 500,
  },
  {
    name: 'stays at the largest layer on a steady link of 4 Mbit/s',
    durationMs: 90_000,
    link: { rate: 4_000_000 },
    expected: [{ from: 10_000, to: 90_000, layers: ['f'] }],
    changesAtMost: 2,
    frozenAtMostMs: 0,
  },
  {
    name: 'changes no more than once a minute without need where the link carries a layer just so',
    durationMs: 120_000,
    link: { rate: 2_600_000 },
    expected: [{ from: 5000, to: 120_000, layers: ['h', 'f'] }],
    changesAtMost: 6,
    frozenAtMostMs: 2000,
  },
  {
    name: 'is not driven from the largest layer by 3 % random loss and 10 ms jitter',
    durationMs: 60_000,
    link: { rate: 8_000_000, loss: 0.03, jitterMs: 10 },
    expected: [{ from: 15_000, to: 60_000, layers: ['f'] }],
    changesAtMost: 3,
    frozenAtMostMs: 1000,
  },
  {
    name: 'starves neither of two viewers behind one queue of 4 Mbit/s',
    durationMs: 90_000,
    link: { rate: 4_000_000 },
    viewers: { count: 2, sharedPath: true },
    expected: [{ from: 5000, to: 90_000, layers: ['h', 'f'] }],
    changesAtMost: 6,
    frozenAtMostMs: 1500,
  },
  {
    name: 'gives both of two viewers behind one queue of 7 Mbit/s the largest layer',
    durationMs: 60_000,
    link: { rate: 7_000_000 },
    viewers: { count: 2, sharedPath: true },
    expected: [{ from: 25_000, to: 60_000, layers: ['f'] }],
    changesAtMost: 3,
    frozenAtMostMs: 1000,
  },
  {
    name: 'serves a viewer without transport-wide feedback by what it reports as lost',
    durationMs: 60_000,
    link: { rate: 1_000_000 },
    viewers: { transportFeedback: false },
    expected: [{ from: 6000, to: 20_000, layers: ['h', 'q'] }],
    changesAtMost: 6,
    frozenAtMostMs: 5000,
  },
];
