/** What the ends of sessions count, for metrics. */
import type { MediaKind } from '../protocol/sdp/types.ts';

/** One direction of one kind of media; all numbers only grow. */
export interface TrackCounters {
  packets: number;
  /** RTP packets with their headers where received; their payloads where sent (RFC 3550 6.4.1). */
  bytes: number;
  /** Received: missing for good or not yet repaired. Sent: as the viewers report it. */
  packetsLost: number;
  /** Packets asked for by NACK: of the publisher where received, by the viewers where sent. */
  nackedPackets: number;
  /** Keyframes asked for by PLI or FIR, in the same directions. */
  keyframeRequests: number;
  /** Packets sent to viewers once more. */
  retransmissions: number;
}

export type MediaCounters = Record<MediaKind, TrackCounters>;

function emptyTrackCounters(): TrackCounters {
  return { packets: 0, bytes: 0, packetsLost: 0, nackedPackets: 0, keyframeRequests: 0, retransmissions: 0 };
}

/** Counters that have counted nothing. */
export function emptyCounters(): MediaCounters {
  return { audio: emptyTrackCounters(), video: emptyTrackCounters() };
}

/** Adds counters of one kind to the others. */
export function addTrackCounters(sum: TrackCounters, more: TrackCounters): void {
  sum.packets += more.packets;
  sum.bytes += more.bytes;
  sum.packetsLost += more.packetsLost;
  sum.nackedPackets += more.nackedPackets;
  sum.keyframeRequests += more.keyframeRequests;
  sum.retransmissions += more.retransmissions;
}

/** Adds counters to others. */
export function addCounters(sum: MediaCounters, more: MediaCounters): void {
  addTrackCounters(sum.audio, more.audio);
  addTrackCounters(sum.video, more.video);
}
