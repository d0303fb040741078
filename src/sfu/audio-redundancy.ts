import { parseRed, writeRed } from '../protocol/payload/red.ts';
import { parseRtpHeader, rtpPayload } from '../protocol/rtp/packet.ts';
import type { RedFormat } from '../protocol/sdp/types.ts';
import { byteAt } from '../util/bytes.ts';
import { PacketCache } from './packet-cache.ts';
import { RtpBatch } from './rtp-batch.ts';

/** Packets kept for retransmission, as of the plain stream: 5 s of sound. */
const CACHE_PACKETS = 256;
/** A publisher whose packets had none for this long sends no redundancy any more, ms. */
const SILENCE_MS = 2000;
const MARKER_BIT = 0x80;
const PADDING_BIT = 0x20;
/** What {@link writeRed} puts before a block alone. */
const PRIMARY_HEADER_BYTES = 1;

/**
 * The same sound with redundancy (RED, RFC 2198) and without: two forms of each packet, of the same sequence number and
 * timestamp, whichever of them the publisher sends.
 */
export class AudioRedundancy {
  /** Packets as RED, their numbers those of the plain ones. */
  readonly cache = new PacketCache(CACHE_PACKETS);
  readonly #payloadType: number;
  readonly #red: RedFormat;
  readonly #plain = new RtpBatch();
  readonly #redundant = new RtpBatch();
  readonly #selected = new RtpBatch();
  #scratch = new Uint8Array(0);
  #newest = Number.NEGATIVE_INFINITY;

  /** `payloadType`: the publisher's, of the codec that the blocks are of; `red`: of their packets. */
  constructor(payloadType: number, red: RedFormat) {
    this.#payloadType = payloadType;
    this.#red = red;
  }

  /** The publisher has gone over to packets without redundancy. */
  isOver(now: number): boolean {
    return now - this.#newest > SILENCE_MS;
  }

  /**
   * Takes packets of either payload type, all of one, and gives them without redundancy; valid until the next call.
   * RED that is malformed, or has blocks of anything else, is left out.
   */
  receive(batch: RtpBatch, now: number): RtpBatch {
    const isRed = batch.payloadTypes[0] === this.#red.payloadType;
    if (isRed) this.#newest = now;
    this.#plain.clear(isRed ? this.#reserve(batch) : batch.data);
    this.#redundant.clear(isRed ? batch.data : this.#reserve(batch));
    for (let index = 0; index < batch.count; index++) {
      const packet = batch.packet(index);
      const header = parseRtpHeader(packet);
      if (header === undefined) continue;
      const payload = rtpPayload(packet, header);
      if (isRed) this.#strip(batch, index, payload);
      else this.#wrap(batch, index, payload);
    }
    this.cache.put(this.#redundant);
    return this.#plain;
  }

  /** The packets of a batch without redundancy in their other form; valid until the next call. */
  select(batch: RtpBatch, first: number, count: number): RtpBatch {
    this.cache.begin(this.#selected);
    for (let index = first; index < first + count; index++) this.cache.append(batch.sequence(index), this.#selected);
    return this.#selected;
  }

  #strip(batch: RtpBatch, index: number, payload: Uint8Array): void {
    const primary = this.#primaryOf(payload);
    if (primary === undefined) return;
    copyWith(batch, index, this.#payloadType, primary, this.#plain);
    this.#redundant.addFrom(batch, index);
  }

  #wrap(batch: RtpBatch, index: number, payload: Uint8Array): void {
    const block = { payloadType: this.#payloadType, data: payload };
    const wrapped = payload.length === 0 ? payload : writeRed([], block);
    copyWith(batch, index, this.#red.payloadType, wrapped, this.#redundant);
    this.#plain.addFrom(batch, index);
  }

  /** The packet's own block; nothing for a packet of padding alone. */
  #primaryOf(payload: Uint8Array): Uint8Array | undefined {
    if (payload.length === 0) return payload;
    const blocks = parseRed(payload);
    if (blocks?.every(({ payloadType }) => payloadType === this.#payloadType) !== true) return undefined;
    return blocks.at(-1)?.data;
  }

  /** Memory for the packets of the batch in their other form. */
  #reserve(batch: RtpBatch): Uint8Array {
    let bytes = batch.count * PRIMARY_HEADER_BYTES;
    for (let index = 0; index < batch.count; index++) bytes += batch.length(index);
    if (this.#scratch.length < bytes) this.#scratch = new Uint8Array(2 * bytes);
    return this.#scratch;
  }
}

/** Adds a packet of the batch with another payload and its type, and without padding, behind what `into` holds. */
function copyWith(batch: RtpBatch, index: number, payloadType: number, payload: Uint8Array, into: RtpBatch): void {
  const headerLength = batch.headerLength(index);
  const last = into.count - 1;
  const offset = last < 0 ? 0 : into.offset(last) + into.length(last);
  const bytes = into.data.subarray(offset, offset + headerLength + payload.length);
  bytes.set(batch.packet(index).subarray(0, headerLength));
  bytes.set(payload, headerLength);
  const marker = batch.markers[index] ?? 0;
  bytes[0] = byteAt(bytes, 0) & ~PADDING_BIT;
  bytes[1] = (marker === 0 ? 0 : MARKER_BIT) | payloadType;
  into.add(offset, bytes.length, batch.sequence(index), batch.timestamp(index), payloadType, marker, headerLength);
}
