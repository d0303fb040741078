import type { Codec } from '../protocol/sdp/types.ts';
import { isNewerSequence } from '../util/sequence.ts';
import { BurstPacer } from './burst-pacer.ts';
import { describeRow } from './fan-out-row.ts';
import type { FanOutTable, RowCounters } from './fan-out-table.ts';
import { addPictureIndex, type PictureIndex, pictureIndex } from './picture-index.ts';
import type { RtpBatch } from './rtp-batch.ts';
import type { SourceTrack } from './sink.ts';
import type { SubscriberTrack } from './subscriber-track.ts';

/** The viewers that get the packets of one source, and how far they have got. */
export class LayerFanOut {
  readonly source: SourceTrack;
  /** The source's codec when these viewers joined. */
  readonly codec: Codec;
  readonly table: FanOutTable;
  /** Index is the row in the table. */
  readonly #tracks: SubscriberTrack[] = [];
  /** The newest packet of the source that went to the rows. */
  #newestSequence = 0;
  #newestTimestamp = 0;
  #newestTime = 0;
  #newestPicture: PictureIndex | undefined;
  readonly #pacer = new BurstPacer();
  readonly #piece: RtpBatch;

  /** `piece` is a batch to work with. */
  constructor(source: SourceTrack, table: FanOutTable, piece: RtpBatch) {
    this.#piece = piece;
    this.source = source;
    this.codec = source.codec;
    this.table = table;
  }

  get tracks(): readonly SubscriberTrack[] {
    return this.#tracks;
  }

  /** Takes a viewer in, whose offsets fit what is sent next: a packet of this sequence number and timestamp. */
  add(track: SubscriberTrack, codec: Codec, sequence: number, timestamp: number): void {
    if (this.#tracks.length === 0) {
      // So that the first packet sent counts as the newest.
      this.#newestSequence = (sequence - 1) & 0xffff;
      this.#newestTimestamp = timestamp;
    }
    track.layer = this;
    track.codec = codec;
    track.row = this.#tracks.length;
    this.#tracks.push(track);
    this.table.write(track.row, describeRow(track, codec, this.source), true);
  }

  /** Writes the viewer's row anew; its counters go on. */
  rewrite(track: SubscriberTrack): void {
    if (track.layer === this && track.codec !== undefined) {
      this.table.write(track.row, describeRow(track, track.codec, this.source), false);
    }
  }

  /** Takes a viewer out and notes how far it has got. */
  remove(track: SubscriberTrack): void {
    if (track.layer !== this) return;
    track.position = this.#positionOf(track);
    this.#collect(track);
    const last = this.#tracks.pop();
    if (last !== undefined && last !== track) {
      this.table.move(last.row, track.row);
      this.#tracks[track.row] = last;
      last.row = track.row;
    }
    track.row = -1;
    track.layer = undefined;
    track.codec = undefined;
  }

  /** Sends packets of the source to all viewers here, the later part of a large burst a little later. */
  sendPaced(batch: RtpBatch, first: number, count: number, now: number): void {
    if (this.#tracks.length === 0) return;
    if (this.#pacer.isOverrun(count)) this.sendAllWaiting(now);
    this.send(batch, first, this.#pacer.admit(batch, first, count, now), now);
  }

  /** Sends all that waits. */
  sendAllWaiting(now: number): void {
    while (this.deadline() < Number.POSITIVE_INFINITY) this.sendWaiting(Math.max(now, this.deadline()));
  }

  /** Sends what waits and is due. */
  sendWaiting(now: number): void {
    const piece = this.#piece;
    if (this.#pacer.poll(this.source.cache, piece, now)) this.send(piece, 0, piece.count, now);
  }

  /** Monotonic ms when sendWaiting has something to send; infinite where all has been sent. */
  deadline(): number {
    return this.#pacer.deadline();
  }

  /** Sends packets of the source to all viewers here at once. */
  send(batch: RtpBatch, first: number, count: number, now: number): void {
    if (count === 0 || this.#tracks.length === 0) return;
    this.table.send(batch, first, count, 0, this.#tracks.length);
    for (let index = first; index < first + count; index++) {
      const sequence = batch.sequence(index);
      if (!isNewerSequence(sequence, this.#newestSequence)) continue;
      this.#newestSequence = sequence;
      this.#newestTimestamp = batch.timestamp(index);
    }
    this.#newestTime = now;
    if (this.codec.name === 'VP8') {
      this.#newestPicture = pictureIndex('VP8', batch.payload(first + count - 1)) ?? this.#newestPicture;
    }
  }

  /** Sends a packet of the source's cache again, byte for byte. False where that cannot be. */
  resend(track: SubscriberTrack, batch: RtpBatch): boolean {
    return track.layer === this && this.table.resend(batch, track.row);
  }

  counters(track: SubscriberTrack): RowCounters {
    return this.table.counters(track.row);
  }

  #positionOf(track: SubscriberTrack): SubscriberTrack['position'] {
    const { sequence, timestamp, picture } = track.offsets;
    const newest = this.#newestPicture;
    return {
      sequence: (this.#newestSequence + sequence) & 0xffff,
      timestamp: (this.#newestTimestamp + timestamp) >>> 0,
      time: this.#newestTime,
      picture: newest === undefined ? track.position?.picture : addPictureIndex(newest, picture),
      source: this.source,
      timestampOffset: timestamp,
    };
  }

  #collect(track: SubscriberTrack): void {
    const row = this.table.counters(track.row);
    track.counted.packets += row.packets;
    track.counted.octets += row.octets;
    track.counted.dropped += row.dropped;
  }
}
