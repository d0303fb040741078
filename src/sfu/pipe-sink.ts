import type { PipeMessage } from '../protocol/pipe/control-messages.ts';
import type { TrackFacts } from '../protocol/pipe/frames.ts';
import { sendPackets } from './pipe-packets.ts';
import type { PipeSender } from './pipe-sender.ts';
import type { Publication, PublicationFollower, PublishedTrack } from './publication.ts';
import { RtpBatch } from './rtp-batch.ts';
import type { SenderClock, SourceTrack } from './sink.ts';

/** How tracks are is told this often, ms: a layer counts as silent after 1.5 s. */
const FACTS_INTERVAL_MS = 500;
/** The past goes out in pieces of this size, this often: 100 Mbit/s, which the socket's buffer holds. */
const PAST_BYTES = 128 * 1024;
const PAST_INTERVAL_MS = 10;

interface SentTrack {
  number: number;
  source: PublishedTrack;
  isWanted: boolean;
  /** What is to be sent of the pictures since the newest keyframe, before the live ones. */
  past: { generation: number; next: number } | undefined;
  /** The newest that was told. */
  clock: SenderClock | undefined;
}

export interface PipeSinkOptions {
  subscription: number;
  sender: PipeSender;
  /** There is something to do at once. */
  onWork: () => void;
}

/**
 * The sink that is another worker: it gets one copy of what its viewers watch, whatever their number. What it misses it
 * gets from the packet cache.
 */
export class PipeSink implements PublicationFollower {
  readonly #options: PipeSinkOptions;
  #publication: Publication | undefined;
  readonly #tracks = new Map<SourceTrack, SentTrack>();
  readonly #batch = new RtpBatch();
  readonly #cached = new RtpBatch();
  #nextNumber = 1;
  #factsDue = Number.POSITIVE_INFINITY;
  #pastDue = Number.POSITIVE_INFINITY;

  constructor(options: PipeSinkOptions) {
    this.#options = options;
  }

  begin(publication: Publication, liveSince: number): void {
    this.#tracks.clear();
    this.#publication = publication;
    const media = publication.media.map(({ offered, codecs, extensions }) => ({
      kind: offered.kind,
      mid: offered.mid,
      rids: offered.sendRids,
      codecs,
      extensions: extensions.map(({ id, uri }) => ({ id, uri })),
    }));
    this.#send({ type: 'publication', liveSince, media });
    for (const source of publication.tracks) this.#add(source);
    this.#factsDue = Number.NEGATIVE_INFINITY;
    this.#options.onWork();
  }

  write(batch: RtpBatch, source: SourceTrack, now: number): void {
    let track = this.#tracks.get(source);
    if (track === undefined) {
      const published = this.#publication?.tracks.find((one) => one === source);
      if (published === undefined) return;
      track = this.#add(published);
      this.#sendFacts(now);
    }
    if (!track.isWanted) return;
    // Up to a keyframe the packets go out with the past, in their order; from there on the past is of no use.
    if (track.past !== undefined && batch.keyframeIndex < 0) return;
    const first = track.past === undefined ? 0 : batch.keyframeIndex;
    track.past = undefined;
    this.#sendClock(track);
    const sent = source.redundancy?.select(batch, first, batch.count - first);
    if (sent === undefined) this.#sendPackets(track, batch, first, now);
    else this.#sendPackets(track, sent, 0, now);
  }

  sourceEnded(source: SourceTrack): void {
    const track = this.#tracks.get(source);
    if (track === undefined) return;
    this.#tracks.delete(source);
    this.#send({ type: 'trackEnded', track: track.number });
  }

  end(): void {
    this.#publication = undefined;
    this.#tracks.clear();
    this.#factsDue = Number.POSITIVE_INFINITY;
    this.#pastDue = Number.POSITIVE_INFINITY;
    this.#send({ type: 'publicationEnded' });
    this.#options.onWork();
  }

  /** Stops following, without a word. */
  close(): void {
    this.#publication?.removeSink(this);
    this.#publication = undefined;
    this.#tracks.clear();
  }

  /** Takes a message of the other worker about a track. */
  handleMessage(message: PipeMessage, now: number): void {
    if (message.type !== 'want' && message.type !== 'requestKeyframe') return;
    const track = this.#numbered(message.track);
    if (track === undefined) return;
    if (message.type === 'requestKeyframe') {
      track.source.requestKeyframe(now);
    } else {
      track.isWanted = message.isWanted;
      this.#beginPast(track);
      this.#options.onWork();
    }
  }

