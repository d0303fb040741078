/** Weight of a new sample. */
const WEIGHT = 0.05;
/** Bounds of the variance, relative to the mean in kbit/s. */
const MINIMUM_DEVIATION = 0.4;
const MAXIMUM_DEVIATION = 2.5;
/** The band reaches this many deviations to both sides (draft-ietf-rmcat-gcc-02 5.5). */
const BAND = 3;

/** What the way carried when it was overused: near that rate an increase goes in small steps. */
export class LinkCapacity {
  /** kbit/s */
  #mean: number | undefined;
  #deviation = MINIMUM_DEVIATION;

  /** Takes the rate that arrived at a moment of overuse, bits a second. */
  add(bitrate: number): void {
    const sample = bitrate / 1000;
    const mean = this.#mean === undefined ? sample : (1 - WEIGHT) * this.#mean + WEIGHT * sample;
    this.#mean = mean;
    const error = mean - sample;
    const deviation = (1 - WEIGHT) * this.#deviation + (WEIGHT * error * error) / Math.max(1, mean);
    this.#deviation = Math.min(MAXIMUM_DEVIATION, Math.max(MINIMUM_DEVIATION, deviation));
  }

  forget(): void {
    this.#mean = undefined;
  }

  /** Bits a second; undefined where nothing is known. */
  get bitrate(): number | undefined {
    return this.#mean === undefined ? undefined : this.#mean * 1000;
  }

  /** True where this rate is within the band around the capacity. */
  isNear(bitrate: number): boolean {
    return this.#mean !== undefined && Math.abs(bitrate / 1000 - this.#mean) <= this.#width;
  }

  /** True where this rate proves that there is more. */
  isExceededBy(bitrate: number): boolean {
    return this.#mean !== undefined && bitrate / 1000 > this.#mean + this.#width;
  }

  get #width(): number {
    return BAND * Math.sqrt(this.#deviation * (this.#mean ?? 0));
  }
}
