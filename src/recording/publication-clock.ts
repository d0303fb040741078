import { unixMsFromNtp } from '../protocol/rtcp/ntp.ts';
import type { MediaKind } from '../protocol/sdp/types.ts';
import type { SenderClock } from '../sfu/sink.ts';
import { SenderLine } from './sender-line.ts';
import { TrackClock } from './track-clock.ts';

/** Of a track that nobody introduced by `restart`, Hz. */
const USUAL_CLOCK_RATE = { audio: 48_000, video: 90_000 } as const;
/** A frame this much earlier than any delay allows, seconds, is one whose RTP time jumped. */
const EARLY_SECONDS = 1;
/** Pictures out of order go back less than this, seconds. */
const BACKWARD_SECONDS = 1;
/** Sound that is this late, seconds, while pictures came all the time, had its RTP time stand still: it was muted. */
const PAUSE_SECONDS = 0.5;
/** The same where nothing tells a pause from a standstill of the path, which is over sooner, seconds. */
const LONG_PAUSE_SECONDS = 5;
/** A report further than this from what frames say, seconds, is absurd. */
const ABSURD_SECONDS = 5;
/** A report about a track without frames counts only where it changes next to nothing, seconds. */
const SILENT_SECONDS = 1;
const SILENT_TOLERANCE = 0.25;
/** A first frame is put right at once where its report is there before it, and says no more than this, seconds. */
const FIRST_CORRECTION_SECONDS = 2;

interface Track {
  kind: MediaKind;
  clock: TrackClock;
  line: SenderLine;
  newestReport: SenderClock | undefined;
  /** A report was used: this track's delay is known, not guessed from the other's. */
  isCalibrated: boolean;
  /** Arrival less media time, seconds, of the frame at hand that came with the least delay. */
  leastAhead: number | undefined;
}

/** What a frame's time is made of, as the FrameAssembler gives it. */
interface ArrivedFrame {
  rtpTimestamp: number;
  /** Monotonic ms. */
  arrival: number;
}

/**
 * Puts sound and picture of a publication on one clock: seconds from its start. A frame's time is its RTP time, moved to
 * where the publisher's Sender Reports say that it was captured; before them, to where it arrived. What turns out wrong
 * is corrected slowly, so that no time jumps back.
 */
export class PublicationClock {
  readonly #tracks = new Map<MediaKind, Track>();
  /** Monotonic ms of the first frame. */
  #start: number | undefined;

