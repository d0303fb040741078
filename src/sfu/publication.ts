/** What a room has of its publisher, whether that is connected to this worker or to another. */
import type { Codec, HeaderExtension, MediaKind, OfferedMedia } from '../protocol/sdp/types.ts';
import type { PublisherWarning } from './publisher-warnings.ts';
import type { Sink, SourceTrack } from './sink.ts';

/** Its packets come from the publisher itself, or through a pipe from the worker that has it. */
export type PublicationOrigin = 'local' | 'pipe';

/** A section of what a publisher sends: the part of its negotiation that rooms and viewers depend on. */
export interface PublishedMedia {
  readonly offered: Readonly<Pick<OfferedMedia, 'kind' | 'mid' | 'sendRids'>>;
  readonly codecs: readonly Codec[];
  readonly extensions: readonly HeaderExtension[];
}

/** One stream of a publication. */
export interface PublishedTrack extends SourceTrack {
  readonly ssrc: number;
  /** The section that it belongs to. */
  readonly media: PublishedMedia;
}

/** All that one publisher sends. */
export interface Publication {
  readonly origin: PublicationOrigin;
  readonly media: readonly PublishedMedia[];
  /** In the order of their first packets. */
  readonly tracks: readonly PublishedTrack[];
  /** What is wrong with the broadcast although it arrives. */
  readonly warnings: readonly PublisherWarning[];
  /** The track of this kind with the largest picture of those that arrive. */
  largestTrack(kind: MediaKind, now: number): PublishedTrack | undefined;
  /** Where the packets go from now on. The sinks so far get no more of these tracks. */
  setSinks(sinks: PublicationSinks): void;
  /** One more sink for all kinds. */
  addSink(sink: Sink): void;
  /** The sink gets no more, and is not told so. */
  removeSink(sink: Sink): void;
  /** Monotonic ms when it has something to ask of its publisher. */
  deadline(): number;
}

/** The sinks of a publication's tracks, by kind. */
export type PublicationSinks = Readonly<Record<MediaKind, readonly Sink[]>>;

/** No sink any more. */
export const NO_SINKS: PublicationSinks = { audio: [], video: [] };

/** The sinks and one more, which comes first: a pipe's viewers are a hop farther than those of this worker. */
export function withSink({ audio, video }: PublicationSinks, sink: Sink): PublicationSinks {
  return { audio: [sink, ...audio], video: [sink, ...video] };
}

/** The sinks without this one. */
export function withoutSink({ audio, video }: PublicationSinks, sink: Sink): PublicationSinks {
  return { audio: audio.filter((one) => one !== sink), video: video.filter((one) => one !== sink) };
}

/** Who follows a room from one publication to the next. */
export interface PublicationFollower extends Sink {
  /** A publisher has come, in the place of any before; its packets follow. `liveSince`: ms since the epoch. */
  begin(publication: Publication, liveSince: number): void;
  /** It has left, and none is there. */
  end(): void;
}
