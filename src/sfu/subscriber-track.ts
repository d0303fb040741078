import type { AcceptedMedia, Codec } from '../protocol/sdp/types.ts';
import type { CatchUp } from './catch-up.ts';
import type { RowCounters } from './fan-out-table.ts';
import type { LayerFanOut } from './layer-fan-out.ts';
import type { OutgoingPosition, StreamOffsets } from './outgoing-stream.ts';
import type { SourceTrack } from './sink.ts';

export interface SubscriberTrackOptions {
  /** The viewer's peer, as the transport numbers it. */
  peer: number;
  media: AcceptedMedia;
  ssrc: number;
  /** Where RTX was negotiated (RFC 4588). */
  rtxSsrc: number | undefined;
  /**
   * Id of the transport-wide sequence number extension, where the viewer's sends can be numbered: it has negotiated
   * the extension, its feedback and RTX.
   */
  transportSequenceId: number | undefined;
  /** a=extmap-allow-mixed was negotiated. */
  twoByteExtensions: boolean;
  /**
   * The first sequence number that goes out, 0 to 32,767: a viewer that misses the first packets must not take a
   * wrap among them for the start (RFC 3711 3.3.1).
   */
  firstSequence: number;
}

/** One track of one viewer: its numbers on the wire and how they follow from the source's. */
export class SubscriberTrack {
  readonly options: SubscriberTrackOptions;
  /** The viewer's codec for what the source sends; undefined while nothing is forwarded. */
  codec: Codec | undefined;
  offsets: StreamOffsets = { sequence: 0, timestamp: 0, picture: { pictureId: 0, tl0PictureIndex: 0 } };
  /** The source's sequence number at which this viewer joined in; older ones are never sent to it. */
  firstSourceSequence = 0;
  /** Undefined until the first packet went out; kept up to date where the source changes. */
  position: OutgoingPosition | undefined;
  /** What earlier rows of this track had counted. */
  readonly counted: RowCounters = { packets: 0, octets: 0, dropped: 0 };
  /** The viewers among which this one gets its packets; undefined while it waits for its first. */
  layer: LayerFanOut | undefined;
  /** Row in that layer's table, -1 in none. */
  row = -1;
  /** The source whose next keyframe this viewer turns to. */
  target: SourceTrack | undefined;
  /** The layer that the viewer's bandwidth, or its user, has chosen; undefined for the largest that there is. */
  preferred: SourceTrack | undefined;
  /** Its way to the live picture, kept for what is asked for again afterwards. */
  catchUp: CatchUp | undefined;
  /** Monotonic ms at which waiting gives way to catching up, or catching up goes on; infinite where neither is. */
  catchUpDue = Number.POSITIVE_INFINITY;
  /** Monotonic ms when it last began to catch up. */
  caughtUpAt = Number.NEGATIVE_INFINITY;
  /** Its packets carry transport-wide numbers. */
  numbered = false;
  /** Sequence number of the next RTX packet. */
  rtxSequence: number;

  constructor(options: SubscriberTrackOptions) {
    this.options = options;
    this.rtxSequence = options.firstSequence;
  }

  /** What feeds it at present. */
  get source(): SourceTrack | undefined {
    return this.layer?.source;
  }
}
