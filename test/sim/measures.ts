import type { World } from './world.ts';

/** What is still missing this long after the gap showed counts as unrepaired, ms: about what a jitter buffer waits. */
const REPAIR_TIME_MS = 200;

/** What scenarios judge a run by; of viewers without a storm of their own. */
export interface Measures {
  /** Share of all viewers' packets that were still missing 200 ms after the gap showed. */
  unrepaired: number;
  /** Share of its time that the worst viewer's picture stood still. */
  frozen: number;
  /** Share of the frames sent since it joined that the worst viewer decoded. */
  decoded: number;
  /** Time until the last viewer had its first picture, ms. */
  firstPictureMs: number;
  /** From capture to display of the newest frame, the worst viewer's, ms. */
  liveDelayMs: number;
  /** Packets that came again without need, as a share of all, the worst viewer's. */
  duplicates: number;
  /** Packets that the publisher was asked for, for each that its uplink lost. */
  requestsPerLoss: number;
  /** The most requests upstream for one packet. */
  requestsOfOnePacket: number;
  /** Keyframe requests that reached the publisher. */
  keyframeRequests: number;
  /** Packets sent again to a viewer that floods, per second. */
  stormAnswersPerSecond: number;
}

export function measure(world: World): Measures {
  const end = world.description.durationMs;
  const viewers = world.viewers.filter(({ description }) => description.storm === 'none');
  const worst = (value: (viewer: (typeof viewers)[number]) => number) => Math.max(...viewers.map(value));
  const expected = viewers.reduce((sum, { repairs }) => sum + repairs.expected, 0);
  const unrepaired = viewers.reduce(
    (sum, { repairs }) => sum + repairs.unrepaired(REPAIR_TIME_MS, end) * repairs.expected,
    0,
  );
  const { nacked, keyframeRequests } = world.broadcaster;
  return {
    unrepaired: unrepaired / expected,
    frozen: worst(({ frames, description }) => frames.frozenAt(end) / (end - description.joinsAt)),
    decoded: -worst(({ frames, description }) => -frames.decoded.length / framesSince(world, description.joinsAt)),
    firstPictureMs: worst(({ frames, description }) => (frames.decoded[0]?.time ?? Infinity) - description.joinsAt),
    liveDelayMs: worst(({ frames }) => liveDelay(frames.decoded.at(-1))),
    duplicates: worst(({ repairs }) => repairs.duplicates / repairs.expected),
    requestsPerLoss: nacked.length / Math.max(1, world.broadcasterPath.up.lost),
    requestsOfOnePacket: mostFrequent(nacked),
    keyframeRequests: keyframeRequests.length,
    stormAnswersPerSecond: stormAnswers(world) / (end / 1000),
  };
}

function framesSince(world: World, start: number): number {
  const frameRate = world.broadcaster.frameRate;
  return ((world.description.durationMs - start) * frameRate) / 1000;
}

function liveDelay(frame: { captureTime: number; time: number } | undefined): number {
  return frame === undefined ? Infinity : frame.time - frame.captureTime;
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

function stormAnswers(world: World): number {
  return world.viewers.reduce((sum, { description }, index) => {
    if (description.storm !== 'nack') return sum;
    return sum + (world.viewersServer.subscriber(index + 1)?.counters().video.retransmissions ?? 0);
  }, 0);
}
