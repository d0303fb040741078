/**
 * What a track's Sender Reports say of its time. Each pairs an instant of the publisher's wall clock with one of the
 * track's media; reports of two tracks on the same wall clock bring them together.
 */

/** A wall clock jumps, or media time does, where two reports disagree by more than this, seconds, ... */
const TOLERANCE = 0.1;
/** ... and this for each second between them: far more than any two clocks run apart. */
const TOLERANCE_RATE = 0.001;
/** Two tracks' reports are of one wall clock where they agree with what is known to this, seconds. */
const SAME_CLOCK = 0.25;
/** The same for a track's first report, until which only arrival times spoke. */
const SAME_CLOCK_AT_FIRST = 2;

/** A run of the publisher's wall clock without a jump. */
export interface WallClock {
  /** What it shows at the start of the publication, seconds. */
  origin: number;
}

/** A Sender Report, all in seconds. */
export interface TimePoint {
  /** The publisher's wall clock. */
  wall: number;
  /** The track's media time. */
  media: number;
  /** Since the start of the publication. */
  arrival: number;
}

/** The reports of one track's source. */
export class SenderLine {
  #last: TimePoint | undefined;
  #clock: WallClock | undefined;
  /** A report that says media time jumped; it counts once a second one agrees. */
  #suspect: TimePoint | undefined;

  /** The wall clock that the reports are of; undefined before the first. */
  get clock(): WallClock | undefined {
    return this.#clock;
  }

  /** True where a report is there to tell the track's time by. */
  get isKnown(): boolean {
    return this.#last !== undefined;
  }

  /** Publication time minus media time, as the newest report has it. */
  get offset(): number | undefined {
    if (this.#last === undefined || this.#clock === undefined) return undefined;
    return this.#last.wall - this.#clock.origin - this.#last.media;
  }

  /** Takes a report. `time`: publication time of its media time so far; `others`: wall clocks of other tracks. */
  report(point: TimePoint, time: number, others: readonly WallClock[]): void {
    const last = this.#last;
    if (last === undefined || this.#clock === undefined) {
      const known = this.#clock === undefined ? others : [this.#clock, ...others];
      this.#clock = findClock(known, point, time, SAME_CLOCK_AT_FIRST) ?? { origin: point.wall - time };
    } else if (!agree(last, point)) {
      if (wallJumped(last, point)) this.#clock = afterJump(this.#clock, last, point);
      else if (this.#suspect === undefined || !agree(this.#suspect, point)) {
        this.#suspect = point;
        return;
      }
    } else this.#clock = findClock(others, point, time, SAME_CLOCK) ?? this.#clock;
    this.#last = point;
    this.#suspect = undefined;
  }

  /** Media time starts anew: reports so far do not tell it, but the wall clock goes on. */
  forgetMedia(): void {
    this.#last = undefined;
    this.#suspect = undefined;
  }
}

/** The wall clock after a jump between two reports: the track's time goes on as it was. */
function afterJump({ origin }: WallClock, last: TimePoint, point: TimePoint): WallClock {
  return { origin: origin + (point.wall - last.wall) - (point.media - last.media) };
}

function findClock(
  clocks: readonly WallClock[],
  point: TimePoint,
  time: number,
  tolerance: number,
): WallClock | undefined {
  return clocks.find(({ origin }) => Math.abs(point.wall - origin - time) < tolerance);
}

/** True where wall clock and media time went on alike from one report to the next. */
function agree(a: TimePoint, b: TimePoint): boolean {
  const media = b.media - a.media;
  return Math.abs(b.wall - a.wall - media) <= TOLERANCE + TOLERANCE_RATE * Math.abs(media);
}

/** Of two times that disagree, the one that also disagrees with this server's clock has jumped. */
function wallJumped(a: TimePoint, b: TimePoint): boolean {
  const arrival = b.arrival - a.arrival;
  return Math.abs(b.wall - a.wall - arrival) >= Math.abs(b.media - a.media - arrival);
}
