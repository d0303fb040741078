/** Notices within a second or two that nothing comes from the server any more. Pure. */

/**
 * Milliseconds without media or feedback after which the server is asked for the session: twice the usual time between
 * two signs of it, within these bounds. Feedback to a broadcaster comes ten times a second in some browsers, once in
 * others.
 */
const SILENT_AFTER = { least: 400, most: 1_400 };
/** The usual time is taken for this, milliseconds, until it is known. */
const FIRST_GAP = 350;
/** How much of the usual time the newest one is. */
const NEWEST_SHARE = 0.3;
/** Milliseconds without any sign after which a disconnected ICE counts as dead. */
const DEAD_AFTER = 900;

export interface LivenessSample {
  /** Monotonic milliseconds. */
  at: number;
  /** Grows while the flow that is expected arrives: a viewer's media, a broadcaster's feedback. */
  flow: number;
  /** Grows with every other sign of life as well, such as answered connectivity checks. */
  signs: number;
  /** iceConnectionState is 'disconnected' or 'failed'. */
  disconnected: boolean;
}

export interface Liveness {
  flow: number;
  flowAt: number;
  /** Usual time between two changes of the flow. */
  gap: number;
  signs: number;
  signsAt: number;
  toldSilent: boolean;
  toldDead: boolean;
}

export interface LivenessVerdict {
  liveness: Liveness;
  /** What is new; each is told once a standstill. */
  verdict: 'silent' | 'dead' | undefined;
}

/** Takes one sample into account; `before` is undefined for the first one of a connection. */
export function assessLiveness(before: Liveness | undefined, sample: LivenessSample): LivenessVerdict {
  const liveness: Liveness = { ...(before ?? fresh(sample)) };
  if (sample.flow !== liveness.flow) {
    const newest = Math.min(sample.at - liveness.flowAt, SILENT_AFTER.most / 2);
    const gap = liveness.gap * (1 - NEWEST_SHARE) + newest * NEWEST_SHARE;
    Object.assign(liveness, { flow: sample.flow, flowAt: sample.at, gap, toldSilent: false });
  }
  if (sample.signs !== liveness.signs || liveness.flowAt === sample.at) {
    Object.assign(liveness, { signs: sample.signs, signsAt: sample.at, toldDead: false });
  }
  if (sample.disconnected && !liveness.toldDead && sample.at - liveness.signsAt >= DEAD_AFTER) {
    return { liveness: { ...liveness, toldDead: true }, verdict: 'dead' };
  }
  // Without any flow so far there is nothing to miss: a viewer who waits hears nothing.
  if (liveness.flow > 0 && !liveness.toldSilent && sample.at - liveness.flowAt >= silentAfter(liveness)) {
    return { liveness: { ...liveness, toldSilent: true }, verdict: 'silent' };
  }
  return { liveness, verdict: undefined };
}

function silentAfter({ gap }: Liveness): number {
  return Math.max(SILENT_AFTER.least, 2 * gap);
}

function fresh(sample: LivenessSample): Liveness {
  const { at, flow, signs } = sample;
  return { flow, flowAt: at, gap: FIRST_GAP, signs, signsAt: at, toldSilent: false, toldDead: false };
}
