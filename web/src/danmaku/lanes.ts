/**
 * Where and when a message flies, so that none ever covers another. Pure; all times are milliseconds of one clock.
 *
 * The picture is divided into lanes of one height. A message takes one lane, or several beside each other; one that stands
 * (at the top or the bottom) takes them from side to side. Where no lane is free at once, it waits for the one that is
 * first, but not for long.
 */
import type { DanmakuPlace } from '../../../src/chat/protocol.ts';

export interface Flight {
  /** Pixels. */
  width: number;
  /** How many lanes it needs. */
  lanes: number;
  place: DanmakuPlace;
  /** Milliseconds from one side to the other, or for which it stands. */
  duration: number;
}

export interface Booking {
  /** The upper one of its lanes, from 0. */
  lane: number;
  /** When it begins. */
  start: number;
  /** When it is gone. */
  end: number;
}

/** The last that was let into a lane. */
interface Occupant extends Booking {
  flight: Flight;
}

/** Pixels between two messages that follow each other. */
const GAP = 24;
/** Milliseconds that a message waits for a lane at most: rolling ones come in numbers, those that stand are few. */
const LONGEST_WAIT: Readonly<Record<DanmakuPlace, number>> = { rolling: 1500, top: 5000, bottom: 5000 };

export class Lanes {
  readonly #width: number;
  readonly #last: (Occupant | undefined)[];
  readonly #usable: number;

  /** `width` of the picture in pixels; `count` of lanes, of which the upper `usable` are for rolling messages. */
  constructor(width: number, count: number, usable: number = count) {
    this.#width = width;
    this.#usable = Math.min(usable, count);
    this.#last = new Array<Occupant | undefined>(count).fill(undefined);
  }

  /** Finds place for a message at `now`; undefined where all is full, and it is not to be shown. */
  book(flight: Flight, now: number): Booking | undefined {
    const highest = (flight.place === 'bottom' ? this.#last.length : this.#usable) - flight.lanes;
    let best: Booking | undefined;
    for (let index = 0; index <= highest; index++) {
      const lane = flight.place === 'bottom' ? highest - index : index;
      const start = this.#earliest(lane, flight, now);
      if (best === undefined || start < best.start) best = { lane, start, end: start + flight.duration };
      if (start <= now) break;
    }
    if (best === undefined || best.start - now > LONGEST_WAIT[flight.place]) return undefined;
    this.#last.fill({ ...best, flight }, best.lane, best.lane + flight.lanes);
    return best;
  }

  #earliest(lane: number, flight: Flight, now: number): number {
    let start = now;
    for (const before of this.#last.slice(lane, lane + flight.lanes)) {
      if (before !== undefined) start = Math.max(start, this.#after(before, flight));
    }
    return start;
  }

  /** When a message may follow another one in its lane. */
  #after(before: Occupant, flight: Flight): number {
    if (before.flight.place !== 'rolling' || flight.place !== 'rolling') return before.end;
    // Its end has come out of the side, and a faster one reaches the other side only when it is gone.
    const isOut = before.start + (before.flight.width + GAP) / speedOf(before.flight, this.#width);
    const arrival = this.#width / speedOf(flight, this.#width);
    return Math.max(isOut, before.end - arrival);
  }
}

/** Pixels a millisecond of a rolling message over a picture so wide. */
function speedOf({ width, duration }: Flight, pictureWidth: number): number {
  return (pictureWidth + width) / duration;
}
