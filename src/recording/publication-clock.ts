import type { MediaKind } from '../protocol/sdp/types.ts';
import type { SenderClock } from '../sfu/sink.ts';

/** Puts sound and picture of a publication on one clock: seconds from its start. */
export class PublicationClock {
  readonly #clockRates = new Map<MediaKind, number>();

  /** The track's source begins, or another one takes its place: its RTP time starts anywhere. `clockRate` in Hz. */
  restart(kind: MediaKind, clockRate: number): void {
    this.#clockRates.set(kind, clockRate);
  }

  /** The track's newest Sender Report; one that was given before has no effect. */
  senderReport(kind: MediaKind, report: SenderClock): void {
    this.#clockRates.set(kind, this.#clockRates.get(kind) ?? report.rtpTimestamp);
  }

  /** Seconds of a frame, 0 or more; `rtpTimestamp` and `arrival` as the FrameAssembler gives them, in its order. */
  time(kind: MediaKind, rtpTimestamp: number, _arrival: number): number {
    return rtpTimestamp / (this.#clockRates.get(kind) ?? 1);
  }
}
