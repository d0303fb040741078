import { delaySinceLastSenderReport } from '../protocol/rtcp/ntp.ts';
import { sequenceDifference } from '../util/sequence.ts';
import type { ReportBlock } from '../protocol/rtcp/report-block.ts';
import type { RtpBatch } from './rtp-batch.ts';

/** What RFC 3550 A.1, A.3 and A.8 keep of one received stream, for its report block. */
export class ReceiveStatistics {
  readonly ssrc: number;
  #started = false;
  #baseSequence = 0;
  #highestSequence = 0;
  #cycles = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitter = 0;
  #transit: number | undefined;
  #senderReport: { compactNtp: number; arrival: number } | undefined;

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  /** Packets of one read. Arrival is one time for all: the jitter counts frames, not packets. */
  receive(batch: RtpBatch, clockRate: number, now: number): void {
    for (let index = 0; index < batch.count; index++) this.#count(batch.sequence(index));
    if (batch.count > 0) this.#measureJitter(batch.timestamp(0), clockRate, now);
  }

  /** `compactNtp`: the middle 32 bits of the Sender Report's NTP time. */
  senderReport(compactNtp: number, now: number): void {
    this.#senderReport = { compactNtp, arrival: now };
  }

  /** The block for a report sent now; begins the next interval for the fraction lost. */
  reportBlock(now: number): ReportBlock {
    const expected = this.#expected;
    const expectedInterval = expected - this.#expectedBefore;
    const lostInterval = expectedInterval - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    return {
      ssrc: this.ssrc,
      fractionLost:
        expectedInterval <= 0 || lostInterval <= 0 ? 0 : Math.floor((lostInterval * 256) / expectedInterval) & 0xff,
      packetsLost: Math.max(-0x800000, Math.min(0x7fffff, expected - this.#received)),
      highestSequence: (((this.#cycles & 0xffff) << 16) | this.#highestSequence) >>> 0,
      jitter: Math.round(this.#jitter) >>> 0,
      lastSenderReport: this.#senderReport?.compactNtp ?? 0,
      delaySinceLastSenderReport:
        this.#senderReport === undefined ? 0 : delaySinceLastSenderReport(this.#senderReport.arrival, now),
    };
  }

  get started(): boolean {
    return this.#started;
  }

  get packets(): number {
    return this.#received;
  }

  /** Packets missing so far; repaired ones count as received. */
  get packetsLost(): number {
    return Math.max(0, this.#expected - this.#received);
  }

  /** Interarrival jitter in ticks of the codec's clock. */
  get jitter(): number {
    return this.#jitter;
  }

  get #expected(): number {
    return this.#started ? this.#cycles * 65_536 + this.#highestSequence - this.#baseSequence + 1 : 0;
  }

  #count(sequence: number): void {
    this.#received++;
    if (!this.#started) {
      this.#started = true;
      this.#baseSequence = sequence;
      this.#highestSequence = sequence;
      return;
    }
    if (sequenceDifference(sequence, this.#highestSequence) <= 0) return;
    if (sequence < this.#highestSequence) this.#cycles++;
    this.#highestSequence = sequence;
  }

  #measureJitter(timestamp: number, clockRate: number, now: number): void {
    const transit = ((now * clockRate) / 1000 - timestamp) % 0x1_0000_0000;
    const before = this.#transit;
    this.#transit = transit;
    if (before === undefined) return;
    const difference = Math.abs(transit - before);
    // A timestamp that wrapped or jumped by more than ten seconds measures nothing.
    if (difference > clockRate * 10) return;
    this.#jitter += (difference - this.#jitter) / 16;
  }
}
