import { matchCodec } from '../protocol/sdp/match-codec.ts';
import type { AcceptedMedia, Codec, HeaderExtension } from '../protocol/sdp/types.ts';
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import { isNewerSequence } from '../util/sequence.ts';
import type { FanOutRow, FanOutTable, RowCounters } from './fan-out-table.ts';
import type { RtpBatch } from './rtp-batch.ts';
import type { Sink, SourceTrack } from './sink.ts';
import type { SubscriberTrack } from './subscriber-track.ts';

/**
 * The sink that is all viewers of one kind of track in a room. A viewer joins in at a packet that its decoder can
 * start from; its sequence numbers and timestamps go on without a gap when the source changes.
 */
export class TrackFanOut implements Sink {
  readonly #table: FanOutTable;
  /** Index is the row in the table. */
  readonly #active: SubscriberTrack[] = [];
  readonly #waiting = new Set<SubscriberTrack>();
  #source: SourceTrack | undefined;
  #codec: Codec | undefined;
  /** The newest packet of the source that went to the active rows. */
  #newestSequence = 0;
  #newestTimestamp = 0;
  #newestTime = 0;

  constructor(table: FanOutTable) {
    this.#table = table;
  }

  get source(): SourceTrack | undefined {
    return this.#source;
  }

  /** The track gets packets from the next one on that its decoder can start from. */
  add(track: SubscriberTrack, now: number): void {
    this.#waiting.add(track);
    this.#source?.requestKeyframe(now);
  }

  remove(track: SubscriberTrack): void {
    this.#waiting.delete(track);
    if (track.row < 0) return;
    this.#collect(track);
    const last = this.#active.pop();
    if (last !== undefined && last !== track) {
      this.#table.move(last.row, track.row);
      this.#active[track.row] = last;
      last.row = track.row;
    }
    track.row = -1;
  }

