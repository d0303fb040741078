/** Loss, reordering and duplicates: what is repaired, and at what price. */
import type { Scenario } from '../scenario.ts';
import { DEFAULT_LAYER } from '../world.ts';

/** 50 ms round trip. */
const DISTANCE = { delayMs: 25 };
const CLEAN = { up: DISTANCE, down: DISTANCE };
const LOSSY = { ...DISTANCE, loss: 0.05 };
const BURSTS = { ...DISTANCE, burst: { start: 0.002, length: 12, loss: 0.9 } };
const DISORDER = { ...DISTANCE, jitterMs: 5, reorder: { chance: 0.02, byMs: 6 }, duplicate: 0.02 };

export const REPAIR: readonly Scenario[] = [
  {
    name: 'loses nothing and asks for nothing on clean links',
    world: {
      seed: 1,
      durationMs: 20_000,
      broadcaster: {},
      broadcasterPath: CLEAN,
      viewers: [{ path: CLEAN, count: 2 }],
    },
    expected: {
      unrepaired: { atMost: 0 },
      frozen: { atMost: 0 },
      decoded: { atLeast: 0.99 },
      duplicates: { atMost: 0 },
      requestsOfOnePacket: { atMost: 0 },
      keyframeRequests: { atMost: 1 },
      liveDelayMs: { atMost: 130 },
    },
  },
  {
    name: 'repairs 5 % random loss in both directions of both paths at 50 ms round trip',
    world: {
      seed: 2,
      durationMs: 60_000,
      broadcaster: {},
      broadcasterPath: { up: LOSSY, down: LOSSY },
      viewers: [{ path: { up: LOSSY, down: LOSSY }, count: 10 }],
    },
    expected: {
      unrepaired: { atMost: 0.001 },
      frozen: { atMost: 0.01 },
      decoded: { atLeast: 0.99 },
      duplicates: { atMost: 0.07 },
      requestsPerLoss: { atMost: 1.25 },
      keyframeRequests: { atMost: 2 },
    },
  },
  {
    name: 'repairs bursts of 5 to 20 packets',
    world: {
      seed: 3,
      durationMs: 60_000,
      broadcaster: {},
      broadcasterPath: { up: BURSTS, down: DISTANCE },
      viewers: [{ path: { up: DISTANCE, down: BURSTS }, count: 5 }],
    },
    expected: {
      unrepaired: { atMost: 0.002 },
      frozen: { atMost: 0.01 },
      decoded: { atLeast: 0.985 },
      requestsPerLoss: { atMost: 1.3 },
      keyframeRequests: { atMost: 3 },
    },
  },
  {
    name: 'takes reordering and duplicates for what they are',
    world: {
      seed: 4,
      durationMs: 30_000,
      broadcaster: {},
      broadcasterPath: { up: DISORDER, down: DISTANCE },
      viewers: [{ path: { up: DISTANCE, down: DISORDER }, count: 3 }],
    },
    expected: {
      unrepaired: { atMost: 0 },
      frozen: { atMost: 0 },
      decoded: { atLeast: 0.99 },
      // The viewers ask at the first gap, as browsers do; the server waits.
      duplicates: { atMost: 0.05 },
      requestsOfOnePacket: { atMost: 0 },
      keyframeRequests: { atMost: 1 },
    },
  },
  {
    name: 'goes on over a wrap of the sequence numbers under loss',
    world: {
      seed: 5,
      durationMs: 20_000,
      broadcaster: { firstSequence: 65_000 },
      broadcasterPath: { up: LOSSY, down: LOSSY },
      viewers: [{ path: { up: LOSSY, down: LOSSY }, count: 5 }],
    },
    expected: { unrepaired: { atMost: 0.0015 }, frozen: { atMost: 0.02 }, requestsPerLoss: { atMost: 1.3 } },
  },
  {
    name: 'repairs without RTX as well',
    world: {
      seed: 6,
      durationMs: 30_000,
      broadcaster: {},
      broadcasterPath: CLEAN,
      viewers: [{ rtx: false, path: { up: LOSSY, down: LOSSY }, count: 5 }],
    },
    expected: { unrepaired: { atMost: 0.001 }, frozen: { atMost: 0.02 }, decoded: { atLeast: 0.985 } },
  },
  {
    name: 'repairs over 300 ms round trip without asking twice while the answer is under way',
    world: {
      seed: 7,
      durationMs: 60_000,
      broadcaster: { resendIntervalMs: 280 },
      broadcasterPath: { up: { delayMs: 150, loss: 0.02 }, down: { delayMs: 150 } },
      viewers: [{ path: CLEAN, count: 2 }],
    },
    expected: { requestsPerLoss: { atMost: 1.15 }, decoded: { atLeast: 0.97 }, keyframeRequests: { atMost: 3 } },
  },
  {
    name: 'sends one request upstream for a packet that 1000 viewers miss',
    world: {
      seed: 8,
      durationMs: 3000,
      broadcaster: { layers: [{ ...DEFAULT_LAYER, bitrate: 300_000, frameRate: 15 }] },
      broadcasterPath: { up: { ...DISTANCE, loss: 0.05 }, down: DISTANCE },
      viewers: [{ path: CLEAN, count: 1000 }],
    },
    expected: {
      unrepaired: { atMost: 0.001 },
      requestsPerLoss: { atMost: 1.1 },
      requestsOfOnePacket: { atMost: 3 },
      keyframeRequests: { atMost: 2 },
    },
  },
];
