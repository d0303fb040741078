import type { Codec } from '../protocol/sdp/types.ts';
import { isNewerSequence } from '../util/sequence.ts';
import type { AudioRedundancy } from './audio-redundancy.ts';
import { BurstPacer } from './burst-pacer.ts';
import { describeRow } from './fan-out-row.ts';
import type { FanOutTable, RowCounters } from './fan-out-table.ts';
import type { PacketCache } from './packet-cache.ts';
import { addPictureIndex, type PictureIndex, pictureIndex } from './picture-index.ts';
import type { RtpBatch } from './rtp-batch.ts';
import type { SourceTrack } from './sink.ts';
import type { SubscriberTrack } from './subscriber-track.ts';

/**
 * The viewers that get the packets of one source, and how far they have got. Those that take RED stand in the last rows
 * and get it while the publisher sends it, with the same sequence numbers and timestamps as the others.
 */
export class LayerFanOut {
  readonly source: SourceTrack;
  /** The source's codec when these viewers joined. */
  readonly codec: Codec;
  readonly table: FanOutTable;
  /** Index is the row in the table. */
  readonly #tracks: SubscriberTrack[] = [];
  /** The first row of those that take RED. */
  #plainRows = 0;
  /** What these get; undefined where they get the same as the others. */
  #redundancy: AudioRedundancy | undefined;
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
    this.#insert(track);
    this.#write(track, true);
  }

  /** Writes the viewer's row anew; its counters go on. */
  rewrite(track: SubscriberTrack): void {
    if (track.layer === this) this.#write(track, false);
  }

  /** Takes a viewer out and notes how far it has got. */
  remove(track: SubscriberTrack): void {
    if (track.layer !== this) return;
    track.position = this.#positionOf(track);
    this.#collect(track);
    this.#takeOut(track.row);
    track.row = -1;
    track.layer = undefined;
    track.codec = undefined;
  }

  /** Sends packets of the source to all viewers here, the later part of a large burst a little later. */
  sendPaced(batch: RtpBatch, first: number, count: number, now: number): void {
    if (this.#tracks.length === 0) return;
    // Many packets of sound are those of a connection that stood still: there is nothing to spread.
    if (this.source.kind === 'audio') {
      this.send(batch, first, count, now);
      return;
    }
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
    this.#sendToRows(batch, first, count);
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

  /** The packets as they were sent to this viewer, but for its offsets. */
  cacheOf(track: SubscriberTrack): PacketCache {
    return this.#redundancyOf(track)?.cache ?? this.source.cache;
  }

  /** Sends a packet of this viewer's cache again, byte for byte. False where that cannot be. */
  resend(track: SubscriberTrack, batch: RtpBatch): boolean {
    return track.layer === this && this.table.resend(batch, track.row);
  }

  counters(track: SubscriberTrack): RowCounters {
    return this.table.counters(track.row);
  }

  #sendToRows(batch: RtpBatch, first: number, count: number): void {
    const { redundancy } = this.source;
    if (redundancy !== this.#redundancy) this.#setRedundancy(redundancy, batch.sequence(first));
    const rows = this.#tracks.length;
    const plainRows = redundancy === undefined ? rows : this.#plainRows;
    if (plainRows > 0) this.table.send(batch, first, count, 0, plainRows);
    if (redundancy === undefined || plainRows === rows) return;
    const packets = redundancy.select(batch, first, count);
    if (packets.count > 0) this.table.send(packets, 0, packets.count, plainRows, rows - plainRows);
  }

  /** From the packet of this sequence number on: what went before must not be sent again in another form. */
  #setRedundancy(redundancy: AudioRedundancy | undefined, sequence: number): void {
    this.#redundancy = redundancy;
    const next = (this.#newestSequence + 1) & 0xffff;
    for (const track of this.#tracks.slice(this.#plainRows)) {
      track.firstSourceSequence = isNewerSequence(sequence, next) ? sequence : next;
      this.#write(track, false);
    }
  }

  #redundancyOf(track: SubscriberTrack): AudioRedundancy | undefined {
    return track.layer === this && track.row >= this.#plainRows ? this.#redundancy : undefined;
  }

  #write(track: SubscriberTrack, reset: boolean): void {
    const { codec } = track;
    if (codec === undefined) return;
    const row = describeRow(track, codec, this.source);
    const red = this.#redundancyOf(track) === undefined ? undefined : codec.red;
    this.table.write(track.row, red === undefined ? row : { ...row, payloadType: red.payloadType }, reset);
  }

  #insert(track: SubscriberTrack): void {
    const end = this.#tracks.length;
    // The blocks go through as they are, so that their payload type must be the viewer's as well.
    const takesRed = track.codec?.red !== undefined && track.codec.payloadType === this.codec.payloadType;
    const row = takesRed ? end : this.#plainRows++;
    if (row < end) this.#move(row, end);
    this.#tracks[row] = track;
    track.row = row;
  }

  #takeOut(row: number): void {
    let free = row;
    if (row < this.#plainRows) {
      free = --this.#plainRows;
      this.#move(free, row);
    }
    this.#move(this.#tracks.length - 1, free);
    this.#tracks.pop();
  }

  #move(from: number, to: number): void {
    const track = this.#tracks[from];
    if (track === undefined || from === to) return;
    this.table.move(from, to);
    this.#tracks[to] = track;
    track.row = to;
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
