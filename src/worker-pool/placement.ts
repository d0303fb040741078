/** Which worker a session goes to. */
import type { SessionRole } from '../sfu/room-service.ts';

/** A worker that runs, as a session of one room sees it. */
export interface PlacementCandidate {
  /** Position in the pool: decides between equals, so that the same sessions are placed in the same way. */
  index: number;
  /** It may take one more session without harm to those that it has. */
  hasRoom: boolean;
  /** It has so few sessions that they cannot be what makes it full. */
  hasFew: boolean;
  /** Share of a core that is used, 0 to 1 or more. */
  load: number;
  /** Of all rooms. */
  sessions: number;
  /** Viewers of this room. */
  viewers: number;
  /** The room's publisher is here. */
  hasPublisher: boolean;
}

/** Loads within such a step are equal: measured ones never are, and then the number of sessions says more. */
const LOAD_STEP = 0.05;

/**
 * Where a session goes; undefined where all are full.
 *
 * A viewer goes to the publisher's worker: there it needs no pipe. When that is full, to a worker that has the room's
 * packets already, and then to the least loaded. A publisher goes to the worker with most of the room's viewers: after a
 * break they are there, and it takes a pipe less. A room without viewers goes to the least loaded.
 */
export function placeSession<T extends PlacementCandidate>(role: SessionRole, candidates: readonly T[]): T | undefined {
  const free = candidates.filter(({ hasRoom }) => hasRoom);
  if (free.length > 0) return best(free, role === 'publish' ? compareForPublisher : compareForViewer);
  return best(
    candidates.filter(({ hasFew }) => hasFew),
    compareLoad,
  );
}

type Comparison = (a: PlacementCandidate, b: PlacementCandidate) => number;

function best<T extends PlacementCandidate>(candidates: readonly T[], compare: Comparison): T | undefined {
  return candidates.toSorted((a, b) => compare(a, b) || a.index - b.index)[0];
}

function compareForPublisher(a: PlacementCandidate, b: PlacementCandidate): number {
  return b.viewers - a.viewers || compareLoad(a, b);
}

function compareForViewer(a: PlacementCandidate, b: PlacementCandidate): number {
  const near = Number(b.hasPublisher) - Number(a.hasPublisher) || Number(b.viewers > 0) - Number(a.viewers > 0);
  return near || compareLoad(a, b);
}

function compareLoad(a: PlacementCandidate, b: PlacementCandidate): number {
  return step(a.load) - step(b.load) || a.sessions - b.sessions;
}

function step(load: number): number {
  return Math.round(load / LOAD_STEP);
}
