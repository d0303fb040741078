/** How one outgoing stream follows from the sources that feed it one after the other. */
import { unixMsFromNtp } from '../protocol/rtcp/ntp.ts';
import { timestampDifference } from '../util/sequence.ts';
import type { PictureIndex } from './picture-index.ts';
import type { SourceTrack } from './sink.ts';
import { wholeOf } from './source-choice.ts';

/** Two clocks that should name the same instant differ by no more than this, ms; else one of them is wrong. */
const CLOCK_TOLERANCE_MS = 500;

/** What goes out of one track: continues over changes of the source, so that the viewer sees one stream. */
export interface OutgoingPosition {
  /** Newest sequence number sent. */
  sequence: number;
  /** Its timestamp, ticks of the codec's clock. */
  timestamp: number;
  /** Monotonic milliseconds when it went. */
  time: number;
  /** As the viewer knows the newest picture, where the codec numbers them. */
  picture: PictureIndex | undefined;
  /** Where it came from, and what was added to that source's timestamps. */
  source: SourceTrack;
  timestampOffset: number;
}

/** What is added to a source's numbers, each modulo the width of its field. */
export interface StreamOffsets {
  sequence: number;
  timestamp: number;
  picture: PictureIndex;
}

/** The first packet of a source that a viewer gets. */
export interface FirstPacket {
  sequence: number;
  timestamp: number;
  picture: PictureIndex | undefined;
}

/** Offsets by which the first packet follows what the viewer got last, as far in time as on the clock. */
export function offsetsAfter(
  position: OutgoingPosition | undefined,
  first: FirstPacket,
  source: SourceTrack,
  firstSequence: number,
  now: number,
): StreamOffsets {
  const picture = pictureOffsets(position?.picture, first.picture);
  if (position === undefined) {
    return { sequence: (firstSequence - first.sequence) & 0xffff, timestamp: 0, picture };
  }
  const sequence = (position.sequence + 1 - first.sequence) & 0xffff;
  return { sequence, timestamp: timestampOffset(position, first, source, now), picture };
}

function timestampOffset(position: OutgoingPosition, first: FirstPacket, source: SourceTrack, now: number): number {
  const { clockRate } = source.codec;
  const elapsed = Math.max(1, Math.round(((now - position.time) * clockRate) / 1000));
  const byArrival = (position.timestamp + elapsed - first.timestamp) >>> 0;
  const byClock = clockOffset(position, source);
  if (byClock === undefined) return byArrival;
  const later = timestampDifference((first.timestamp + byClock) >>> 0, position.timestamp) > 0;
  const error = Math.abs(timestampDifference(byClock, byArrival));
  return later && error <= (CLOCK_TOLERANCE_MS * clockRate) / 1000 ? byClock : byArrival;
}

/** The offset that keeps the instant of each picture, where both sources are of one clock. */
function clockOffset(position: OutgoingPosition, source: SourceTrack): number | undefined {
  if (wholeOf(source) === wholeOf(position.source)) return position.timestampOffset;
  const before = position.source.senderClock;
  const after = source.senderClock;
  if (before === undefined || after === undefined || source.codec.clockRate !== position.source.codec.clockRate) {
    return undefined;
  }
  const between = unixMsFromNtp(after.ntpTime) - unixMsFromNtp(before.ntpTime);
  const ticks = Math.round((between * source.codec.clockRate) / 1000);
  return (before.rtpTimestamp + ticks - after.rtpTimestamp + position.timestampOffset) >>> 0;
}

function pictureOffsets(before: PictureIndex | undefined, first: PictureIndex | undefined): PictureIndex {
  if (before === undefined || first === undefined) return { pictureId: 0, tl0PictureIndex: 0 };
  return {
    pictureId: (before.pictureId + 1 - first.pictureId) & 0x7fff,
    tl0PictureIndex: (before.tl0PictureIndex + 1 - first.tl0PictureIndex) & 0xff,
  };
}
