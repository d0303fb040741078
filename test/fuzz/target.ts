/** A parser under test, as data. */
export interface FuzzTarget {
  /** As `npm run fuzz -- --target` names it. */
  name: string;
  /** Which mutations make sense: those of fields, or also those of lines and words. */
  format: 'binary' | 'text';
  /** Real inputs; mutations start from them, and they must pass themselves. */
  corpus: readonly Uint8Array[];
  /**
   * Parses one input and checks what must hold of the result. Whatever it throws is a failure. What it returns names
   * the path that the input took: an input that reached something new is mutated further.
   */
  run: (input: Uint8Array) => string | undefined;
}

/** Fails the run where an invariant does not hold. */
export function invariant(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(`Invariant broken: ${sentence}`);
}
