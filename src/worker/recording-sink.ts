import type { ChannelNote } from '../recording/packet-channel.ts';
import type { Codec, MediaKind } from '../protocol/sdp/types.ts';
import type { RtpBatch } from '../sfu/rtp-batch.ts';
import type { PublicationSink, SenderClock, SourceTrack } from '../sfu/sink.ts';
import type { Clock } from './environment.ts';
import type { HostedPublication, RecorderHost } from './recorder-host.ts';

/** What the recorder knows of the packets of one kind. */
interface Source {
  track: SourceTrack;
  codec: Codec;
  report: SenderClock | undefined;
}

/** The sink that is the recorder: copies the packets of one publication into the chunks that go to its thread. */
export class RecordingSink implements PublicationSink, HostedPublication {
  readonly #host: RecorderHost;
  readonly #clock: Clock;
  readonly #room: string;
  readonly #kinds: readonly MediaKind[];
  readonly #sources: Record<MediaKind, Source | undefined> = { audio: undefined, video: undefined };
  /** The memory that packets come in, as a Buffer: it copies without an object a packet. */
  #data: Uint8Array = new Uint8Array(0);
  #buffer: Buffer = Buffer.alloc(0);
  /** In the host; undefined before the first packet and after the end. */
  #number: number | undefined;
  #isClosed = false;

  constructor(host: RecorderHost, clock: Clock, room: string, kinds: readonly MediaKind[]) {
    this.#host = host;
    this.#clock = clock;
    this.#room = room;
    this.#kinds = kinds;
  }

  write(batch: RtpBatch, track: SourceTrack, now: number): void {
    if (this.#isClosed || batch.count === 0) return;
    this.#number ??= this.#host.add(this);
    this.#follow(track);
    if (batch.data !== this.#data) {
      this.#data = batch.data;
      this.#buffer = Buffer.from(batch.data.buffer, batch.data.byteOffset, batch.data.byteLength);
    }
    for (let index = 0; index < batch.count; index++) {
      this.#host.packet(this.#number, track.kind, now, this.#buffer, batch.offset(index), batch.length(index));
    }
  }

  sourceEnded(track: SourceTrack): void {
    if (this.#sources[track.kind]?.track === track) this.#sources[track.kind] = undefined;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#number !== undefined) this.#host.remove(this.#number);
    this.#number = undefined;
  }

  opening(): ChannelNote[] {
    const notes: ChannelNote[] = [
      { type: 'open', room: this.#room, kinds: this.#kinds, wallClock: this.#host.wallClock },
    ];
    for (const kind of this.#kinds) {
      const source = this.#sources[kind];
      if (source === undefined) continue;
      notes.push({ type: 'source', kind, codec: source.codec });
      if (source.report !== undefined) notes.push({ type: 'senderReport', kind, report: source.report });
    }
    return notes;
  }

  requestKeyframe(): void {
    this.#sources.video?.track.requestKeyframe(this.#clock.now());
  }

  /** Tells the recorder of another source, codec or Sender Report. */
  #follow(track: SourceTrack): void {
    const { kind, codec, senderClock } = track;
    const number = this.#number;
    if (number === undefined) return;
    let source = this.#sources[kind];
    if (source?.track !== track || source.codec !== codec) {
      source = { track, codec, report: undefined };
      this.#sources[kind] = source;
      this.#host.note(number, { type: 'source', kind, codec });
    }
    if (senderClock === undefined || senderClock === source.report) return;
    source.report = senderClock;
    this.#host.note(number, { type: 'senderReport', kind, report: senderClock });
  }
}
