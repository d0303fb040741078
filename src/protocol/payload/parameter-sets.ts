/** Parameter sets are below 100 bytes as a rule; one that is longer than this is none. */
const MAXIMUM_PARAMETER_SET_BYTES = 4096;
/** Sets that are kept; encoders use a handful. */
const MAXIMUM_PARAMETER_SETS = 64;

/** The parameter sets of an H.264 or H.265 stream, wherever they came: in band, in packets of their own, in the SDP. */
export class ParameterSets {
  /** NAL units, by an order of type and id. */
  readonly #units = new Map<number, Uint8Array>();
  /** Keys of those that changed since they were last given out. */
  readonly #changed = new Set<number>();

  /** Keeps a copy of a parameter set's NAL unit; it takes the place of the one with the same `key`. */
  store(key: number, unit: Uint8Array): void {
    const known = this.#units.get(key);
    if (unit.length > MAXIMUM_PARAMETER_SET_BYTES) return;
    if (known === undefined ? this.#units.size === MAXIMUM_PARAMETER_SETS : sameBytes(known, unit)) return;
    this.#units.set(key, unit.slice());
    this.#changed.add(key);
  }

  /** What must stand in front of an access unit: for a keyframe all, else those that changed. By ascending key. */
  take(keyframe: boolean): Uint8Array[] {
    if (!keyframe && this.#changed.size === 0) return [];
    const keys = [...this.#units.keys()].filter((key) => keyframe || this.#changed.has(key));
    this.#changed.clear();
    return keys.sort((a, b) => a - b).flatMap((key) => this.#units.get(key) ?? []);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
