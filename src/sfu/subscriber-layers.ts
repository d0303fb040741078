import type { TransportFeedback } from '../protocol/rtcp/transport-feedback.ts';
import { decodableBounds } from './decodable-part.ts';
import { layerCandidates } from './layer-candidates.ts';
import { type LayerLimits, type LayerOption, LayerSelection } from './layer-selection.ts';
import { AUTOMATIC, type LayerWish, wantedSource } from './layer-wish.ts';
import { writeProbePadding } from './probe-padding.ts';
import type { SendHistory } from './send-history.ts';
import type { SourceTrack } from './sink.ts';
import { pictureArea } from './source-choice.ts';
import { SubscriberBandwidth } from './subscriber-bandwidth.ts';
import type { SubscriberTrack } from './subscriber-track.ts';
import type { TrackFanOut } from './track-fan-out.ts';

/** The choice between layers is looked at this often, and with each feedback, ms. */
const REVIEW_INTERVAL_MS = 100;
/** Where there is no choice, it is looked this often whether there has come to be one, ms. */
const IDLE_INTERVAL_MS = 1000;
/** What a picture has a second and pixel, until it is measured, bits. */
const BITS_PER_PIXEL = 2;

export interface SubscriberLayersOptions {
  track: SubscriberTrack;
  fanOut: TrackFanOut;
  sendRtp: (packet: Uint8Array) => boolean;
  /** Begins to number and note what the viewer is sent; undefined where that cannot be. */
  trackSends: ((extensionId: number, now: number) => SendHistory) | undefined;
  now: number;
}

/** Turns one viewer's picture to the layer that its link carries and its user wishes for, and probes for a better one. */
export class SubscriberLayers {
  readonly #options: SubscriberLayersOptions;
  readonly #bandwidth: SubscriberBandwidth;
  readonly #selection = new LayerSelection();
  #wish: LayerWish = AUTOMATIC;
  #nextReview = Number.POSITIVE_INFINITY;
  #measured = false;

  constructor(options: SubscriberLayersOptions) {
    this.#options = options;
    this.#bandwidth = new SubscriberBandwidth(options.now);
  }

  /** The estimate of the viewer's bandwidth, bits a second. */
  get bandwidth(): number {
    return this.#bandwidth.bitrate;
  }

  /** Changes of layer so far. */
  get changes(): number {
    return this.#selection.changes;
  }

  setWish(wish: LayerWish, now: number): void {
    this.#wish = wish;
    if (this.#nextReview < Number.POSITIVE_INFINITY) this.#review(now);
  }

  /** Chooses the first layer; to be called before the track joins its fan-out. */
  start(now: number): void {
    const { track, fanOut } = this.#options;
    this.#nextReview = now + REVIEW_INTERVAL_MS;
    if (!fanOut.hasChoice) return;
    this.#measure(now);
    track.preferred = this.#choose(now);
  }

  handleFeedback(feedback: TransportFeedback, now: number): void {
    this.#bandwidth.handleFeedback(feedback, now);
    this.#reviewSoon(now);
  }

  /** `bitrate` in bits a second. */
  handleRemb(bitrate: number, now: number): void {
    this.#bandwidth.handleRemb(bitrate, now);
    this.#reviewSoon(now);
  }

  /** `fractionLost` 0 to 255; `roundTrip` in ms. */
  handleReport(fractionLost: number, roundTrip: number | undefined, now: number): void {
    this.#bandwidth.handleReport(fractionLost, roundTrip, now);
    this.#reviewSoon(now);
  }

  handleTimeout(now: number): void {
    if (now >= this.#nextReview) this.#review(now);
    this.#probe(now);
  }

  /** Monotonic ms. */
  deadline(): number {
    return Math.min(this.#nextReview, this.#bandwidth.deadline());
  }

  #reviewSoon(now: number): void {
    if (this.#nextReview < Number.POSITIVE_INFINITY) this.#nextReview = now;
  }

  #review(now: number): void {
    const { track, fanOut } = this.#options;
    if (track.numbered) this.#measure(now);
    this.#bandwidth.setSent(fanOut.counters(track).octets, now);
    const choice = fanOut.hasChoice || this.#wish.type !== 'automatic';
    this.#nextReview = now + (choice ? REVIEW_INTERVAL_MS : IDLE_INTERVAL_MS);
    fanOut.prefer(track, choice ? this.#choose(now) : undefined, now);
    // A layer that its user has chosen stays, whatever the link could carry besides.
    this.#bandwidth.setWanted(choice && this.#wish.type !== 'layer' ? this.#selection.wanted : 0);
  }

  /** Has the viewer's packets noted from now on, where that can be. */
  #measure(now: number): void {
    const { track, trackSends } = this.#options;
    const { transportSequenceId } = track.options;
    if (this.#measured || transportSequenceId === undefined || trackSends === undefined) return;
    this.#measured = true;
    this.#bandwidth.measureBy(trackSends(transportSequenceId, now));
  }

  /** Undefined leaves it to the fan-out: there is nothing to choose from. */
  #choose(now: number): SourceTrack | undefined {
    const { sources } = this.#options.fanOut;
    const wish = this.#wish;
    if (wish.type === 'layer') {
      const layer = wantedSource(wish, sources, now);
      if (layer !== undefined) return layer;
    }
    const wanted = wish.type === 'bounds' ? wish : undefined;
    const bounds = decodableBounds(sources, this.#options.track.options.media, wanted);
    const candidates = layerCandidates(sources, now, bounds);
    const limits: LayerLimits = { maximumWidth: wanted?.maxWidth, maximumHeight: wanted?.maxHeight };
    const options = [...candidates].map(([id, source]) => describeLayer(id, source, now));
    const link = { estimate: this.#bandwidth.bitrate, loss: this.#bandwidth.loss };
    const id = this.#selection.select(options, limits, link, now);
    return id === undefined ? undefined : candidates.get(id);
  }

  #probe(now: number): void {
    const { track, sendRtp } = this.#options;
    const { transportSequenceId } = track.options;
    const bytes = this.#bandwidth.poll(now);
    if (bytes === 0 || transportSequenceId === undefined) return;
    for (const packet of writeProbePadding(track, bytes, transportSequenceId)) sendRtp(packet);
  }
}

function describeLayer(id: string, source: SourceTrack, now: number): LayerOption {
  const bitrate = source.bitrate(now);
  return {
    id,
    bitrate: bitrate > 0 ? bitrate : pictureArea(source) * BITS_PER_PIXEL,
    width: source.frameSize?.width,
    height: source.frameSize?.height,
  };
}
