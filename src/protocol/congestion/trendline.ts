import type { GroupDelta } from './inter-arrival.ts';

/** Groups that the line goes through. */
const WINDOW = 20;
/** Weight of the past in the smoothed delay. */
const SMOOTHING = 0.9;
/** Groups up to which the trend counts for less: few points make a steep line by chance. */
const FULL_WEIGHT_GROUPS = 60;
/** Brings the slope to the scale of the threshold, which is one of milliseconds. */
const GAIN = 4;

interface Point {
  arrivalTime: number;
  delay: number;
}

/**
 * Whether the queue on the way grows: the slope of a straight line through the accumulated delay of the last groups of
 * packets (least squares). This takes the place of the Kalman filter of draft-ietf-rmcat-gcc-02 5.4.
 */
export class Trendline {
  readonly #points: Point[] = [];
  #groups = 0;
  #accumulated = 0;
  #smoothed = 0;
  #slope = 0;

  /** The trend after this group, to be held against the detector's threshold: positive where the queue grows. */
  add({ sendDelta, arrivalDelta, arrivalTime }: GroupDelta): number {
    this.#groups = Math.min(FULL_WEIGHT_GROUPS, this.#groups + 1);
    this.#accumulated += arrivalDelta - sendDelta;
    this.#smoothed = SMOOTHING * this.#smoothed + (1 - SMOOTHING) * this.#accumulated;
    this.#points.push({ arrivalTime, delay: this.#smoothed });
    if (this.#points.length > WINDOW) this.#points.shift();
    if (this.#points.length === WINDOW) this.#slope = slope(this.#points) ?? this.#slope;
    return this.#groups * this.#slope * GAIN;
  }
}

function slope(points: readonly Point[]): number | undefined {
  const mean = (value: (point: Point) => number) =>
    points.reduce((sum, point) => sum + value(point), 0) / points.length;
  const meanTime = mean(({ arrivalTime }) => arrivalTime);
  const meanDelay = mean(({ delay }) => delay);
  let covariance = 0;
  let variance = 0;
  for (const { arrivalTime, delay } of points) {
    covariance += (arrivalTime - meanTime) * (delay - meanDelay);
    variance += (arrivalTime - meanTime) ** 2;
  }
  return variance === 0 ? undefined : covariance / variance;
}
