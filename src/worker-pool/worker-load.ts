/** How much of a worker is used, from what it reports and what it has been given since: may it take more sessions? */
import type { LoadReport } from '../worker-protocol.ts';

/** When a worker counts as full. */
export interface LoadLimits {
  /** Share of the time in which its event loop has work, 0 to 1. */
  busy: number;
  /** Milliseconds that its event loop is late. */
  delay: number;
  /** Share of its datagrams that the socket refuses, 0 to 1. */
  refused: number;
  /** How many it may have. */
  sessions: number;
}

/**
 * Beyond four fifths of a core, keyframes and joins begin to wait for each other: the rest is for their bursts. Packets
 * that are 20 ms late are less than a picture apart, so nothing stutters yet. One datagram of a hundred is more than a
 * full buffer loses now and then, and what viewers can still ask for again. Sessions are bounded by load alone.
 */
export const LOAD_LIMITS: LoadLimits = { busy: 0.8, delay: 20, refused: 0.01, sessions: Number.POSITIVE_INFINITY };

/** The limits with this share of a core, 0 to 1; without any for 0. */
export function loadLimits(busy: number): LoadLimits {
  if (busy > 0) return { ...LOAD_LIMITS, busy };
  const none = Number.POSITIVE_INFINITY;
  return { busy: none, delay: none, refused: none, sessions: none };
}

/** A full worker has room again below this share of each limit: between the two nothing changes, so nothing swings. */
const RELIEF = 0.75;
/** From this share of the limit on, a worker's delay is that of its own work. */
const WORK_SHARE = 0.5;
/** One report alone may be a pause of the machine. */
const REPORTS_TO_FILL = 2;
/** Those who were refused come again: the worker must have been able to take them for a while. */
const REPORTS_TO_RELIEVE = 5;
/** How much of the mean is the newest report. */
const NEWEST_SHARE = 0.5;
/** What a session may be expected to use of a core before it is measured: a viewer of a broadcast with 4 Mbit/s. */
const ASSUMED_COST = 0.002;
/** Bounds of what one session uses on average, whatever a report says: of a small sound, and of a burst of pictures. */
const LEAST_COST = 0.0005;
const LARGEST_COST = 0.02;
/** So many sessions tell what one of them costs. */
const SESSIONS_TO_MEASURE = 20;
/** What makes a worker with fewer sessions full are other programs: it takes another, so that these shut nobody out. */
const FEW_SESSIONS = 4;
/** A worker that reported and does so no more for this long hangs. Milliseconds. */
const SILENCE = 5000;

/** Follows the load of one worker process. `now` is in monotonic milliseconds. */
export class WorkerLoad {
  readonly #limits: LoadLimits;
  #mean = 0;
  #reportedAt: number | undefined;
  #full = false;
  /** Reports in a row that are strained while it has room, or relieved while it is full. */
  #streak = 0;
  #cost = ASSUMED_COST;
  /** Sessions given since the last report, and between that one and the one before. */
  #given = 0;
  #givenBefore = 0;

  constructor(limits: LoadLimits) {
    this.#limits = limits;
  }

  /** Takes what a worker with so many sessions reports. */
  report(load: LoadReport, sessions: number, now: number): void {
    this.#mean = this.#reportedAt === undefined ? load.busy : mix(this.#mean, load.busy);
    this.#reportedAt = now;
    // A session that has just come has not cost what it will: its media begins after a second or so.
    this.#givenBefore = this.#given;
    this.#given = 0;
    const measured = sessions - this.#givenBefore;
    if (measured >= SESSIONS_TO_MEASURE) {
      this.#cost = Math.min(LARGEST_COST, Math.max(LEAST_COST, this.#mean / measured));
    }
    this.#judge(load);
  }

  /** The worker was given a session. */
  sessionGiven(): void {
    this.#given++;
  }

  /** Share of a core that is used, with what the newest sessions will use. */
  get estimate(): number {
    return this.#mean + (this.#given + this.#givenBefore) * this.#cost;
  }

  /** Whether a worker with so many sessions may take one more. */
  hasRoom(sessions: number): boolean {
    return !this.#full && this.estimate < this.#limits.busy && sessions < this.#limits.sessions;
  }

  /** Whether a worker with so many sessions takes one more though it is full, where all others are full too. */
  hasFew(sessions: number): boolean {
    return sessions < Math.min(FEW_SESSIONS, this.#limits.sessions);
  }

  /** Whether the worker hangs. */
  isSilent(now: number): boolean {
    return this.#reportedAt !== undefined && now - this.#reportedAt >= SILENCE;
  }

  #judge({ busy, delay, refused }: LoadReport): void {
    const limits = this.#limits;
    // One that is late without much work waits for other programs: fewer sessions would not make it earlier.
    const late = busy >= limits.busy * WORK_SHARE ? delay / limits.delay : 0;
    const share = Math.max(busy / limits.busy, late, refused / limits.refused);
    const counts = this.#full ? share < RELIEF : share >= 1;
    this.#streak = counts ? this.#streak + 1 : 0;
    if (this.#streak < (this.#full ? REPORTS_TO_RELIEVE : REPORTS_TO_FILL)) return;
    this.#full = !this.#full;
    this.#streak = 0;
  }
}

function mix(before: number, newest: number): number {
  return before * (1 - NEWEST_SHARE) + newest * NEWEST_SHARE;
}