  /** Sends packets again that are still known. */
  handleNack(number: number, sequences: readonly number[], now: number): void {
    const track = this.#numbered(number);
    if (track === undefined) return;
    for (const sequence of sequences) {
      if (this.#find(track.source, sequence)) this.#sendPackets(track, this.#cached, 0, now);
    }
  }

  handleTimeout(now: number): void {
    if (now >= this.#factsDue) this.#sendFacts(now);
    if (now < this.#pastDue) return;
    this.#pastDue = Number.POSITIVE_INFINITY;
    for (const track of this.#tracks.values()) this.#sendPast(track, now);
  }

  /** Monotonic ms when handleTimeout has something to send. */
  deadline(): number {
    return Math.min(this.#factsDue, this.#pastDue);
  }

  #add(source: PublishedTrack): SentTrack {
    const number = this.#nextNumber++ & 0xffff;
    const isWanted = source.rid === undefined;
    const track: SentTrack = { number, source, isWanted, past: undefined, clock: undefined };
    this.#tracks.set(source, track);
    const { ssrc, rid, codec, media } = source;
    const section = this.#publication?.media.indexOf(media) ?? 0;
    this.#send({ type: 'track', track: number, section, ssrc, rid, payloadType: codec.payloadType });
    this.#sendClock(track);
    this.#beginPast(track);
    return track;
  }

  #beginPast(track: SentTrack): void {
    const { gop } = track.source;
    const hasPast = track.isWanted && gop !== undefined && gop.count > 0;
    track.past = hasPast ? { generation: gop.generation, next: 0 } : undefined;
    if (hasPast) this.#pastDue = Number.NEGATIVE_INFINITY;
  }

  /** The next piece of the past; when all has gone, the live packets follow. */
  #sendPast(track: SentTrack, now: number): void {
    const { past } = track;
    const { gop } = track.source;
    if (past === undefined) return;
    let bytes = 0;
    while (gop?.generation === past.generation && past.next < gop.count && bytes < PAST_BYTES) {
      const batch = this.#batch;
      batch.count = 0;
      while (!batch.full && past.next < gop.count && gop.read(past.next, gop.timestamp(past.next), batch)) past.next++;
      for (let index = 0; index < batch.count; index++) bytes += batch.length(index);
      this.#sendPackets(track, batch, 0, now);
    }
    if (gop?.generation === past.generation && past.next < gop.count) this.#pastDue = now + PAST_INTERVAL_MS;
    else track.past = undefined;
  }

  #sendPackets({ number, past, source }: SentTrack, batch: RtpBatch, first: number, now: number): void {
    const { subscription, sender } = this.#options;
    const age = past === undefined ? undefined : Math.max(0, Math.round(source.gop?.age(now) ?? 0));
    sendPackets({ subscription, track: number, age }, batch, [first, batch.count], sender, now);
  }

  #find(source: SourceTrack, sequence: number): boolean {
    if ((source.redundancy?.cache ?? source.cache).get(sequence, this.#cached)) return true;
    const index = source.gop?.find(sequence) ?? -1;
    if (index < 0 || source.gop === undefined) return false;
    this.#cached.count = 0;
    return source.gop.read(index, source.gop.timestamp(index), this.#cached);
  }

  #sendFacts(now: number): void {
    this.#factsDue = now + FACTS_INTERVAL_MS;
    const { subscription, sender } = this.#options;
    const tracks = [...this.#tracks.values()];
    for (const track of tracks) this.#sendClock(track);
    if (tracks.length === 0) return;
    sender.sendFrame({ type: 'facts', subscription, tracks: tracks.map((track) => describe(track, now)) }, now);
  }

  #sendClock(track: SentTrack): void {
    const { senderClock } = track.source;
    if (senderClock === undefined || senderClock === track.clock) return;
    track.clock = senderClock;
    const { ntpTime, rtpTimestamp } = senderClock;
    this.#send({ type: 'senderClock', track: track.number, ntpTime, rtpTimestamp });
  }

  #numbered(number: number): SentTrack | undefined {
    return [...this.#tracks.values()].find((track) => track.number === number);
  }

  #send(message: UnaddressedMessage): void {
    this.#options.sender.sendMessage({ subscription: this.#options.subscription, ...message });
  }
}

type UnaddressedMessage = PipeMessage extends infer Message
  ? Message extends PipeMessage
    ? Omit<Message, 'subscription'>
    : never
  : never;

function describe({ number, source }: SentTrack, now: number): TrackFacts {
  return {
    track: number,
    silence: Math.min(0xffffffff, Math.max(0, Math.round(now - source.lastPacket))),
    bitrate: Math.max(0, Math.round(source.bitrate(now))),
    size: source.frameSize,
    keyframeAnswerTime: source.keyframeAnswerTime === undefined ? undefined : Math.round(source.keyframeAnswerTime),
    ignoresKeyframeRequests: source.ignoresKeyframeRequests,
  };
}
