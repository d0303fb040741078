/**
 * How long a viewer's jitter buffer should wait on a lossy network. Browsers that only receive do not know the round
 * trip, so they do not wait for what is being sent again, and the picture freezes for a moment with each packet that is
 * lost twice. Pure.
 */

/** Milliseconds of delay that let a second retransmission of a path across a continent arrive in time. */
const LOSSY_TARGET = 250;
/** Losses are counted over so many milliseconds. */
const WINDOW = 4_000;
/** So many requests for lost packets in a window make the network a lossy one. */
const LOSSY_REQUESTS = 4;
/** Milliseconds without any loss until the delay is taken back. */
const QUIET_TIME = 20_000;

export interface LossSample {
  /** Monotonic milliseconds. */
  at: number;
  /** Requests for lost packets (NACK) since the connection's start. */
  requests: number;
}

export interface JitterBufferState {
  /** Those of the window, oldest first. */
  samples: readonly LossSample[];
  /** When the last loss was seen. */
  lossAt: number;
  /** Milliseconds to ask of RTCRtpReceiver.jitterBufferTarget; undefined leaves it to the browser. */
  target: number | undefined;
}

/** Takes one sample into account; `before` is undefined for the first one of a connection. */
export function assessJitterBuffer(before: JitterBufferState | undefined, sample: LossSample): JitterBufferState {
  const last = before?.samples.at(-1);
  const samples = [...(before?.samples ?? []).filter(({ at }) => sample.at - at <= WINDOW), sample];
  const lost = last !== undefined && sample.requests > last.requests;
  const lossAt = lost ? sample.at : (before?.lossAt ?? Number.NEGATIVE_INFINITY);
  const requests = sample.requests - (samples[0]?.requests ?? 0);
  const lossy = requests >= LOSSY_REQUESTS || (before?.target !== undefined && sample.at - lossAt < QUIET_TIME);
  return { samples, lossAt, target: lossy ? LOSSY_TARGET : undefined };
}
