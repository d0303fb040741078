import { Counter24Unwrapper, SequenceUnwrapper } from '../../util/sequence.ts';
import { REFERENCE_TIME_UNIT_MS, type TransportFeedback } from '../rtcp/transport-feedback.ts';
import type { PacketResult } from './packet-result.ts';

/** Packets of one feedback at the most: two seconds of 50 Mbit/s. A count beyond that is not believed. */
const MAXIMUM_PACKETS = 10_000;

/** Finds a packet by its transport-wide sequence number, 16 bit. Undefined where it is not known. */
export type FindSentPacket = (sequence: number) => { time: number; bytes: number } | undefined;

/** Turns feedback messages into results of the packets that were sent, each packet once. */
export class FeedbackReader {
  readonly #sequences = new SequenceUnwrapper();
  readonly #referenceTimes = new Counter24Unwrapper();
  /** The lowest number that no feedback has spoken of. */
  #next: number | undefined;

  /** The results that this message adds, in the order of the sequence numbers. */
  read(feedback: TransportFeedback, find: FindSentPacket): PacketResult[] {
    const reference = this.#referenceTimes.unwrap(feedback.referenceTime) * REFERENCE_TIME_UNIT_MS;
    const base = this.#sequences.unwrap(feedback.baseSequence);
    const end = base + Math.min(feedback.packetCount, MAXIMUM_PACKETS);
    const arrivals = new Map(feedback.received.map(({ sequence, arrivalOffsetMs }) => [sequence, arrivalOffsetMs]));
    const results: PacketResult[] = [];
    // What an earlier message called lost may have come since then; that is too late to count.
    for (let number = Math.max(base, this.#next ?? base); number < end; number++) {
      const sequence = number & 0xffff;
      const sent = find(sequence);
      if (sent === undefined) continue;
      const offset = arrivals.get(sequence);
      const arrivalTime = offset === undefined ? undefined : reference + offset;
      results.push({ sendTime: sent.time, bytes: sent.bytes, arrivalTime });
    }
    this.#next = Math.max(end, this.#next ?? end);
    return results;
  }
}
