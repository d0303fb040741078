/** What a viewer of a load tells the server of what it gets, as browsers do. */
import { buildTransportFeedback } from '../../src/protocol/rtcp/build-transport-feedback.ts';
import { type RtcpPacket, writeCompound } from '../../src/protocol/rtcp/compound.ts';
import type { GapCounter } from './gap-counter.ts';

/** Packets that one transport feedback tells of. */
const ARRIVALS = 20;
/** Packets that one NACK asks for. */
const MISSED = 3;

export class ViewerFeedback {
  readonly #ssrc: number;
  readonly #streams: ReadonlyMap<number, Pick<GapCounter, 'newest'>>;
  #reports = 0;

  /** `streams` by their SSRC. */
  constructor(ssrc: number, streams: ReadonlyMap<number, Pick<GapCounter, 'newest'>>) {
    this.#ssrc = ssrc;
    this.#streams = streams;
  }

  /** A receiver report of all streams, a transport feedback, and a NACK where one is wanted. Milliseconds. */
  write(now: number, hasNack: boolean): Uint8Array {
    const reports = [...this.#streams].map(([ssrc, { newest }]) => ({
      ...{ ssrc, highestSequence: newest, fractionLost: 1, packetsLost: 1, jitter: 10 },
      ...{ lastSenderReport: 0, delaySinceLastSenderReport: 0 },
    }));
    const packets: RtcpPacket[] = [{ type: 'receiverReport', ssrc: this.#ssrc, reports }];
    const [first] = this.#streams;
    if (first !== undefined) {
      const [mediaSsrc, { newest }] = first;
      const sources = { senderSsrc: this.#ssrc, mediaSsrc };
      packets.push(...this.#transportFeedback(sources, now));
      const sequences = Array.from({ length: MISSED }, (_, index) => (newest - 1 - index) & 0xffff).reverse();
      if (hasNack) packets.push({ type: 'nack', ...sources, sequences });
    }
    return writeCompound(packets);
  }

  #transportFeedback(sources: { senderSsrc: number; mediaSsrc: number }, now: number): RtcpPacket[] {
    const baseSequence = (this.#reports * ARRIVALS) & 0xffff;
    const arrivals = Array.from({ length: ARRIVALS }, (_, index) => ({
      sequence: (baseSequence + index) & 0xffff,
      arrivalTimeMs: now - ARRIVALS + index,
    }));
    const feedbackCount = this.#reports++ & 0xff;
    return buildTransportFeedback({ ...sources, feedbackCount, baseSequence, arrivals });
  }
}
