import { layerIndices } from '../protocol/payload/layer-indices.ts';
import type { PictureSize } from '../protocol/payload/picture-size.ts';
import { hasVp9Scalability, parseVp9Descriptor } from '../protocol/payload/vp9.ts';
import type { CodecName } from '../protocol/sdp/types.ts';
import { BitrateMeter } from './bitrate-meter.ts';
import { BATCH_CAPACITY, type RtpBatch } from './rtp-batch.ts';
import type { LayerPair } from './sink.ts';

/** Layers of each kind that are told apart; what is above counts as the highest of them. */
const LAYERS = 4;
/** A layer that has had no packets for this long is not sent any more, ms. */
const SILENCE_MS = 3000;
/** A stream without any packets for this long has paused: that says nothing of its layers, ms. */
const PAUSE_MS = 1000;
/** Mark of a packet that names no layer, and belongs to all. */
const UNNAMED = 0xff;
const END_OF_FRAME = 0x10;

/** Which layer each packet of a stream belongs to, and what is known of each layer. */
export class PacketLayers {
  /** Of the batch in hand: spatial layer in bits 2 and 3, temporal layer in bits 0 and 1. */
  readonly #marks = new Uint8Array(BATCH_CAPACITY);
  /** By spatial layer, then temporal layer; undefined before the first packet of each. */
  readonly #meters: (BitrateMeter | undefined)[] = new Array<BitrateMeter | undefined>(LAYERS * LAYERS);
  readonly #lastPackets = new Float64Array(LAYERS * LAYERS).fill(Number.NEGATIVE_INFINITY);
  #lastRead = 0;
  #sizes: readonly PictureSize[] = [];
  /** Packets that name a layer have come. */
  #isScalable = false;

  /** The highest layers that arrive; undefined where packets name none, or there is one layer alone. */
  highest(now: number): LayerPair | undefined {
    if (!this.#isScalable) return undefined;
    let [spatialLayer, temporalLayer] = [0, 0];
    for (let cell = 0; cell < LAYERS * LAYERS; cell++) {
      if (now - (this.#lastPackets[cell] ?? 0) > SILENCE_MS) continue;
      spatialLayer = Math.max(spatialLayer, cell >> 2);
      temporalLayer = Math.max(temporalLayer, cell & 3);
    }
    return spatialLayer + temporalLayer === 0 ? undefined : { spatialLayer, temporalLayer };
  }

  /** Takes the next batch in hand; its packets are all of this codec. */
  read(batch: RtpBatch, codec: CodecName, now: number): void {
    const pause = now - this.#lastRead;
    this.#lastRead = now;
    if (this.#isScalable && pause > PAUSE_MS) {
      this.#lastPackets.forEach((time, cell) => (this.#lastPackets[cell] = time + pause));
    }
    for (let index = 0; index < batch.count; index++) {
      const payload = batch.payload(index);
      const layer = layerIndices(codec, payload);
      this.#marks[index] = UNNAMED;
      if (layer === undefined) continue;
      const cell = (Math.min(layer.spatialLayer, LAYERS - 1) << 2) | Math.min(layer.temporalLayer, LAYERS - 1);
      this.#marks[index] = cell | (layer.endOfFrame ? END_OF_FRAME : 0);
      this.#isScalable = true;
      this.#lastPackets[cell] = now;
      const meter = (this.#meters[cell] ??= new BitrateMeter(now));
      meter.add(batch.length(index), now);
      if (codec === 'VP9' && cell === 0 && hasVp9Scalability(payload)) {
        this.#sizes = parseVp9Descriptor(payload)?.scalability?.sizes ?? this.#sizes;
      }
    }
  }

  /** Forgets all: the stream is another one. */
  reset(): void {
    this.#isScalable = false;
    this.#meters.fill(undefined);
    this.#lastPackets.fill(Number.NEGATIVE_INFINITY);
    this.#sizes = [];
  }

  /** Whether a packet of the batch in hand is of these layers or lower ones. */
  isWithin(index: number, { spatialLayer, temporalLayer }: LayerPair): boolean {
    const mark = this.#marks[index] ?? UNNAMED;
    return mark === UNNAMED || (((mark >> 2) & 3) <= spatialLayer && (mark & 3) <= temporalLayer);
  }

  /** Whether a packet of the batch in hand is the last one of its picture that is of these layers or lower ones. */
  endsPicture(index: number, { spatialLayer }: LayerPair): boolean {
    const mark = this.#marks[index] ?? UNNAMED;
    return mark !== UNNAMED && (mark & END_OF_FRAME) !== 0 && ((mark >> 2) & 3) === spatialLayer;
  }

  /** Bits a second of these layers and all lower ones. */
  bitrate({ spatialLayer, temporalLayer }: LayerPair, now: number): number {
    let bitrate = 0;
    for (let spatial = 0; spatial <= spatialLayer; spatial++) {
      for (let temporal = 0; temporal <= temporalLayer; temporal++) {
        bitrate += this.#meters[(spatial << 2) | temporal]?.bitrate(now) ?? 0;
      }
    }
    return bitrate;
  }

  /** Of a spatial layer's pictures, where the stream tells it. */
  size(spatialLayer: number): PictureSize | undefined {
    return this.#sizes[spatialLayer];
  }
}
