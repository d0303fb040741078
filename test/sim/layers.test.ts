import { describe, expect, it } from 'vitest';
import { LAYERS, LAYER_SCENARIOS, type LayerScenario } from './scenarios/layers.ts';
import { World } from './world.ts';

const DISTANCE = { delayMs: 25 };
/** The layers are well measured when the viewers come. */
const JOINS_AT_MS = 1000;
const SAMPLE_MS = 100;

interface LayerSample {
  time: number;
  viewer: number;
  rid: string | undefined;
}

function run({ durationMs, link, viewers }: LayerScenario, seed: number): { world: World; samples: LayerSample[] } {
  const path = { up: DISTANCE, down: { ...DISTANCE, ...link } };
  const world = new World({
    seed,
    durationMs,
    broadcaster: { layers: LAYERS },
    broadcasterPath: { up: DISTANCE, down: DISTANCE },
    viewers: [{ transportFeedback: true, joinsAt: JOINS_AT_MS, path, ...viewers }],
  });
  const samples: LayerSample[] = [];
  world.events.every(SAMPLE_MS, () => {
    world.viewers.forEach((_, viewer) => {
      samples.push({ time: world.events.now, viewer, rid: world.server.subscriber(viewer + 1)?.rid });
    });
  });
  world.run();
  return { world, samples };
}

describe('layers by bandwidth', () => {
  it.each(LAYER_SCENARIOS)('$name', (scenario) => {
    for (const seed of [1, 2]) {
      const { world, samples } = run(scenario, seed);
      for (const { viewer, from, to, layers } of scenario.expected) {
        const wrong = samples.filter(
          (sample) =>
            sample.time >= from &&
            sample.time < to &&
            (viewer ?? sample.viewer) === sample.viewer &&
            !layers.includes(sample.rid ?? ''),
        );
        expect(wrong, JSON.stringify({ seed, from, to })).toEqual([]);
      }
      world.viewers.forEach(({ frames }, viewer) => {
        const changes = world.server.subscriber(viewer + 1)?.layerChanges;
        expect(changes, `changes, seed ${seed}, viewer ${viewer}`).toBeLessThanOrEqual(scenario.changesAtMost);
        const frozen = frames.frozenAt(scenario.durationMs);
        expect(frozen, `frozen ms, seed ${seed}, viewer ${viewer}`).toBeLessThanOrEqual(scenario.frozenAtMostMs);
      });
    }
  });
});
