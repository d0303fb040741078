import type { AcceptedMedia, Codec } from '../protocol/sdp/types.ts';
import type { RowCounters } from './fan-out-table.ts';

export interface SubscriberTrackOptions {
  /** The viewer's peer, as the transport numbers it. */
  peer: number;
  media: AcceptedMedia;
  ssrc: number;
  /** Where RTX was negotiated (RFC 4588). */
  rtxSsrc: number | undefined;
  /** a=extmap-allow-mixed was negotiated. */
  twoByteExtensions: boolean;
  /**
   * The first sequence number that goes out, 0 to 32,767: a viewer that misses the first packets must not take a
   * wrap among them for the start (RFC 3711 3.3.1).
   */
  firstSequence: number;
}

/** What goes out of one track: continues over changes of the source, so that the viewer sees one stream. */
export interface OutgoingPosition {
  /** Newest sequence number sent. */
  sequence: number;
  /** Its timestamp, ticks of the codec's clock. */
  timestamp: number;
  /** Monotonic milliseconds when it went. */
  time: number;
}

/** One track of one viewer: its numbers on the wire and how they follow from the source's. */
export class SubscriberTrack {
  readonly options: SubscriberTrackOptions;
  /** The viewer's codec for what the source sends; undefined while nothing is forwarded. */
  codec: Codec | undefined;
  sequenceOffset = 0;
  timestampOffset = 0;
  /** The source's sequence number at which this viewer joined in; older ones are never sent to it. */
  firstSourceSequence = 0;
  /** Undefined until the first packet went out. */
  position: OutgoingPosition | undefined;
  /** What earlier rows of this track had counted. */
  readonly counted: RowCounters = { packets: 0, octets: 0, dropped: 0 };
  /** Row in the fan-out table, -1 while the track waits for its first packet. */
  row = -1;
  /** Sequence number of the next RTX packet. */
  rtxSequence: number;

  constructor(options: SubscriberTrackOptions) {
    this.options = options;
    this.rtxSequence = options.firstSequence;
  }
}
