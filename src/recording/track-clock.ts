import { timestampDifference } from '../util/sequence.ts';

/** A correction takes two seconds of media for most of the way, so that the reports' own noise stays small. */
const CORRECTION_SECONDS = 2;
/** Nor does it go faster than this: 5 ms in 100 ms of media, which nobody hears or sees. */
const MAXIMUM_SLEW = 0.05;
/** What a source left out is no error to spread over minutes: from here on, seconds, time goes forward at once. */
const STEP_SECONDS = 1;
/** The least delay may rise this much a second, so that it follows clocks that run apart (100 ppm and far more). */
const DELAY_RISE = 0.001;
/** Seconds without a frame that count as a silence. */
const SILENCE_SECONDS = 0.3;
const KEPT_SILENCES = 4;

/** Maps one track's RTP time to the publication's time. All times in seconds; media time is RTP ticks over clock rate. */
export class TrackClock {
  /** Hz. */
  readonly clockRate: number;
  /** Arrival of the newest frame, since the start of the publication. */
  lastArrival = Number.NEGATIVE_INFINITY;
  /** Media time of the newest frame in decoding order. */
  lastMedia = 0;
  /** The highest time given out. */
  lastTime = Number.NEGATIVE_INFINITY;
  /** The least time from a frame's own time to its arrival. */
  delay: number | undefined;
  #lastTimestamp = 0;
  /** The highest media time so far. */
  #frontier = 0;
  /** Publication time minus media time; undefined before the first frame. */
  #offset: number | undefined;
  #silences: { from: number; to: number }[] = [];

  /** `predecessor`: the clock of the source whose place this one takes. */
  constructor(clockRate: number, predecessor?: TrackClock) {
    this.clockRate = clockRate;
    this.delay = predecessor?.delay;
    this.lastTime = predecessor?.lastTime ?? this.lastTime;
    this.lastArrival = predecessor?.lastArrival ?? this.lastArrival;
  }

  get isAnchored(): boolean {
    return this.#offset !== undefined;
  }

  /** Media time of an unwrapped timestamp. */
  mediaTime(rtpTimestamp: number): number {
    return rtpTimestamp / this.clockRate;
  }

  /** Media time of a 32-bit timestamp near that of the newest frame. */
  mediaTimeNear(timestamp: number): number {
    return this.mediaTime(this.#lastTimestamp + timestampDifference(timestamp, this.#lastTimestamp));
  }

  /** Publication time of a media time, as the mapping stands. */
  timeAt(media: number): number {
    return media + (this.#offset ?? 0);
  }

  /** Makes the frame of this timestamp be at `time`, but not before what was given out. */
  anchor(rtpTimestamp: number, time: number): void {
    const media = this.mediaTime(rtpTimestamp);
    const earliest = Math.max(0, this.lastTime + 1 / this.clockRate);
    this.#offset = Math.max(time, earliest) - media;
    this.#frontier = media;
    this.#lastTimestamp = rtpTimestamp;
  }

  /**
   * Brings the mapping nearer to one that is later by `error`, as far as the media's way to `media` allows.
   * `mayStep`: the error is known, not guessed, so that a large one is a pause of the source.
   */
  correct(media: number, error: number, mayStep: boolean): void {
    const way = Math.max(0, media - this.#frontier);
    this.#frontier = Math.max(this.#frontier, media);
    if (mayStep && error > STEP_SECONDS) {
      this.#shift(error);
      return;
    }
    const limit = MAXIMUM_SLEW * way;
    this.#shift(Math.max(-limit, Math.min(limit, error * Math.min(1, way / CORRECTION_SECONDS))));
  }

  /** The time of a frame that is given out. `increasing`: each frame is later than the one before. */
  giveOut(rtpTimestamp: number, arrival: number, increasing: boolean): number {
    const media = this.mediaTime(rtpTimestamp);
    const earliest = increasing ? Math.max(0, this.lastTime + 1 / this.clockRate) : 0;
    this.#shift(Math.max(0, earliest - this.timeAt(media)));
    const time = Math.max(earliest, this.timeAt(media));
    this.#noteDelay(arrival - time, arrival);
    this.#noteSilence(arrival);
    this.#lastTimestamp = rtpTimestamp;
    this.lastMedia = media;
    this.lastArrival = Math.max(this.lastArrival, arrival);
    this.lastTime = Math.max(this.lastTime, time);
    return time;
  }

  /** True where frames came throughout the span, so that it was no standstill of the path. */
  wasLively(from: number, to: number): boolean {
    const half = (to - from) / 2;
    if (this.lastArrival < from + half) return false;
    return this.#silences.every((silence) => Math.min(to, silence.to) - Math.max(from, silence.from) < half);
  }

  #shift(seconds: number): void {
    if (this.#offset === undefined) return;
    this.#offset += seconds;
    if (this.delay !== undefined) this.delay -= seconds;
  }

  #noteDelay(delay: number, arrival: number): void {
    const elapsed = Math.max(0, Math.min(1, arrival - this.lastArrival));
    this.delay = this.delay === undefined ? delay : Math.min(delay, this.delay + DELAY_RISE * elapsed);
  }

  #noteSilence(arrival: number): void {
    if (arrival - this.lastArrival < SILENCE_SECONDS || this.lastArrival === Number.NEGATIVE_INFINITY) return;
    this.#silences.push({ from: this.lastArrival, to: arrival });
    if (this.#silences.length > KEPT_SILENCES) this.#silences.shift();
  }
}
