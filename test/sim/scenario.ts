import { describe, expect, it } from 'vitest';
import { type Measures, measure } from './measures.ts';
import { World, type WorldDescription } from './world.ts';

interface Bounds {
  atLeast?: number;
  atMost?: number;
}

/** A world and what must come of it. */
export interface Scenario {
  name: string;
  world: WorldDescription;
  expected: Partial<Record<keyof Measures, Bounds>>;
}

/** Runs each scenario as one test. */
export function testScenarios(title: string, scenarios: readonly Scenario[]): void {
  describe(title, () => {
    it.each(scenarios)('$name', ({ world, expected }) => {
      const measures = measure(new World(world).run());
      const broken = Object.entries(measures).filter(([name, value]: [string, number]) => {
        const { atLeast = -Infinity, atMost = Infinity } = expected[name as keyof Measures] ?? {};
        return !(value >= atLeast && value <= atMost);
      });
      expect(Object.fromEntries(broken), JSON.stringify(measures)).toEqual({});
    });
  });
}