  write(batch: RtpBatch, source: SourceTrack, now: number): void {
    if (batch.count === 0) return;
    if (source !== this.#source || source.codec !== this.#codec) this.#changeSource(source, now);
    const start = source.kind === 'audio' ? 0 : batch.keyframeIndex;
    let sent = 0;
    if (start >= 0 && this.#waiting.size > 0) {
      this.#send(batch, 0, start, now);
      this.#activate(batch, start, source, now);
      sent = start;
    }
    this.#send(batch, sent, batch.count - sent, now);
  }

  sourceEnded(source: SourceTrack): void {
    if (source !== this.#source) return;
    this.#deactivate();
    this.#source = undefined;
    this.#codec = undefined;
  }

  /** What a viewer's track has been sent, over all sources. */
  counters(track: SubscriberTrack): RowCounters {
    const { packets, octets, dropped } = track.counted;
    if (track.row < 0) return { packets, octets, dropped };
    const row = this.#table.counters(track.row);
    return { packets: packets + row.packets, octets: octets + row.octets, dropped: dropped + row.dropped };
  }

  /** Sends a packet of the source's cache again, byte for byte. False where that cannot be. */
  resend(track: SubscriberTrack, batch: RtpBatch): boolean {
    return track.row >= 0 && this.#table.resend(batch, track.row);
  }

  /** Viewers that get packets, and viewers that wait for a packet to start from; for leak checks and reports. */
  get size(): { active: number; waiting: number } {
    return { active: this.#active.length, waiting: this.#waiting.size };
  }

  #send(batch: RtpBatch, first: number, count: number, now: number): void {
    if (count === 0 || this.#active.length === 0) return;
    this.#table.send(batch, first, count, 0, this.#active.length);
    for (let index = first; index < first + count; index++) {
      const sequence = batch.sequence(index);
      if (!isNewerSequence(sequence, this.#newestSequence)) continue;
      this.#newestSequence = sequence;
      this.#newestTimestamp = batch.timestamp(index);
    }
    this.#newestTime = now;
  }

  #changeSource(source: SourceTrack, now: number): void {
    this.#deactivate();
    this.#source = source;
    this.#codec = source.codec;
    if (this.#waiting.size > 0) source.requestKeyframe(now);
  }

  #deactivate(): void {
    for (const track of this.#active) {
      track.position = {
        sequence: (this.#newestSequence + track.sequenceOffset) & 0xffff,
        timestamp: (this.#newestTimestamp + track.timestampOffset) >>> 0,
        time: this.#newestTime,
      };
      this.#collect(track);
      track.row = -1;
      track.codec = undefined;
      this.#waiting.add(track);
    }
    this.#active.length = 0;
  }

  #activate(batch: RtpBatch, start: number, source: SourceTrack, now: number): void {
    const sequence = batch.sequence(start);
    const timestamp = batch.timestamp(start);
    if (this.#active.length === 0) {
      // So that the first packet sent counts as the newest.
      this.#newestSequence = (sequence - 1) & 0xffff;
      this.#newestTimestamp = timestamp;
    }
    for (const track of this.#waiting) {
      const codec = matchCodec(track.options.media.codecs, source.codec);
      if (codec === undefined) continue;
      this.#waiting.delete(track);
      track.codec = codec;
      track.firstSourceSequence = sequence;
      continueFrom(track, sequence, timestamp, source.codec.clockRate, now);
      track.row = this.#active.length;
      this.#active.push(track);
      this.#table.write(track.row, describeRow(track, codec, source), true);
    }
  }

  #collect(track: SubscriberTrack): void {
    const row = this.#table.counters(track.row);
    track.counted.packets += row.packets;
    track.counted.octets += row.octets;
    track.counted.dropped += row.dropped;
  }
}

/** Sets the offsets so that the source's packet follows what the viewer got last, as far in time as on the clock. */
function continueFrom(
  track: SubscriberTrack,
  sequence: number,
  timestamp: number,
  clockRate: number,
  now: number,
): void {
  const { position } = track;
  if (position === undefined) {
    track.sequenceOffset = (track.options.firstSequence - sequence) & 0xffff;
    track.timestampOffset = 0;
    return;
  }
  const elapsed = Math.max(1, Math.round(((now - position.time) * clockRate) / 1000));
  track.sequenceOffset = (position.sequence + 1 - sequence) & 0xffff;
  track.timestampOffset = (position.timestamp + elapsed - timestamp) >>> 0;
}

function describeRow(track: SubscriberTrack, codec: Codec, source: SourceTrack): FanOutRow {
  const { peer, media, ssrc, twoByteExtensions } = track.options;
  return {
    peer,
    ssrc,
    payloadType: codec.payloadType,
    sequenceOffset: track.sequenceOffset,
    timestampOffset: track.timestampOffset,
    mid: midExtension(media),
    extensionIds: extensionIds(source.extensions, media.extensions),
    twoByteExtensions,
    vp8: undefined,
  };
}

/** Extensions that name the stream on its own connection, and mean nothing on another. */
const PER_CONNECTION: ReadonlySet<string> = new Set([
  EXTENSION.mid,
  EXTENSION.rid,
  EXTENSION.repairedRid,
  EXTENSION.transportWideCc,
  EXTENSION.absoluteSendTime,
]);

/** The MID extension of a viewer's section, where it has negotiated one (RFC 9143 9.2). */
export function midExtension(media: AcceptedMedia): { id: number; value: string } | undefined {
  const id = media.extensions.find((extension) => extension.uri === EXTENSION.mid)?.id;
  return id === undefined ? undefined : { id, value: media.offered.mid };
}

/** The viewer's id for each of the publisher's header extensions that goes through. */
export function extensionIds(from: readonly HeaderExtension[], to: readonly HeaderExtension[]): Map<number, number> {
  const ids = new Map<number, number>();
  for (const { id, uri } of from) {
    if (PER_CONNECTION.has(uri)) continue;
    const target = to.find((extension) => extension.uri === uri);
    if (target !== undefined) ids.set(id, target.id);
  }
  return ids;
}
