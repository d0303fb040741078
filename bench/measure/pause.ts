/** Resolves after so many milliseconds. */
export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** Before it is measured, a load has to settle: memory to grow, code to be compiled. */
export const SETTLE_MS = 2000;
