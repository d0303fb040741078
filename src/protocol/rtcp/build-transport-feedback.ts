import { sequenceDifference } from '../../util/sequence.ts';
import type { FeedbackSources } from './packet-header.ts';
import { MAXIMUM_RUN } from './packet-status-chunk.ts';
import type { ReceivedPacket, TransportFeedback } from './transport-feedback.ts';
import {
  DELTA_UNITS_PER_MS,
  REFERENCE_TIME_UNIT_MS,
  STATUS_CHUNKS_OFFSET,
  isSmallDelta,
} from './transport-feedback.ts';

/** Keeps a message with its compound packet, SRTCP and IP headers below the usual MTU. */
const DEFAULT_MAXIMUM_BYTES = 1100;
const UNITS_PER_REFERENCE_TIME = REFERENCE_TIME_UNIT_MS * DELTA_UNITS_PER_MS;
const MAXIMUM_DELTA = 0x7fff;
const MINIMUM_DELTA = -0x8000;
/** Bytes of a status chunk for each of the 7 packets that it covers at the least. */
const STATUS_BYTES = 2 / 7;
/** A last chunk that covers fewer packets, and padding to a whole word. */
const RESERVED_BYTES = 2 + 3;

/** What arrived, for {@link buildTransportFeedback}. */
export interface TransportArrivals extends FeedbackSources {
  /** Number of the first message, 8 bit. */
  feedbackCount: number;
  /** The first packet to report on: the one behind the last that was reported. */
  baseSequence: number;
  /** Arrivals of packets less than 32,768 behind the base, in any order; of two of one packet the first counts. */
  arrivals: readonly { sequence: number; arrivalTimeMs: number }[];
  /** Bytes that one message may have at the most, 64 or more. */
  maximumBytes?: number;
}

/** The arrivals' place after the base and time in units of the receive delta. */
interface Arrival {
  index: number;
  time: number;
}

/**
 * Messages that report all arrivals and the losses between them: one, or more where they do not fit it or pauses are
 * longer than a receive delta can tell. None without arrivals. Times are rounded to 0.25 ms.
 */
export function buildTransportFeedback(options: TransportArrivals): TransportFeedback[] {
  const maximumBytes = options.maximumBytes ?? DEFAULT_MAXIMUM_BYTES;
  const messages: TransportFeedback[] = [];
  let start = 0;
  let pending: Arrival[] = [];
  let bytes = 0;
  const flush = () => {
    const last = pending.at(-1);
    if (last === undefined) return;
    messages.push(createMessage(options, messages.length, start, pending));
    start = last.index + 1;
    pending = [];
  };
  for (const arrival of sortedArrivals(options)) {
    const previous = pending.at(-1);
    const delta = previous === undefined ? 0 : arrival.time - previous.time;
    const cost = costOf(arrival.index - (previous === undefined ? start : previous.index + 1), delta);
    const fits = delta >= MINIMUM_DELTA && delta <= MAXIMUM_DELTA && bytes + cost <= maximumBytes;
    if (previous !== undefined && fits) {
      bytes += cost;
    } else {
      flush();
      bytes = STATUS_CHUNKS_OFFSET + RESERVED_BYTES + costOf(arrival.index - start, 0);
    }
    pending.push(arrival);
  }
  flush();
  return messages;
}

function sortedArrivals({ baseSequence, arrivals }: TransportArrivals): Arrival[] {
  const times = new Map<number, number>();
  for (const { sequence, arrivalTimeMs } of arrivals) {
    const index = sequenceDifference(sequence, baseSequence);
    if (index >= 0 && !times.has(index)) times.set(index, Math.round(arrivalTimeMs * DELTA_UNITS_PER_MS));
  }
  return Array.from(times, ([index, time]) => ({ index, time })).sort((a, b) => a.index - b.index);
}

/** Bytes at the most that an arrival takes with the losses before it. */
function costOf(lost: number, delta: number): number {
  const asRuns = 2 * Math.ceil(lost / MAXIMUM_RUN) + 2 * 2;
  return Math.min(lost * STATUS_BYTES, asRuns) + STATUS_BYTES + (isSmallDelta(delta) ? 1 : 2);
}

function createMessage(
  { senderSsrc, mediaSsrc, feedbackCount, baseSequence }: TransportArrivals,
  messageIndex: number,
  start: number,
  arrivals: readonly Arrival[],
): TransportFeedback {
  const first = arrivals[0]?.time ?? 0;
  const lastIndex = arrivals.at(-1)?.index ?? start;
  const reference = Math.floor(first / UNITS_PER_REFERENCE_TIME);
  const received: ReceivedPacket[] = arrivals.map(({ index, time }) => ({
    sequence: (baseSequence + index) & 0xffff,
    arrivalOffsetMs: (time - reference * UNITS_PER_REFERENCE_TIME) / DELTA_UNITS_PER_MS,
  }));
  return {
    type: 'transportFeedback',
    senderSsrc,
    mediaSsrc,
    feedbackCount: (feedbackCount + messageIndex) & 0xff,
    baseSequence: (baseSequence + start) & 0xffff,
    packetCount: lastIndex - start + 1,
    referenceTime: ((reference % 0x1000000) + 0x1000000) % 0x1000000,
    received,
  };
}
