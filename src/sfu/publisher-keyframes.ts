/** A publisher is asked no more often than this: an encoder spends many times a delta frame's bits on a keyframe. */
const MINIMUM_INTERVAL_MS = 300;
/** A request or its keyframe may be lost; then it is asked again after this time. */
const RETRY_INTERVAL_MS = 1000;
/** An encoder that has ignored this many requests sends its keyframes when it likes (OBS, FFmpeg). */
const MAXIMUM_RETRIES = 5;
/** After this many in vain it counts as one that ignores them. */
const IGNORED_REQUESTS = 2;

/** Merges the keyframe requests of all viewers of a track into few PLIs upstream (RFC 4585 6.3.1). */
export class PublisherKeyframes {
  #wanted = false;
  #retries = 0;
  #requested = 0;
  #unanswered = 0;
  /** A request was sent for the keyframe that is wanted. */
  #asked = false;
  #answerTime: number | undefined;
  #firstRequest = 0;
  #lastRequest = Number.NEGATIVE_INFINITY;
  #due = Number.POSITIVE_INFINITY;

  /** Somebody cannot show a picture before the next keyframe. */
  request(now: number): void {
    if (this.#wanted) {
      this.#retries = 0;
      this.#due = Math.min(this.#due, Math.max(now, this.#lastRequest + RETRY_INTERVAL_MS));
      return;
    }
    this.#wanted = true;
    this.#retries = 0;
    this.#due = Math.max(now, this.#lastRequest + MINIMUM_INTERVAL_MS);
  }

  keyframeReceived(now: number): void {
    if (this.#asked) this.#noteAnswer(now - this.#firstRequest);
    this.#wanted = false;
    this.#asked = false;
    this.#due = Number.POSITIVE_INFINITY;
  }

  /** Takes what is known elsewhere of how the publisher answers, as long as nothing is known here. */
  learn(answerTime: number | undefined, ignored: boolean): void {
    this.#answerTime ??= answerTime;
    if (ignored && this.#requested === 0) this.#unanswered = IGNORED_REQUESTS;
  }

  /** True where a PLI is to be sent now. */
  poll(now: number): boolean {
    if (!this.#wanted || now < this.#due) return false;
    if (this.#asked) this.#unanswered++;
    else this.#firstRequest = now;
    this.#asked = true;
    this.#lastRequest = now;
    this.#retries++;
    this.#requested++;
    this.#due = this.#retries > MAXIMUM_RETRIES ? Number.POSITIVE_INFINITY : now + RETRY_INTERVAL_MS;
    return true;
  }

  /** From a request to its keyframe, ms, over the last ones; undefined until one was answered. */
  get answerTime(): number | undefined {
    return this.#answerTime;
  }

  /** The publisher sends its keyframes when it likes. */
  get ignored(): boolean {
    return this.#unanswered >= IGNORED_REQUESTS;
  }

  /** Requests sent so far. */
  get requested(): number {
    return this.#requested;
  }

  /** Monotonic milliseconds of the next request to send, infinite where none is. */
  deadline(): number {
    return this.#due;
  }

  #noteAnswer(time: number): void {
    this.#answerTime = this.#answerTime === undefined ? time : this.#answerTime + (time - this.#answerTime) / 4;
    // A keyframe that came long after the request is none that was asked for.
    if (time < RETRY_INTERVAL_MS) this.#unanswered = 0;
  }
}
