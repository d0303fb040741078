/** Keyframes that are wanted by many, or refused; clients that flood. */
import type { Scenario } from '../scenario.ts';
import { DEFAULT_LAYER } from '../world.ts';

const DISTANCE = { delayMs: 25 };
const CLEAN = { up: DISTANCE, down: DISTANCE };
const SMALL = { ...DEFAULT_LAYER, bitrate: 500_000 };

export const STORMS: readonly Scenario[] = [
  {
    name: 'merges the keyframe requests of 300 viewers who join within a moment',
    world: {
      seed: 11,
      durationMs: 6000,
      broadcaster: { layers: [SMALL] },
      broadcasterPath: CLEAN,
      viewers: Array.from({ length: 30 }, (_, index) => ({ path: CLEAN, count: 10, joinsAt: 2000 + 10 * index })),
    },
    expected: { keyframeRequests: { atMost: 4 }, firstPictureMs: { atMost: 500 }, frozen: { atMost: 0 } },
  },
  {
    name: 'holds a viewer who asks for keyframes all the time to a few',
    world: {
      seed: 12,
      durationMs: 10_000,
      broadcaster: { layers: [SMALL] },
      broadcasterPath: CLEAN,
      viewers: [{ path: CLEAN }, { path: CLEAN, storm: 'keyframe' }],
    },
    // One in 300 ms.
    expected: { keyframeRequests: { atMost: 35 }, frozen: { atMost: 0.01 } },
  },
  {
    name: 'bounds what a viewer who asks for everything gets, and keeps it from the publisher and the others',
    world: {
      seed: 13,
      durationMs: 10_000,
      broadcaster: {},
      broadcasterPath: CLEAN,
      viewers: [{ path: CLEAN }, { path: CLEAN, storm: 'nack' }],
    },
    expected: {
      stormAnswersPerSecond: { atLeast: 1, atMost: 1001 },
      requestsOfOnePacket: { atMost: 0 },
      frozen: { atMost: 0 },
      keyframeRequests: { atMost: 1 },
    },
  },
  {
    name: 'does not wear out a publisher that ignores keyframe requests',
    world: {
      seed: 14,
      durationMs: 30_000,
      broadcaster: {
        layers: [{ ...SMALL, keyframeIntervalMs: 10_000, answersKeyframeRequests: false }],
        paced: false,
      },
      broadcasterPath: CLEAN,
      viewers: [{ path: CLEAN }, { path: CLEAN, joinsAt: 3000, count: 20 }],
    },
    expected: { keyframeRequests: { atMost: 12 }, firstPictureMs: { atMost: 7300 } },
  },
  {
    name: 'gets over two seconds without a link, without help of the publisher',
    world: {
      seed: 15,
      durationMs: 20_000,
      broadcaster: { layers: [{ ...SMALL, keyframeIntervalMs: 2000, answersKeyframeRequests: false }] },
      broadcasterPath: CLEAN,
      viewers: [
        {
          path: {
            up: DISTANCE,
            down: {
              ...DISTANCE,
              changes: [
                { at: 5000, loss: 1 },
                { at: 7000, loss: 0 },
              ],
            },
          },
        },
      ],
    },
    expected: { frozen: { atMost: 0.23 }, decoded: { atLeast: 0.78 }, liveDelayMs: { atMost: 600 } },
  },
];