  /** Monotonic ms of this time on the clock. */
  instantOf(time: number): number {
    return (this.#start ?? 0) + time * 1000;
  }

  /** The track's source begins, or another one takes its place: its RTP time starts anywhere. `clockRate` in Hz. */
  restart(kind: MediaKind, clockRate: number): void {
    const before = this.#tracks.get(kind);
    before?.line.forgetMedia();
    this.#tracks.set(kind, {
      kind,
      clock: new TrackClock(clockRate, before?.clock),
      line: before?.line ?? new SenderLine(),
      newestReport: before?.newestReport,
      isCalibrated: before?.isCalibrated ?? false,
      leastAhead: undefined,
    });
  }

  /** The track's newest Sender Report; one that was given before has no effect. */
  senderReport(kind: MediaKind, report: SenderClock): void {
    const track = this.#track(kind);
    if (sameReport(track.newestReport, report)) return;
    track.newestReport = report;
    if (track.clock.isAnchored) this.#useReport(track, report);
  }

  /**
   * The frames whose times are asked for next. Publishers keep what they encode before the connection is there and send
   * it at once then: only the last frames of such a run tell the path's delay.
   */
  announce(kind: MediaKind, frames: readonly ArrivedFrame[]): void {
    const track = this.#track(kind);
    const ahead = frames.map(({ rtpTimestamp, arrival }) => arrival / 1000 - track.clock.mediaTime(rtpTimestamp));
    track.leastAhead = ahead.length === 0 ? undefined : Math.min(...ahead);
  }

  /** Seconds of a frame, 0 or more; `rtpTimestamp` and `arrival` as the FrameAssembler gives them, in its order. */
  time(kind: MediaKind, rtpTimestamp: number, arrival: number): number {
    this.#start ??= arrival;
    const track = this.#track(kind);
    const { clock, line } = track;
    const seconds = (arrival - this.#start) / 1000;
    const media = clock.mediaTime(rtpTimestamp);
    if (!clock.isAnchored) this.#begin(track, rtpTimestamp, seconds);
    else if (this.#isBreak(track, media, seconds)) this.#anchor(track, rtpTimestamp, seconds);
    const offset = line.offset;
    const error = offset === undefined ? this.#guessError(track) : offset + media - clock.timeAt(media);
    clock.correct(media, error, offset !== undefined);
    return clock.giveOut(rtpTimestamp, seconds, kind === 'audio');
  }

  /** The first frame of a source: by arrival, and by the report where it is there already. */
  #begin(track: Track, rtpTimestamp: number, seconds: number): void {
    const { clock, line } = track;
    this.#anchor(track, rtpTimestamp, seconds);
    if (track.newestReport !== undefined) this.#useReport(track, track.newestReport);
    const media = clock.mediaTime(rtpTimestamp);
    if (line.offset === undefined) return;
    const time = media + line.offset;
    if (Math.abs(time - clock.timeAt(media)) < FIRST_CORRECTION_SECONDS) clock.anchor(rtpTimestamp, time);
  }

  /** Puts a frame where it arrived, less the delay that this track or the other one has. */
  #anchor(track: Track, rtpTimestamp: number, seconds: number): void {
    const { clock, line } = track;
    line.forgetMedia();
    const delay = clock.delay ?? this.#delayOfOthers(track);
    clock.anchor(
      rtpTimestamp,
      delay === undefined ? seconds : this.#leastSeconds(track, rtpTimestamp, seconds) - delay,
    );
  }

  /** When a frame of a source that begins would have come with the least delay of the frames at hand. */
  #leastSeconds({ clock, leastAhead }: Track, rtpTimestamp: number, seconds: number): number {
    if (clock.isAnchored || leastAhead === undefined) return seconds;
    return Math.min(seconds, leastAhead + clock.mediaTime(rtpTimestamp) - (this.#start ?? 0) / 1000);
  }

  #useReport(track: Track, { ntpTime, rtpTimestamp, arrival }: SenderClock): void {
    const { clock, line } = track;
    if (ntpTime.seconds === 0 && ntpTime.fraction === 0) return;
    const point = {
      wall: unixMsFromNtp(ntpTime) / 1000,
      media: clock.mediaTimeNear(rtpTimestamp),
      arrival: (arrival - (this.#start ?? arrival)) / 1000,
    };
    const time = clock.timeAt(point.media);
    const isSilent = point.arrival - clock.lastArrival > SILENT_SECONDS;
    const difference = Math.abs(point.arrival - (clock.delay ?? 0) - time);
    if (difference > (isSilent ? SILENT_TOLERANCE : ABSURD_SECONDS)) return;
    const others = this.#others(track).flatMap((other) => other.line.clock ?? []);
    line.report(point, time, others);
    track.isCalibrated ||= line.isKnown;
  }

  /** True where RTP time does not go on from the frame before, whatever the path may have done to the frame. */
  #isBreak({ kind, clock }: Track, media: number, seconds: number): boolean {
    const early = (clock.delay ?? 0) - (seconds - clock.timeAt(media));
    const forward = media - clock.lastMedia;
    if (early > EARLY_SECONDS || forward < -BACKWARD_SECONDS) return true;
    const late = seconds - clock.lastArrival - forward;
    if (late > LONG_PAUSE_SECONDS) return true;
    if (kind !== 'audio' || late < PAUSE_SECONDS) return false;
    return [...this.#tracks.values()].some(
      (other) => other.kind !== kind && other.clock.wasLively(clock.lastArrival, seconds),
    );
  }

  /** How much later a track without reports seems to be than the others, by its least delay. */
  #guessError(track: Track): number {
    if (track.isCalibrated || track.clock.delay === undefined) return 0;
    const calibrated = this.#others(track).some(({ isCalibrated }) => isCalibrated);
    return track.clock.delay - ((calibrated ? this.#delayOfOthers(track) : undefined) ?? 0);
  }

  #delayOfOthers(track: Track): number | undefined {
    return this.#others(track).find(({ clock }) => clock.delay !== undefined)?.clock.delay;
  }

  #track(kind: MediaKind): Track {
    const known = this.#tracks.get(kind);
    if (known !== undefined) return known;
    this.restart(kind, USUAL_CLOCK_RATE[kind]);
    return this.#track(kind);
  }

  #others(track: Track): Track[] {
    return [...this.#tracks.values()].filter((other) => other !== track);
  }
}

function sameReport(a: SenderClock | undefined, b: SenderClock): boolean {
  return a !== undefined && a.arrival === b.arrival && a.rtpTimestamp === b.rtpTimestamp;
}
