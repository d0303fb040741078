import { readExtensions, type ExtensionElement } from '../protocol/rtp/header-extensions.ts';
import { shiftVp8PictureIndex } from '../protocol/payload/vp8.ts';
import { writeRtpPacket } from '../protocol/rtp/packet.ts';
import { sequenceDifference } from '../util/sequence.ts';
import type { PacketCache } from './packet-cache.ts';
import type { RtpBatch } from './rtp-batch.ts';
import type { SourceTrack } from './sink.ts';
import type { SubscriberTrack } from './subscriber-track.ts';
import { extensionIds, midExtension } from './fan-out-row.ts';
import type { TrackFanOut } from './track-fan-out.ts';

/** Packets sent again to one viewer in one second at the most: as many as a 10 Mbit/s stream has. */
const MAXIMUM_PER_SECOND = 1000;
/** A packet is not sent again to the same viewer within this time, ms: the first answer is still on its way. */
const REPEAT_INTERVAL_MS = 20;
/** A viewer whose reports tell of this much loss, in 256ths, gets each answer twice: one of them may be lost as well. */
const LOSSY_FRACTION = 5;
/** Remembered answers; a viewer that asks for more at once only loses the protection against repeats. */
const MAXIMUM_REMEMBERED = 512;

/** Answers one viewer's NACKs for one track from the packet cache that all viewers share. */
export class SubscriberNack {
  readonly #track: SubscriberTrack;
  readonly #fanOut: TrackFanOut;
  readonly #sendRtp: (packet: Uint8Array) => boolean;
  readonly #cached: RtpBatch;
  /** When a packet was sent again, monotonic ms, by its sequence number; most viewers never ask. */
  #answered: Map<number, number> | undefined;
  #windowStart = Number.NEGATIVE_INFINITY;
  #windowCount = 0;
  /** The viewer's way loses so much that an answer may be lost too. */
  #lossy = false;
  /** Packets sent again. */
  retransmissions = 0;
  /** Packets that the viewer asked for. */
  requested = 0;

  constructor(track: SubscriberTrack, fanOut: TrackFanOut, sendRtp: (packet: Uint8Array) => boolean) {
    this.#track = track;
    this.#fanOut = fanOut;
    this.#sendRtp = sendRtp;
    this.#cached = fanOut.scratch;
  }

  /** `sequences` as the viewer numbers the packets. */
  handleNack(sequences: readonly number[], now: number): void {
    this.requested += sequences.length;
    const { source } = this.#track;
    if (source === undefined) return;
    for (const sequence of sequences) this.#answer(sequence, source, now);
  }

  /** Takes the fraction lost of a report of the viewer, in 256ths (RFC 3550 6.4.1). */
  handleReport(fractionLost: number): void {
    this.#lossy = fractionLost >= LOSSY_FRACTION;
  }

