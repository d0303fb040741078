/** Says that the encoder is held back only once that lasts: every broadcast starts small and grows. Pure. */

export type QualityLimit = 'cpu' | 'bandwidth' | 'other';

export interface LimitWatch {
  reason: QualityLimit | undefined;
  /** When this reason came; milliseconds. */
  since: number;
  /** What to tell the broadcaster. */
  told: QualityLimit | undefined;
}

/** Milliseconds that a limit has to last. */
const LASTING = 12_000;

/** Takes the browser's qualityLimitationReason at a moment into account. */
export function watchLimit(before: LimitWatch | undefined, limitedBy: string | undefined, at: number): LimitWatch {
  const reason = limitedBy === 'cpu' || limitedBy === 'bandwidth' || limitedBy === 'other' ? limitedBy : undefined;
  if (before?.reason !== reason || before === undefined) return { reason, since: at, told: undefined };
  return at - before.since >= LASTING ? { ...before, told: reason } : before;
}
