import type { MediaKind } from '../protocol/sdp/types.ts';
import type { FanOutTable } from './fan-out-table.ts';
import { NO_SINKS, type Publication, type PublicationFollower } from './publication.ts';
import { summarizeLayers } from './layer-summary.ts';
import type { LayerSummary, RoomSummary, TrackSummary } from './room-service.ts';
import type { Subscriber } from './subscriber.ts';
import { LargestLayer } from './largest-layer.ts';
import type { PublicationSink } from './sink.ts';
import { TrackFanOut } from './track-fan-out.ts';

/** A room without media for this long is not live, though its publisher is still connected, ms. */
const LIVE_TIMEOUT_MS = 3000;

export interface RoomOptions {
  /** How long viewers stay when the publisher has left, ms. */
  lingerMs: number;
  createTable: () => FanOutTable;
  /** Makes the recorder of a publisher that goes live; undefined where nothing is recorded. */
  createRecorder?: ((room: string, kinds: readonly MediaKind[]) => PublicationSink | undefined) | undefined;
  /** Who follows what this worker's publishers send into the room; undefined where nobody can. */
  followers?: ((room: string) => readonly PublicationFollower[]) | undefined;
}

/**
 * One room: at most one publisher, any number of subscribers, and between them a fan-out a kind of track.
 *
 * | state     | publisher arrives | publisher leaves   | last subscriber leaves | linger time is over |
 * |-----------|-------------------|--------------------|------------------------|---------------------|
 * | empty     | live              |                    |                        |                     |
 * | waiting   | live              |                    | empty                  |                     |
 * | live      | live (replaced)   | lingering or empty | live                   |                     |
 * | lingering | live              |                    | empty                  | viewers are ended   |
 */
export class Room {
  readonly name: string;
  readonly fanOuts: Readonly<Record<MediaKind, TrackFanOut>>;
  readonly #subscribers = new Set<Subscriber>();
  readonly #arriving = new Set<Publication>();
  #publisher: Publication | undefined;
  #liveSince: number | undefined;
  readonly #lingerMs: number;
  #deadline = Number.POSITIVE_INFINITY;
  readonly #createRecorder: RoomOptions['createRecorder'];
  readonly #followers: NonNullable<RoomOptions['followers']>;
  #recorder: PublicationSink | undefined;

  constructor(name: string, { lingerMs, createTable, createRecorder, followers = () => [] }: RoomOptions) {
    this.name = name;
    this.#createRecorder = createRecorder;
    this.#followers = followers;
    this.#lingerMs = lingerMs;
    this.fanOuts = { audio: new TrackFanOut(createTable), video: new TrackFanOut(createTable) };
  }

  get publisher(): Publication | undefined {
    return this.#publisher;
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  get empty(): boolean {
    return this.#publisher === undefined && this.#arriving.size === 0 && this.#subscribers.size === 0;
  }

  /** Keeps the room open for a publisher whose connection does not stand yet. */
  addPublisher(publisher: Publication): void {
    this.#arriving.add(publisher);
  }

  /**
   * Makes this the room's publisher; the one before gives nothing to the viewers any more.
   * `wallClock`: milliseconds since the epoch.
   */
  setLivePublisher(publisher: Publication, wallClock: number): void {
    this.#arriving.delete(publisher);
    const before = this.#publisher;
    before?.setSinks(NO_SINKS);
    if (before?.origin === 'local' && publisher.origin === 'pipe') this.#endFollowers();
    this.#recorder?.close();
    this.#publisher = publisher;
    this.#deadline = Number.POSITIVE_INFINITY;
    this.#liveSince = wallClock;
    const { audio, video } = this.fanOuts;
    // One whose packets come from another worker is recorded there.
    const kinds = publisher.media.map(({ offered }) => offered.kind);
    const isLocal = publisher.origin === 'local';
    this.#recorder = isLocal ? this.#createRecorder?.(this.name, [...new Set(kinds)]) : undefined;
    publisher.setSinks(
      this.#recorder === undefined
        ? { audio: [audio], video: [video] }
        : { audio: [audio, new LargestLayer(this.#recorder)], video: [video, new LargestLayer(this.#recorder)] },
    );
    for (const follower of this.#followers(this.name)) this.follow(follower);
  }

  /** Lets a follower have what this worker's publisher sends, if there is one: no pipe feeds another. */
  follow(follower: PublicationFollower): void {
    if (this.#publisher?.origin !== 'local' || this.#liveSince === undefined) return;
    follower.begin(this.#publisher, this.#liveSince);
    this.#publisher.addSink(follower);
  }

  /** Takes a publisher out; one that took the room since then stays. */
  removePublisher(publisher: Publication, now: number): void {
    this.#arriving.delete(publisher);
    if (this.#publisher !== publisher) return;
    this.#publisher = undefined;
    this.#recorder?.close();
    this.#recorder = undefined;
    if (publisher.origin === 'local') this.#endFollowers();
    this.#liveSince = undefined;
    this.#deadline = now + this.#lingerMs;
  }

  /** When the viewers of a room whose publisher has left are ended, in monotonic ms; infinite in all other rooms. */
  deadline(): number {
    return this.#deadline;
  }

  addSubscriber(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
  }

  removeSubscriber(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  /** Sends what waits of a burst and is due. */
  sendWaiting(now: number): void {
    this.fanOuts.video.sendWaiting(now);
  }

  /** Monotonic ms when sendWaiting has something to send; infinite where nothing waits. */
  sendingDeadline(): number {
    return this.fanOuts.video.sendingDeadline();
  }

  /** A publisher's media is or was just arriving. */
  isLive(now: number): boolean {
    return this.#publisher?.tracks.some((track) => now - track.lastPacket < LIVE_TIMEOUT_MS) ?? false;
  }

  /** The streams of the publisher's picture, largest first. */
  videoLayers(now: number): LayerSummary[] {
    return summarizeLayers(this.#publisher?.tracks.filter(({ kind }) => kind === 'video') ?? [], now);
  }

  summary(now: number): RoomSummary {
    const tracks = this.#tracks(now);
    return {
      name: this.name,
      live: this.isLive(now),
      liveSince: this.#liveSince,
      tracks,
      subscribers: this.#subscribers.size,
      warnings: this.#publisher?.warnings ?? [],
    };
  }

  #endFollowers(): void {
    for (const follower of this.#followers(this.name)) follower.end();
  }

  #tracks(now: number): TrackSummary[] {
    const publisher = this.#publisher;
    if (publisher === undefined) return [];
    return publisher.media.map(({ offered: { kind } }) => {
      const track = publisher.largestTrack(kind, now);
      return {
        kind,
        codec: track?.codec.name,
        width: track?.frameSize?.width,
        height: track?.frameSize?.height,
        bitrate: track?.bitrate(now) ?? 0,
        layers: kind === 'video' ? this.videoLayers(now).filter(isChoosable) : [],
      };
    });
  }
}

function isChoosable({ rid, scalable }: LayerSummary): boolean {
  return rid !== undefined || scalable.length > 0;
}
