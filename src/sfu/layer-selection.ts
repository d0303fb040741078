/** A layer is taken where the estimate is this many times its bitrate: pictures vary, and loss is repaired. */
const HEADROOM = 1.15;
/** Probes go a little further, so that what they find is enough. */
const PROBE_HEADROOM = 1.2;
/** An estimate below this share of the present layer's bitrate lets it go at once. */
const SEVERE_SHARE = 0.8;
/** The same where so much is lost besides. */
const SEVERE_LOSS = 0.1;
/** An estimate above that, but below the bitrate, is borne for this long, ms: a false alarm costs 15 % and passes. */
const PATIENCE_MS = 3000;
/** Between a change and the next one up, ms. */
const INITIAL_HOLD_MS = 1000;
/** After a layer that could not be held, ms; doubled with each in a row, up to the other. */
const FAILURE_HOLD_MS = 15_000;
const MAXIMUM_HOLD_MS = 120_000;
/** A layer that was held for this long was right, ms. */
const SUCCESS_MS = 20_000;
/** A layer's bitrate is averaged over about this time, ms. */
const AVERAGE_MS = 3000;

/** One of the layers that a viewer could get. */
export interface LayerOption {
  /** Tells it from the others: rid, spatial and temporal layer. */
  id: string;
  /** Measured of late, with all that it depends on, bits a second. */
  bitrate: number;
  /** Pixels; undefined where they are not known. */
  width: number | undefined;
  height: number | undefined;
}

/** What is known of a viewer's link. */
export interface LinkState {
  /** Bits a second. */
  estimate: number;
  /** Share of packets lost of late, 0 to 1. */
  loss: number;
}

/** What a viewer wishes for. */
export interface LayerLimits {
  /** This layer and no other. */
  id?: string | undefined;
  /** Pixels. */
  maximumWidth?: number | undefined;
  maximumHeight?: number | undefined;
}

/**
 * Chooses a viewer's layer by its bandwidth. Down at once where the way is overused; up where there is room, some time
 * after the last change. A layer that proved too much is not tried again soon.
 */
export class LayerSelection {
  readonly #bitrates = new Map<string, number>();
  #present: string | undefined;
  #lastUpdate = 0;
  #lastChange = Number.NEGATIVE_INFINITY;
  #lastRaise = Number.NEGATIVE_INFINITY;
  #shortSince: number | undefined;
  #hold = INITIAL_HOLD_MS;
  #wanted = 0;

  /** The bitrate of which there would be use, for probes, bits a second. */
  get wanted(): number {
    return this.#wanted;
  }

  /** Changes so far, the first choice left out. */
  changes = 0;

  /** The id of the layer to send. Undefined where there is none. */
  select(layers: readonly LayerOption[], limits: LayerLimits, link: LinkState, now: number): string | undefined {
    this.#average(layers, now);
    const candidates = withinLimits(layers, limits).sort((a, b) => this.#bitrate(a) - this.#bitrate(b));
    const present = candidates.find(({ id }) => id === this.#present);
    if (now - this.#lastRaise >= SUCCESS_MS && this.#lastRaise >= this.#lastChange) this.#hold = INITIAL_HOLD_MS;
    const chosen =
      present === undefined ? this.#best(candidates, link.estimate) : this.#next(candidates, present, link, now);
    if (chosen?.id !== this.#present) this.#change(chosen, present, now);
    this.#wanted = this.#probeTarget(candidates, chosen, now);
    return chosen?.id;
  }

  #next(
    candidates: readonly LayerOption[],
    present: LayerOption,
    { estimate, loss }: LinkState,
    now: number,
  ): LayerOption {
    const bitrate = this.#bitrate(present);
    const best = this.#best(candidates, estimate) ?? present;
    if (estimate >= bitrate) {
      this.#shortSince = undefined;
      return this.#bitrate(best) > bitrate && now - this.#lastChange >= this.#hold ? best : present;
    }
    this.#shortSince ??= now;
    const mild = estimate >= bitrate * SEVERE_SHARE && loss < SEVERE_LOSS;
    const bearable = mild && now - this.#shortSince < PATIENCE_MS;
    return bearable || this.#bitrate(best) > bitrate ? present : best;
  }

  /** The largest layer with room to spare, else the smallest. */
  #best(candidates: readonly LayerOption[], estimate: number): LayerOption | undefined {
    return candidates.findLast((layer) => this.#bitrate(layer) * HEADROOM <= estimate) ?? candidates[0];
  }

  #change(chosen: LayerOption | undefined, present: LayerOption | undefined, now: number): void {
    const raised = chosen !== undefined && present !== undefined && this.#bitrate(chosen) > this.#bitrate(present);
    if (present !== undefined) this.changes++;
    if (raised) {
      this.#lastRaise = now;
    } else if (present !== undefined && now - this.#lastRaise < SUCCESS_MS) {
      this.#hold = Math.min(MAXIMUM_HOLD_MS, Math.max(FAILURE_HOLD_MS, 2 * this.#hold));
    }
    this.#present = chosen?.id;
    this.#lastChange = now;
    this.#shortSince = undefined;
  }

  /** As far as the next layer up; while none may be tried, as far as the present one. */
  #probeTarget(candidates: readonly LayerOption[], chosen: LayerOption | undefined, now: number): number {
    if (chosen === undefined) return 0;
    const bitrate = this.#bitrate(chosen);
    const next = candidates.find((layer) => this.#bitrate(layer) > bitrate);
    if (next === undefined || now - this.#lastChange < this.#hold) return bitrate;
    return PROBE_HEADROOM * this.#bitrate(next);
  }

  #bitrate({ id, bitrate }: LayerOption): number {
    return this.#bitrates.get(id) ?? bitrate;
  }

  #average(layers: readonly LayerOption[], now: number): void {
    const weight = Math.min(1, (now - this.#lastUpdate) / AVERAGE_MS);
    this.#lastUpdate = now;
    for (const id of this.#bitrates.keys()) if (!layers.some((layer) => layer.id === id)) this.#bitrates.delete(id);
    for (const { id, bitrate } of layers) {
      const average = this.#bitrates.get(id) ?? bitrate;
      this.#bitrates.set(id, average + (bitrate - average) * weight);
    }
  }
}

/** The layers that a wish leaves; where it leaves none, the smallest picture. */
function withinLimits(layers: readonly LayerOption[], limits: LayerLimits): LayerOption[] {
  const { id, maximumWidth = Infinity, maximumHeight = Infinity } = limits;
  if (id !== undefined) return layers.filter((layer) => layer.id === id);
  const fitting = layers.filter(({ width = 0, height = 0 }) => width <= maximumWidth && height <= maximumHeight);
  if (fitting.length > 0) return fitting;
  const smallest = Math.min(...layers.map(area));
  return layers.filter((layer) => area(layer) === smallest);
}

function area({ width = 0, height = 0 }: LayerOption): number {
  return width * height;
}
