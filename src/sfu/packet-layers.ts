import { layerIndices } from '../protocol/payload/layer-indices.ts';
import type { PictureSize } from '../protocol/payload/picture-size.ts';
import { hasVp9Scalability, parseVp9Descriptor } from '../protocol/payload/vp9.ts';
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import { BitrateMeter } from './bitrate-meter.ts';
import { DecodeTargets } from './decode-targets.ts';
import { isCellWithin, LAYER_CELLS, layerCell, spatialLayerOf, temporalLayerOf } from './layer-cells.ts';
import { BATCH_CAPACITY, type RtpBatch } from './rtp-batch.ts';
import type { LayerPair, SourceTrack } from './sink.ts';

/** A layer that has had no packets for this long is not sent any more, ms. */
const SILENCE_MS = 3000;
/** A stream without any packets for this long has paused: that says nothing of its layers, ms. */
const PAUSE_MS = 1000;
/** Points of a packet that names no layer: it belongs to all. */
const ALL_POINTS = 0xffff;
/** Mark of a packet that ends no frame. */
const NO_END = 0xff;
/** Sets of points that are measured apart. Streams have one for each layer, and a few more with a keyframe. */
const MAXIMUM_METERS = 48;

/** The points of a packet of each cell, where these follow from its layers alone. */
const POINTS_ABOVE = Uint16Array.from({ length: LAYER_CELLS }, (_, own) => {
  let points = 0;
  for (let cell = 0; cell < LAYER_CELLS; cell++) if (isCellWithin(own, cell)) points |= 1 << cell;
  return points;
});

/**
 * Which operating points each packet of a stream belongs to, and what is known of each layer. VP8 and VP9 name a
 * packet's layers in the payload, and a point has all packets of its layers and lower ones; AV1's dependency descriptor
 * names the points one by one.
 */
export class PacketLayers {
  /** Of the batch in hand: bit {@link layerCell} for each point that needs the packet. */
  readonly #points = new Uint16Array(BATCH_CAPACITY);
  /** Of the batch in hand: the spatial layer whose frame the packet ends. */
  readonly #ends = new Uint8Array(BATCH_CAPACITY);
  readonly #targets = new DecodeTargets();
  /** By the points of the packets. */
  readonly #meters = new Map<number, BitrateMeter>();
  readonly #lastPackets = new Float64Array(LAYER_CELLS).fill(Number.NEGATIVE_INFINITY);
  #lastRead = 0;
  #sizes: readonly PictureSize[] = [];
  /** Packets that name a layer have come. */
  #isScalable = false;

  /** The highest layers that arrive; undefined where packets name none, or there is one layer alone. */
  highest(now: number): LayerPair | undefined {
    if (!this.#isScalable) return undefined;
    const { spatialLayer, temporalLayer } = this.#targets.highest ?? this.#highestArriving(now);
    return spatialLayer + temporalLayer === 0 ? undefined : { spatialLayer, temporalLayer };
  }

  /** Takes the next batch in hand; its packets are all of the codec of `whole`, the stream that they are of. */
  read(batch: RtpBatch, whole: SourceTrack, now: number): void {
    const pause = now - this.#lastRead;
    this.#lastRead = now;
    if (this.#isScalable && pause > PAUSE_MS) {
      this.#lastPackets.forEach((time, cell) => (this.#lastPackets[cell] = time + pause));
    }
    this.#points.fill(ALL_POINTS, 0, batch.count);
    this.#ends.fill(NO_END, 0, batch.count);
    if (whole.codec.name === 'AV1') this.#readDescriptors(batch, whole, now);
    else this.#readPayloads(batch, whole, now);
  }

  /** Forgets all: the stream is another one. */
  reset(): void {
    this.#isScalable = false;
    this.#targets.reset();
    this.#meters.clear();
    this.#lastPackets.fill(Number.NEGATIVE_INFINITY);
    this.#sizes = [];
  }

  /** Whether an operating point needs a packet of the batch in hand. */
  isWithin(index: number, { spatialLayer, temporalLayer }: LayerPair): boolean {
    return (((this.#points[index] ?? ALL_POINTS) >> layerCell(spatialLayer, temporalLayer)) & 1) === 1;
  }

  /** Whether a packet of the batch in hand is the last one of its picture that is of these layers or lower ones. */
  endsPicture(index: number, { spatialLayer }: LayerPair): boolean {
    return this.#ends[index] === spatialLayer;
  }

  /** Bits a second of an operating point. */
  bitrate({ spatialLayer, temporalLayer }: LayerPair, now: number): number {
    const point = 1 << layerCell(spatialLayer, temporalLayer);
    let bitrate = 0;
    for (const [points, meter] of this.#meters) if ((points & point) !== 0) bitrate += meter.bitrate(now);
    return bitrate;
  }

  /** Of a spatial layer's pictures, where the stream tells it. */
  size(spatialLayer: number): PictureSize | undefined {
    return this.#sizes[spatialLayer];
  }

  #highestArriving(now: number): LayerPair {
    let [spatialLayer, temporalLayer] = [0, 0];
    for (let cell = 0; cell < LAYER_CELLS; cell++) {
      if (now - (this.#lastPackets[cell] ?? 0) > SILENCE_MS) continue;
      spatialLayer = Math.max(spatialLayer, spatialLayerOf(cell));
      temporalLayer = Math.max(temporalLayer, temporalLayerOf(cell));
    }
    return { spatialLayer, temporalLayer };
  }

  #readPayloads(batch: RtpBatch, { codec }: SourceTrack, now: number): void {
    for (let index = 0; index < batch.count; index++) {
      const payload = batch.payload(index);
      const layer = layerIndices(codec.name, payload);
      if (layer === undefined) continue;
      const cell = layerCell(layer.spatialLayer, layer.temporalLayer);
      if (layer.endOfFrame) this.#ends[index] = spatialLayerOf(cell);
      this.#note(index, cell, POINTS_ABOVE[cell] ?? ALL_POINTS, batch.length(index), now);
      if (codec.name === 'VP9' && cell === 0 && hasVp9Scalability(payload)) {
        this.#sizes = parseVp9Descriptor(payload)?.scalability?.sizes ?? this.#sizes;
      }
    }
  }

  #readDescriptors(batch: RtpBatch, { extensions }: SourceTrack, now: number): void {
    const id = extensions.find(({ uri }) => uri === EXTENSION.dependencyDescriptor)?.id;
    if (id === undefined) return;
    for (let index = 0; index < batch.count; index++) {
      const frame = this.#targets.read(batch.packet(index), batch.sequence(index), id);
      if (frame === undefined) continue;
      const cell = layerCell(frame.spatialLayer, frame.temporalLayer);
      if (frame.endOfFrame) this.#ends[index] = spatialLayerOf(cell);
      this.#note(index, cell, frame.points, batch.length(index), now);
    }
    this.#sizes = this.#targets.sizes ?? [];
  }

  #note(index: number, cell: number, points: number, bytes: number, now: number): void {
    this.#points[index] = points;
    this.#isScalable = true;
    this.#lastPackets[cell] = now;
    let meter = this.#meters.get(points);
    if (meter === undefined) {
      // Whoever invents new sets all the time is measured too little, and takes no more memory.
      if (this.#meters.size >= MAXIMUM_METERS) return;
      meter = new BitrateMeter(now);
      this.#meters.set(points, meter);
    }
    meter.add(bytes, now);
  }
}