  #answer(sequence: number, source: SourceTrack, now: number): void {
    const original = (sequence - this.#track.offsets.sequence) & 0xffff;
    // What was sent before this viewer joined, or by an earlier source, went to it with other numbers, or not at all.
    if (sequenceDifference(original, this.#track.firstSourceSequence) < 0) return;
    // Looked up first: a packet that the publisher is being asked for must not count as answered.
    if (!this.#find(original, source) || !this.#admit(sequence, now)) return;
    for (let copy = 0; copy < (this.#lossy ? 2 : 1); copy++) {
      if (this.#resend(sequence, source)) this.retransmissions++;
    }
  }

  /** Reads the packet as it went to this viewer, but for its offsets. */
  #find(sequence: number, source: SourceTrack): boolean {
    const { catchUp } = this.#track;
    const index = catchUp === undefined ? -1 : (source.gop?.find(sequence) ?? -1);
    if (catchUp !== undefined && source.gop !== undefined && index >= 0) {
      this.#cached.count = 0;
      return source.gop.read(index, catchUp.timestamp(source.gop.timestamp(index)), this.#cached);
    }
    if (!this.#cacheOf(source).get(sequence, this.#cached)) return false;
    const timestamp = this.#cached.timestamp(0);
    return catchUp === undefined || catchUp.timestamp(timestamp) === timestamp;
  }

  /** RTX repairs the codec's own packets; without it a packet goes again as it went first. */
  #cacheOf({ cache }: SourceTrack): PacketCache {
    const { layer, options } = this.#track;
    return options.rtxSsrc === undefined || this.#track.codec?.rtxPayloadType === undefined
      ? (layer?.cacheOf(this.#track) ?? cache)
      : cache;
  }

  #admit(sequence: number, now: number): boolean {
    if (now - this.#windowStart >= 1000) {
      this.#windowStart = now;
      this.#windowCount = 0;
    }
    const answered = (this.#answered ??= new Map<number, number>());
    const before = answered.get(sequence);
    if (before !== undefined && now - before < REPEAT_INTERVAL_MS) return false;
    if (++this.#windowCount > MAXIMUM_PER_SECOND) return false;
    if (answered.size >= MAXIMUM_REMEMBERED) answered.clear();
    answered.set(sequence, now);
    return true;
  }

  #resend(sequence: number, source: SourceTrack): boolean {
    const { rtxSsrc } = this.#track.options;
    const payloadType = this.#track.codec?.rtxPayloadType;
    if (rtxSsrc === undefined || payloadType === undefined) return this.#fanOut.resend(this.#track, this.#cached);
    const rtxSequence = this.#track.rtxSequence;
    this.#track.rtxSequence = (rtxSequence + 1) & 0xffff;
    const packet = this.#cached.packet(0);
    return this.#sendRtp(
      writeRtpPacket({
        marker: this.#cached.markers[0] === 1,
        payloadType,
        sequence: rtxSequence,
        timestamp: (this.#cached.timestamp(0) + this.#track.offsets.timestamp) >>> 0,
        ssrc: rtxSsrc,
        extensions: this.#extensions(packet, source),
        payload: this.#payload(packet, sequence, source),
      }),
    );
  }

  /** With the numbers that this viewer knows the picture by. */
  #payload(packet: Uint8Array, sequence: number, source: SourceTrack): Uint8Array {
    const payload = originalPayload(packet, this.#cached.headerLength(0), sequence);
    const { picture } = this.#track.offsets;
    if (source.codec.name === 'VP8') {
      shiftVp8PictureIndex(payload.subarray(2), picture.pictureId, picture.tl0PictureIndex);
    }
    return payload;
  }

  #extensions(packet: Uint8Array, source: SourceTrack): ExtensionElement[] {
    const { media, twoByteExtensions, transportSequenceId } = this.#track.options;
    const ids = extensionIds(source.extensions, media.extensions);
    const elements: ExtensionElement[] = [];
    const mid = midExtension(media);
    if (mid !== undefined) elements.push({ id: mid.id, value: new TextEncoder().encode(mid.value) });
    if (this.#track.numbered && transportSequenceId !== undefined) {
      // The transport writes the number.
      elements.push({ id: transportSequenceId, value: new Uint8Array(2) });
    }
    for (const { id, value } of readExtensions(packet)) {
      const target = ids.get(id);
      const fitsOneByte = value.length >= 1 && value.length <= 16;
      if (target !== undefined && (twoByteExtensions || fitsOneByte)) elements.push({ id: target, value });
    }
    return elements;
  }
}

/** RFC 4588 4: the sequence number that the viewer knows, then the payload, without padding. */
function originalPayload(packet: Uint8Array, headerLength: number, sequence: number): Uint8Array {
  const padding = ((packet[0] ?? 0) & 0x20) === 0 ? 0 : (packet.at(-1) ?? 0);
  const end = Math.max(headerLength, packet.length - padding);
  const payload = new Uint8Array(2 + end - headerLength);
  payload[0] = sequence >> 8;
  payload[1] = sequence & 0xff;
  payload.set(packet.subarray(headerLength, end), 2);
  return payload;
}
