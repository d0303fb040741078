/** Notices within two to three seconds that nothing comes from the server any more. Pure. */

/** Milliseconds without media or feedback after which the server is asked for the session. */
const SILENT_AFTER = 1_400;
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
    Object.assign(liveness, { flow: sample.flow, flowAt: sample.at, toldSilent: false });
  }
  if (sample.signs !== liveness.signs || liveness.flowAt === sample.at) {
    Object.assign(liveness, { signs: sample.signs, signsAt: sample.at, toldDead: false });
  }
  if (sample.disconnected && !liveness.toldDead && sample.at - liveness.signsAt >= DEAD_AFTER) {
    return { liveness: { ...liveness, toldDead: true }, verdict: 'dead' };
  }
  // Without any flow so far there is nothing to miss: a viewer who waits hears nothing.
  if (liveness.flow > 0 && !liveness.toldSilent && sample.at - liveness.flowAt >= SILENT_AFTER) {
    return { liveness: { ...liveness, toldSilent: true }, verdict: 'silent' };
  }
  return { liveness, verdict: undefined };
}

function fresh(sample: LivenessSample): Liveness {
  const { at, flow, signs } = sample;
  return { flow, flowAt: at, signs, signsAt: at, toldSilent: false, toldDead: false };
}
