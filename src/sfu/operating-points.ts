import { OperatingPoint } from './operating-point.ts';
import { PacketLayers } from './packet-layers.ts';
import type { RtpBatch } from './rtp-batch.ts';
import type { LayerPair, SourceTrack } from './sink.ts';

/** Whether layers have gone is looked at this often, ms. */
const REVIEW_INTERVAL_MS = 1000;

/** The parts of one stream that viewers may get instead of the whole; none where the stream has a single layer. */
export class OperatingPoints {
  readonly #whole: SourceTrack;
  readonly #layers = new PacketLayers();
  /** A point stays the same one while its layers come and go. */
  readonly #known = new Map<number, OperatingPoint>();
  #highest: LayerPair | undefined;
  #points: readonly OperatingPoint[] = [];
  #nextReview = 0;

  constructor(whole: SourceTrack) {
    this.#whole = whole;
  }

  /** The highest layers of the whole stream; undefined where it has a single one. */
  get highest(): LayerPair | undefined {
    return this.#highest;
  }

  /** All but the whole stream itself, the lowest spatial layer first. Another array when it has changed. */
  get all(): readonly OperatingPoint[] {
    return this.#points;
  }

  /** Takes the next batch of the stream, before it is handed on. */
  receive(batch: RtpBatch, now: number): void {
    this.#layers.read(batch, this.#whole, now);
    if (batch.keyframeIndex < 0 && now < this.#nextReview) return;
    this.#nextReview = now + REVIEW_INTERVAL_MS;
    this.#setHighest(this.#layers.highest(now));
  }

  /** Forgets all layers: another codec follows. */
  reset(): void {
    this.#layers.reset();
    this.#known.clear();
    this.#setHighest(undefined);
  }

  #setHighest(highest: LayerPair | undefined): void {
    const { spatialLayer, temporalLayer } = highest ?? { spatialLayer: 0, temporalLayer: 0 };
    if (spatialLayer === (this.#highest?.spatialLayer ?? 0) && temporalLayer === (this.#highest?.temporalLayer ?? 0)) {
      return;
    }
    this.#highest = highest;
    const points: OperatingPoint[] = [];
    for (let spatial = 0; spatial <= spatialLayer; spatial++) {
      for (let temporal = 0; temporal <= temporalLayer; temporal++) {
        if (spatial < spatialLayer || temporal < temporalLayer) points.push(this.#point(spatial, temporal));
      }
    }
    this.#points = points;
  }

  #point(spatialLayer: number, temporalLayer: number): OperatingPoint {
    const id = (spatialLayer << 4) | temporalLayer;
    const point = this.#known.get(id) ?? new OperatingPoint(this.#whole, { spatialLayer, temporalLayer }, this.#layers);
    this.#known.set(id, point);
    return point;
  }
}
