import { shiftVp8PictureIndex } from '../protocol/payload/vp8.ts';
import type { PictureSize } from '../protocol/payload/picture-size.ts';
import type { Codec, HeaderExtension, MediaKind } from '../protocol/sdp/types.ts';
import { byteAt, writeUint16 } from '../util/bytes.ts';
import type { PacketLayers } from './packet-layers.ts';
import { PacketCache } from './packet-cache.ts';
import { PointNumbering } from './point-numbering.ts';
import { RtpBatch } from './rtp-batch.ts';
import type { LayerPair, SenderClock, SourceTrack } from './sink.ts';

/** Packets kept for retransmission, as of a whole stream. */
const CACHE_PACKETS = 512;
const MARKER_BIT = 0x80;
const PADDING_BIT = 0x20;

/** What a point needs while it is in use. */
interface Working {
  cache: PacketCache;
  numbering: PointNumbering;
  batch: RtpBatch;
  scratch: Uint8Array;
}

/**
 * A part of a scalable stream that can be decoded by itself: the packets up to a spatial and a temporal layer, with
 * sequence numbers, marker bits and VP8 picture ids as if there were no others. Without memory until it is used.
 */
export class OperatingPoint implements SourceTrack {
  readonly whole: SourceTrack;
  readonly layer: LayerPair;
  /** A part has no parts of its own. */
  readonly operatingPoints: readonly OperatingPoint[] = [];
  /** Viewers that come late begin with the whole stream. */
  readonly gop = undefined;
  readonly #layers: PacketLayers;
  #working: Working | undefined;

  /** `layers`: of the packets of the whole stream. */
  constructor(whole: SourceTrack, layer: LayerPair, layers: PacketLayers) {
    this.whole = whole;
    this.layer = layer;
    this.#layers = layers;
  }

  get kind(): MediaKind {
    return this.whole.kind;
  }

  get codec(): Codec {
    return this.whole.codec;
  }

  get extensions(): readonly HeaderExtension[] {
    return this.whole.extensions;
  }

  get senderClock(): SenderClock | undefined {
    return this.whole.senderClock;
  }

  get cache(): PacketCache {
    return this.#use().cache;
  }

  get rid(): string | undefined {
    return this.whole.rid;
  }

  get frameSize(): PictureSize | undefined {
    const { spatialLayer } = this.layer;
    if (spatialLayer === this.whole.layer?.spatialLayer) return this.whole.frameSize;
    return this.#layers.size(spatialLayer);
  }

  get lastPacket(): number {
    return this.whole.lastPacket;
  }

  get keyframeAnswerTime(): number | undefined {
    return this.whole.keyframeAnswerTime;
  }

  get ignoresKeyframeRequests(): boolean {
    return this.whole.ignoresKeyframeRequests;
  }

  bitrate(now: number): number {
    return this.#layers.bitrate(this.layer, now);
  }

  requestKeyframe(now: number): void {
    this.whole.requestKeyframe(now);
  }

  /**
   * The packets of a batch of the whole stream that belong here, copied; valid until the next call. To be called with
   * each batch while the point is used.
   */
  select(whole: RtpBatch): RtpBatch {
    const working = this.#use();
    const { batch, cache } = working;
    batch.clear(scratchFor(whole, working));
    let end = 0;
    for (let index = 0; index < whole.count; index++) end += this.#selectPacket(whole, index, working, end);
    cache.put(batch);
    return batch;
  }

  /** Gives up what it needed while it was used. */
  release(): void {
    this.#working = undefined;
  }

  #use(): Working {
    this.#working ??= {
      cache: new PacketCache(CACHE_PACKETS),
      numbering: new PointNumbering(),
      batch: new RtpBatch(),
      scratch: new Uint8Array(0),
    };
    return this.#working;
  }

  /** Returns how many bytes of the scratch memory it took from `offset` on. */
  #selectPacket(whole: RtpBatch, index: number, { batch, numbering }: Working, offset: number): number {
    const belongs = this.#layers.isWithin(index, this.layer);
    const sequence = numbering.take(whole.sequence(index), whole.timestamp(index), belongs);
    if (sequence === undefined) return 0;
    const packet = whole.packet(index);
    const headerLength = whole.headerLength(index);
    // An empty packet in place of one that does not belong: its number was kept, and the viewer waits for it.
    const length = belongs ? packet.length : headerLength;
    const bytes = batch.data.subarray(offset, offset + length);
    bytes.set(belongs ? packet : packet.subarray(0, length));
    const marker = belongs && (whole.markers[index] === 1 || this.#layers.endsPicture(index, this.layer));
    if (!belongs) bytes[0] = byteAt(bytes, 0) & ~PADDING_BIT;
    bytes[1] = (byteAt(bytes, 1) & ~MARKER_BIT) | (marker ? MARKER_BIT : 0);
    writeUint16(bytes, 2, sequence);
    if (belongs && this.codec.name === 'VP8' && numbering.picturesLeftOut !== 0) {
      shiftVp8PictureIndex(bytes.subarray(headerLength), -numbering.picturesLeftOut, 0);
    }
    if (index === whole.keyframeIndex) batch.keyframeIndex = batch.count;
    const payloadType = whole.payloadTypes[index] ?? 0;
    batch.add(offset, length, sequence, whole.timestamp(index), payloadType, marker ? 1 : 0, headerLength);
    return length;
  }
}

/** Memory for as many bytes as the batch has. */
function scratchFor(whole: RtpBatch, working: Working): Uint8Array {
  let bytes = 0;
  for (let index = 0; index < whole.count; index++) bytes += whole.length(index);
  if (working.scratch.length < bytes) working.scratch = new Uint8Array(2 * bytes);
  return working.scratch;
}
