import { matchCodec } from '../protocol/sdp/match-codec.ts';
import { CatchUp } from './catch-up.ts';
import { decodablePart, isDecodable } from './decodable-part.ts';
import type { FanOutTable, RowCounters } from './fan-out-table.ts';
import { type FanOutPart, firstPacket, partsOf } from './fan-out-part.ts';
import { LayerFanOut } from './layer-fan-out.ts';
import { type FirstPacket, offsetsAfter } from './outgoing-stream.ts';
import { OperatingPoint } from './operating-point.ts';
import { RtpBatch } from './rtp-batch.ts';
import type { Sink, SourceTrack } from './sink.ts';
import { chosenSource, isAlive, wholeOf } from './source-choice.ts';
import type { SubscriberTrack } from './subscriber-track.ts';

/** A viewer that catches up is looked at this often, ms. */
const CATCH_UP_INTERVAL_MS = 10;
/** A viewer begins to catch up no more often than this, ms: it costs many times the live bitrate. */
const CATCH_UP_PAUSE_MS = 1000;
/** A viewer waits for the keyframe of a publisher that answers requests no longer than this, ms. */
const LONGEST_WAIT_MS = 250;
/** What follows a keyframe that is no older costs a viewer less than a new one costs everybody, ms. */
const FRESH_KEYFRAME_MS = 500;
/** Sources are looked at for silence this often, ms. */
const REVIEW_INTERVAL_MS = 250;

/**
 * The sink that is all viewers of one kind of track in a room. A viewer joins in at a packet that its decoder can
 * start from, a keyframe to come or the newest that was; its sequence numbers and timestamps go on without a gap when
 * the source changes.
 *
 * | a viewer's track | has a layer     | is waiting | what ends it                                              |
 * |------------------|-----------------|------------|-----------------------------------------------------------|
 * | waiting          | none            | yes        | a keyframe of its target, or of any source; catching up   |
 * | catching up      | one of its own  | yes        | all pictures sent, or a keyframe                          |
 * | switching        | its present one | yes        | a keyframe of its target                                  |
 * | settled          | its target's    | no         | another target; the end or another codec of its source    |
 */
export class TrackFanOut implements Sink {
  readonly #createTable: () => FanOutTable;
  readonly #layers = new Map<SourceTrack, LayerFanOut>();
  readonly #freeTables: FanOutTable[] = [];
  readonly #waiting = new Set<SubscriberTrack>();
  readonly #settled = new Set<SubscriberTrack>();
  readonly #batch = new RtpBatch();
  readonly #piece = new RtpBatch();
  /** For one call of who answers a viewer: one for all, as each takes 2 KB. */
  readonly scratch = new RtpBatch();
  /** No viewer's way to the live picture goes on earlier, monotonic ms. */
  #catchUpDue = Number.POSITIVE_INFINITY;
  #nextReview = 0;
  #hasChoice = false;

  /** `createTable` makes a table for the viewers of one source. */
  constructor(createTable: () => FanOutTable) {
    this.#createTable = createTable;
  }

