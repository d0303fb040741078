import { SeededRandom } from '../fuzz/random.ts';

/** Chances of a simulation. Each part has a sequence of its own, so that one part's draws do not move another's. */
export class SimulationRandom {
  readonly #seed: number;
  readonly #bits: SeededRandom;

  constructor(seed: number) {
    this.#seed = seed;
    this.#bits = new SeededRandom(seed);
  }

  /** The sequence of a part, by its name. */
  part(name: string): SimulationRandom {
    let hash = this.#seed | 0;
    for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    return new SimulationRandom(hash);
  }

  /** 0 to below 1. */
  unit(): number {
    return this.#bits.bits() / 2 ** 32;
  }

  /** `least` to below `most`. */
  between(least: number, most: number): number {
    return least + this.unit() * (most - least);
  }

  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean {
    return probability > 0 && this.unit() < probability;
  }
}
