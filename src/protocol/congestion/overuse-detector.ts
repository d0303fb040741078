/** What the delay says of the way: the queue grows, drains, or neither. */
export type BandwidthUsage = 'normal' | 'overusing' | 'underusing';

/** del_var_th(0), ms (draft-ietf-rmcat-gcc-02 5.4). */
const INITIAL_THRESHOLD_MS = 12.5;
/** Gains of the threshold upward and downward, per ms: K_u and K_d. */
const GAIN_UP = 0.0087;
const GAIN_DOWN = 0.039;
/** The threshold stays within these, ms. */
const MINIMUM_THRESHOLD_MS = 6;
const MAXIMUM_THRESHOLD_MS = 600;
/** A trend that is further above the threshold is a spike, to which the threshold is not adapted, ms. */
const MAXIMUM_EXCESS_MS = 15;
/** One step of the adaptation is at most this long, ms. */
const MAXIMUM_STEP_MS = 100;
/** The trend must be above the threshold for this long, ms: overuse_time_th. */
const OVERUSE_TIME_MS = 10;

/** Holds the trend against a threshold that adapts itself (draft-ietf-rmcat-gcc-02 5.4). */
export class OveruseDetector {
  #threshold = INITIAL_THRESHOLD_MS;
  #lastUpdate: number | undefined;
  #previousTrend = 0;
  #overuseTime = 0;
  #overuseCount = 0;
  #usage: BandwidthUsage = 'normal';

  get usage(): BandwidthUsage {
    return this.#usage;
  }

  /** Takes the trend after a group of packets. `sendDelta`: time since the group before was sent; both ms. */
  update(trend: number, sendDelta: number, now: number): void {
    if (trend > this.#threshold) {
      this.#overuseTime += this.#overuseCount === 0 ? sendDelta / 2 : sendDelta;
      this.#overuseCount++;
      if (this.#overuseTime > OVERUSE_TIME_MS && this.#overuseCount > 1 && trend >= this.#previousTrend) {
        this.#forgetOveruse();
        this.#usage = 'overusing';
      }
    } else {
      this.#forgetOveruse();
      this.#usage = trend < -this.#threshold ? 'underusing' : 'normal';
    }
    this.#previousTrend = trend;
    this.#adapt(Math.abs(trend), now);
  }

  #forgetOveruse(): void {
    this.#overuseTime = 0;
    this.#overuseCount = 0;
  }

  #adapt(trend: number, now: number): void {
    const elapsed = Math.min(MAXIMUM_STEP_MS, now - (this.#lastUpdate ?? now));
    this.#lastUpdate = now;
    if (trend > this.#threshold + MAXIMUM_EXCESS_MS) return;
    const gain = trend < this.#threshold ? GAIN_DOWN : GAIN_UP;
    const adapted = this.#threshold + gain * (trend - this.#threshold) * elapsed;
    this.#threshold = Math.min(MAXIMUM_THRESHOLD_MS, Math.max(MINIMUM_THRESHOLD_MS, adapted));
  }
}