  /** What the publisher sends of this kind: more than one where it sends simulcast. Each may have operating points. */
  get sources(): readonly SourceTrack[] {
    return [...this.#layers.keys()].filter(({ whole }) => whole === undefined);
  }

  /** There is more than one source or operating point to choose from. */
  get hasChoice(): boolean {
    const { sources } = this;
    return sources.length > 1 || sources.some(({ operatingPoints }) => operatingPoints.length > 0);
  }

  /** Viewers that get packets, and viewers that wait for a packet to start from; for leak checks and reports. */
  get size(): { active: number; waiting: number } {
    const waiting = [...this.#waiting].filter(({ layer }) => layer === undefined).length;
    return { active: this.#settled.size + this.#waiting.size - waiting, waiting };
  }

  /** The track gets packets as soon as its decoder can start. */
  add(track: SubscriberTrack, now: number): void {
    this.#waiting.add(track);
    this.#number(track);
    this.#setTarget(track, this.#targetOf(track, now));
    this.#beginSoon(track, now);
  }

  remove(track: SubscriberTrack): void {
    this.#waiting.delete(track);
    this.#settled.delete(track);
    this.#leaveLayer(track);
    track.target = undefined;
    track.preferred = undefined;
  }

  /** Turns the viewer to another source at its next keyframe; undefined leaves the choice to the fan-out. */
  prefer(track: SubscriberTrack, source: SourceTrack | undefined, now: number): void {
    if (track.preferred === source) return;
    track.preferred = source;
    this.#aim(track, undefined, now);
  }

  announce(source: SourceTrack, now: number): void {
    this.#layerOf(source, undefined, now);
  }

  wants(source: SourceTrack): boolean {
    const uses = (one: SourceTrack | undefined): boolean => one !== undefined && wholeOf(one) === source;
    const isUsed = ({ target, source: present }: SubscriberTrack): boolean => uses(target) || uses(present);
    return [...this.#settled, ...this.#waiting].some(isUsed);
  }

  write(batch: RtpBatch, source: SourceTrack, now: number): void {
    if (batch.count === 0) return;
    const start = source.kind === 'audio' ? 0 : batch.keyframeIndex;
    const inHand = start >= 0 ? source : undefined;
    const layer = this.#layerOf(source, inHand, now);
    if (source.operatingPoints.length > 0 && !this.#hasChoice) this.#noteChoice();
    const isReviewed = this.#layers.size > 1 || source.operatingPoints.length > 0;
    if (isReviewed && (start >= 0 || now >= this.#nextReview)) this.#review(inHand, now);
    const parts = partsOf({ layer, batch, start }, this.#layers);
    const isJoined = start >= 0 && this.#waiting.size > 0;
    if (isJoined) {
      // First what was before the keyframe, to all, so that viewers who change between parts have it and nothing twice.
      for (const part of parts) {
        part.layer.sendAllWaiting(now);
        part.layer.send(part.batch, 0, part.start, now);
      }
      for (const part of parts) this.#join(part, now);
    }
    for (const part of parts) {
      const first = isJoined ? part.start : 0;
      part.layer.sendPaced(part.batch, first, part.batch.count - first, now);
    }
  }

  /** Sends what waits of a burst, and to viewers that catch up, and is due. */
  sendWaiting(now: number): void {
    for (const layer of this.#layers.values()) layer.sendWaiting(now);
    if (now >= this.#catchUpDue) this.#catchUp(now);
  }

  /** Monotonic ms when sendWaiting has something to send; infinite where nothing waits. */
  sendingDeadline(): number {
    let deadline = this.#catchUpDue;
    for (const layer of this.#layers.values()) deadline = Math.min(deadline, layer.deadline());
    return deadline;
  }

  sourceEnded(source: SourceTrack): void {
    const layer = this.#layers.get(source);
    if (layer === undefined) return;
    this.#abandonPoints(source);
    this.#layers.delete(source);
    this.#abandon(layer);
    this.#forget(source);
  }

  /** The viewer cannot show a picture before it gets a keyframe. */
  requestKeyframe(track: SubscriberTrack, now: number): void {
    const source = track.source ?? track.target;
    if (source === undefined) return;
    source.requestKeyframe(now);
    if (source.ignoresKeyframeRequests) this.#beginCatchUp(track, source, now);
  }

  /** Sends viewers that catch up their next packets, and lets those catch up that waited for a keyframe in vain. */
  #catchUp(now: number): void {
    this.#catchUpDue = Number.POSITIVE_INFINITY;
    for (const track of this.#waiting) {
      const { catchUpDue } = track;
      track.catchUpDue = Number.POSITIVE_INFINITY;
      if (now < catchUpDue) this.#catchUpAt(track, catchUpDue);
      else if (this.#isCatchingUp(track)) this.#advance(track, now);
      else if (track.layer === undefined) this.#beginCatchUp(track, track.target, now);
    }
  }

  #catchUpAt(track: SubscriberTrack, time: number): void {
    track.catchUpDue = Math.min(track.catchUpDue, time);
    this.#catchUpDue = Math.min(this.#catchUpDue, time);
  }

  /** What a viewer's track has been sent, over all sources. */
  counters(track: SubscriberTrack): RowCounters {
    const { packets, octets, dropped } = track.counted;
    const row = track.layer?.counters(track);
    if (row === undefined) return { packets, octets, dropped };
    return { packets: packets + row.packets, octets: octets + row.octets, dropped: dropped + row.dropped };
  }

  /** Sends a packet of the source's cache again, byte for byte. False where that cannot be. */
  resend(track: SubscriberTrack, batch: RtpBatch): boolean {
    return track.layer?.resend(track, batch) ?? false;
  }

  /** The viewers of a source; `inHand` is the source where its keyframe is about to be sent. */
  #layerOf(source: SourceTrack, inHand: SourceTrack | undefined, now: number): LayerFanOut {
    const known = this.#layers.get(source);
    if (known?.codec === source.codec) return known;
    this.#abandonPoints(source);
    if (known !== undefined) this.#abandon(known);
    const layer = this.#open(source);
    this.#noteChoice();
    this.#review(inHand, now);
    return layer;
  }

  #open(source: SourceTrack): LayerFanOut {
    const layer = new LayerFanOut(source, this.#takeTable(), this.#piece);
    this.#layers.set(source, layer);
    return layer;
  }

  #abandonPoints(whole: SourceTrack): void {
    for (const [source, layer] of this.#layers) {
      if (source.whole !== whole) continue;
      this.#layers.delete(source);
      this.#abandon(layer);
      this.#forget(source);
    }
  }

  #forget(source: SourceTrack): void {
    for (const track of [...this.#waiting, ...this.#settled]) {
      if (track.target === source) track.target = undefined;
      if (track.preferred === source) track.preferred = undefined;
    }
  }

  /** Points that no viewer gets or waits for cost nothing any more. */
  #releasePoints(): void {
    const used = new Set<SourceTrack | undefined>();
    for (const track of [...this.#waiting, ...this.#settled]) used.add(track.source).add(track.target);
    for (const [source, layer] of this.#layers) {
      if (!(source instanceof OperatingPoint) || used.has(source)) continue;
      this.#layers.delete(source);
      this.#abandon(layer);
      source.release();
    }
  }

  #noteChoice(): void {
    this.#hasChoice = this.hasChoice;
    for (const track of [...this.#waiting, ...this.#settled]) this.#number(track);
  }

  /** The viewers of this layer and those that catch up with it wait for another. */
  #abandon(layer: LayerFanOut): void {
    for (const track of [...this.#waiting, ...this.#settled]) {
      if (track.source !== layer.source) continue;
      this.#leaveLayer(track);
      this.#settled.delete(track);
      this.#waiting.add(track);
    }
    this.#freeTables.push(layer.table);
  }

  /** Only where there is a choice between layers is it worth while to measure a viewer's link. */
  #number(track: SubscriberTrack): void {
    const numbered = track.options.transportSequenceId !== undefined && (track.numbered || this.#hasChoice);
    if (numbered === track.numbered) return;
    track.numbered = numbered;
    track.layer?.rewrite(track);
  }

  /** Chooses each viewer's target anew, as sources come, go and change their size. */
  #review(inHand: SourceTrack | undefined, now: number): void {
    this.#nextReview = now + REVIEW_INTERVAL_MS;
    for (const track of [...this.#waiting, ...this.#settled]) this.#aim(track, inHand, now);
    this.#releasePoints();
  }

  #aim(track: SubscriberTrack, inHand: SourceTrack | undefined, now: number): void {
    const target = this.#targetOf(track, now);
    this.#setTarget(track, target);
    if (target === undefined) return;
    if (track.layer !== undefined && this.#layers.get(target) === track.layer) {
      this.#settle(track);
      return;
    }
    this.#settled.delete(track);
    this.#waiting.add(track);
    if (inHand !== undefined && wholeOf(target) === inHand) return;
    const present = track.layer?.source;
    // From one part of a stream to another there is no silence to bridge.
    const isPatient = present !== undefined && (wholeOf(present) === wholeOf(target) || isAlive(present, now));
    if (isPatient) target.requestKeyframe(now);
    else this.#beginSoon(track, now);
  }

  #targetOf(track: SubscriberTrack, now: number): SourceTrack | undefined {
    const chosen = chosenSource(track.preferred, this.sources, track.target, now);
    return chosen && decodablePart(chosen, track.options.media);
  }

  #setTarget(track: SubscriberTrack, target: SourceTrack | undefined): void {
    track.target = target;
    if (target?.whole !== undefined && !this.#layers.has(target)) this.#open(target);
  }

  /** Begins at the newest keyframe or at the next, whichever the viewer sees sooner. */
  #beginSoon(track: SubscriberTrack, now: number): void {
    const { target } = track;
    if (target === undefined) return;
    const fresh = target.gop !== undefined && target.gop.age(now) <= FRESH_KEYFRAME_MS;
    if (!fresh) target.requestKeyframe(now);
    const answer = target.ignoresKeyframeRequests ? undefined : target.keyframeAnswerTime;
    if (fresh || answer === undefined || answer > LONGEST_WAIT_MS) this.#beginCatchUp(track, target, now);
    else this.#catchUpAt(track, now + Math.min(LONGEST_WAIT_MS, 2 * answer));
  }

  /** Does nothing where there is no keyframe of the past to begin with, or the viewer has just done so. */
  #beginCatchUp(track: SubscriberTrack, wanted: SourceTrack | undefined, now: number): void {
    const source = wanted && wholeOf(wanted);
    if (source?.gop?.isUsable(now) !== true || now - track.caughtUpAt < CATCH_UP_PAUSE_MS) return;
    if (!isDecodable(source, track.options.media)) return;
    const catchUp = new CatchUp(source.gop, source.codec.clockRate, now);
    if (!catchUp.poll(now, this.#batch)) return;
    this.#leaveLayer(track);
    this.#settled.delete(track);
    this.#waiting.add(track);
    track.catchUp = catchUp;
    track.caughtUpAt = now;
    const own = new LayerFanOut(source, this.#takeTable(), this.#piece);
    this.#place(track, own, firstPacket({ layer: own, batch: this.#batch, start: 0 }), now);
    own.send(this.#batch, 0, this.#batch.count, now);
    this.#catchUpAt(track, now + CATCH_UP_INTERVAL_MS);
  }

  #advance(track: SubscriberTrack, now: number): void {
    const { catchUp, layer } = track;
    if (catchUp === undefined || layer === undefined) return;
    this.#catchUpAt(track, now + CATCH_UP_INTERVAL_MS);
    if (!catchUp.current) {
      layer.source.requestKeyframe(now);
      return;
    }
    if (catchUp.poll(now, this.#batch)) layer.send(this.#batch, 0, this.#batch.count, now);
    const live = this.#layers.get(layer.source);
    // What waits there has been caught up with here.
    const isSent = live?.deadline() === Number.POSITIVE_INFINITY;
    if (live !== undefined && isSent && catchUp.live) this.#enterLive(track, live);
  }

  /** Goes on with the live packets, whose numbers follow those that were caught up. */
  #enterLive(track: SubscriberTrack, live: LayerFanOut): void {
    const { codec } = track;
    const { catchUp } = track;
    this.#leaveLayer(track);
    track.catchUp = catchUp;
    if (codec === undefined || track.position === undefined) return;
    const sequence = (track.position.sequence + 1 - track.offsets.sequence) & 0xffff;
    live.add(track, codec, sequence, (track.position.timestamp - track.offsets.timestamp) >>> 0);
    this.#settle(track);
  }

  /** Lets waiting viewers start with a keyframe; those who wait for another one too, but with a whole stream. */
  #join(part: FanOutPart, now: number): void {
    const { layer } = part;
    const isWhole = layer.source.whole === undefined;
    const first = firstPacket(part);
    for (const track of this.#waiting) {
      const wanted = track.target === layer.source || (isWhole && track.layer === undefined);
      if (!wanted || !isDecodable(layer.source, track.options.media)) continue;
      this.#leaveLayer(track);
      this.#place(track, layer, first, now);
      this.#settle(track);
    }
  }

  #place(track: SubscriberTrack, layer: LayerFanOut, first: FirstPacket, now: number): void {
    const codec = matchCodec(track.options.media.codecs, layer.codec);
    if (codec === undefined) return;
    track.firstSourceSequence = first.sequence;
    track.offsets = offsetsAfter(track.position, first, layer.source, track.options.firstSequence, now);
    layer.add(track, codec, first.sequence, first.timestamp);
  }

  /** Takes the viewer from among those that wait, where it has come to its target. */
  #settle(track: SubscriberTrack): void {
    track.catchUpDue = Number.POSITIVE_INFINITY;
    if (track.target !== track.source) return;
    this.#waiting.delete(track);
    this.#settled.add(track);
  }

  #leaveLayer(track: SubscriberTrack): void {
    const { layer } = track;
    if (layer === undefined) return;
    const own = this.#isCatchingUp(track);
    layer.remove(track);
    if (own) this.#freeTables.push(layer.table);
    track.catchUp = undefined;
  }

  #isCatchingUp({ layer }: SubscriberTrack): boolean {
    return layer !== undefined && this.#layers.get(layer.source) !== layer;
  }

  #takeTable(): FanOutTable {
    return this.#freeTables.pop() ?? this.#createTable();
  }
}
