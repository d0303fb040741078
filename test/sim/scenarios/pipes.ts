/** A room whose viewers are on another worker than its publisher. */
import type { Scenario } from '../scenario.ts';
import { DEFAULT_LAYER } from '../world.ts';

const DISTANCE = { delayMs: 25 };
const CLEAN = { up: DISTANCE, down: DISTANCE };
const LOSSY = { up: { delayMs: 10, loss: 0.05 }, down: { delayMs: 10, loss: 0.05 } };
const SMALL = { ...DEFAULT_LAYER, bitrate: 500_000 };

export const PIPES: readonly Scenario[] = [
  {
    name: 'repairs what a pipe with 5 % loss loses, without asking the publisher',
    world: {
      seed: 21,
      durationMs: 20_000,
      broadcaster: {},
      broadcasterPath: CLEAN,
      pipe: LOSSY,
      viewers: [{ path: CLEAN, count: 3 }],
    },
    expected: {
      unrepaired: { atMost: 0.002 },
      frozen: { atMost: 0.03 },
      decoded: { atLeast: 0.97 },
      requestsOfOnePacket: { atMost: 0 },
      liveDelayMs: { atMost: 250 },
    },
  },
  {
    name: 'repairs what is lost before, in, and behind a pipe',
    world: {
      seed: 22,
      durationMs: 20_000,
      broadcaster: {},
      broadcasterPath: { up: { ...DISTANCE, loss: 0.03 }, down: DISTANCE },
      pipe: LOSSY,
      viewers: [{ path: { up: DISTANCE, down: { ...DISTANCE, loss: 0.03 } }, count: 3 }],
    },
    expected: { unrepaired: { atMost: 0.02 }, frozen: { atMost: 0.06 }, decoded: { atLeast: 0.93 } },
  },
  {
    name: 'makes one request of the keyframe requests of 100 viewers behind a pipe',
    world: {
      seed: 23,
      durationMs: 6000,
      broadcaster: { layers: [SMALL] },
      broadcasterPath: CLEAN,
      pipe: CLEAN,
      viewers: Array.from({ length: 10 }, (_, index) => ({ path: CLEAN, count: 10, joinsAt: 2000 + 10 * index })),
    },
    expected: { keyframeRequests: { atMost: 3 }, firstPictureMs: { atMost: 700 }, frozen: { atMost: 0 } },
  },
  {
    name: 'goes on within two seconds with an origin that has forgotten everything',
    world: {
      seed: 24,
      durationMs: 20_000,
      broadcaster: {},
      broadcasterPath: CLEAN,
      pipe: { ...LOSSY, originRestartsAt: 8000 },
      viewers: [{ path: CLEAN, count: 3 }],
    },
    expected: { frozen: { atMost: 0.15 }, decoded: { atLeast: 0.85 }, liveDelayMs: { atMost: 600 } },
  },
];
