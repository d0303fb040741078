import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeSession } from './placement.ts';
import type { PlacementCandidate } from './placement.ts';

const worker = (index: number, facts: Partial<PlacementCandidate> = {}): PlacementCandidate => ({
  index,
  hasRoom: true,
  hasFew: false,
  load: 0,
  sessions: 10,
  viewers: 0,
  hasPublisher: false,
  ...facts,
});

const place = (role: 'publish' | 'play', ...workers: PlacementCandidate[]): number | undefined =>
  placeSession(role, workers)?.index;

describe('a viewer', () => {
  it('goes to the publisher’s worker, however busy the others are not', () => {
    expect(place('play', worker(0), worker(1, { hasPublisher: true, load: 0.7, sessions: 500 }))).toBe(1);
  });

  it('goes to another worker of the room where the publisher’s is full, before one that has nothing of it', () => {
    const publisher = worker(0, { hasPublisher: true, viewers: 400, hasRoom: false, load: 0.85 });
    expect(place('play', publisher, worker(1), worker(2, { viewers: 1, load: 0.5 }))).toBe(2);
    expect(place('play', publisher, worker(1, { viewers: 9, load: 0.5 }), worker(2, { viewers: 1, load: 0.3 }))).toBe(
      2,
    );
  });

  it('goes to the least loaded worker where no other of the room has room', () => {
    const publisher = worker(0, { hasPublisher: true, hasRoom: false });
    expect(place('play', publisher, worker(1, { load: 0.5 }), worker(2, { load: 0.2 }))).toBe(2);
  });

  it('is refused where all are full, but for one whose few sessions cannot be the reason', () => {
    const full = { hasRoom: false, load: 1 };
    expect(place('play', worker(0, full), worker(1, full))).toBeUndefined();
    expect(place('play', worker(0, { ...full, hasPublisher: true }), worker(1, { ...full, hasFew: true }))).toBe(1);
    expect(place('play')).toBeUndefined();
  });
});

describe('a publisher', () => {
  it('goes to the least loaded worker; of equally loaded ones to that with fewest sessions', () => {
    expect(place('publish', worker(0, { load: 0.3 }), worker(1, { load: 0.1, sessions: 99 }))).toBe(1);
    expect(place('publish', worker(0, { load: 0.1 }), worker(1, { load: 0.11, sessions: 3 }))).toBe(1);
    expect(place('publish', worker(1), worker(0))).toBe(0);
  });

  it('goes to where most viewers wait for it, if there is room', () => {
    const waiting = worker(1, { viewers: 30, load: 0.6 });
    expect(place('publish', worker(0, { viewers: 2 }), waiting)).toBe(1);
    expect(place('publish', worker(0, { viewers: 2 }), { ...waiting, hasRoom: false })).toBe(0);
  });

  it('may go elsewhere than the one before it', () => {
    expect(place('publish', worker(0, { hasPublisher: true, load: 0.4 }), worker(1))).toBe(1);
  });
});

const candidates = fc
  .uniqueArray(
    fc.record({
      index: fc.nat(63),
      hasRoom: fc.boolean(),
      hasFew: fc.boolean(),
      load: fc.double({ min: 0, max: 2, noNaN: true }),
      sessions: fc.nat(2000),
      viewers: fc.nat(500),
      hasPublisher: fc.constant(false),
    }),
    { selector: ({ index }) => index, maxLength: 8 },
  )
  .chain((workers) =>
    fc
      .option(fc.nat(Math.max(0, workers.length - 1)), { nil: -1 })
      .map((publisher) => workers.map((facts, index) => ({ ...facts, hasPublisher: index === publisher }))),
  );
const role = fc.constantFrom('publish' as const, 'play' as const);

describe('placeSession', () => {
  it('never goes over a limit while another worker has room, and refuses only where none has', () => {
    fc.assert(
      fc.property(role, candidates, (who, workers) => {
        const chosen = placeSession(who, workers);
        if (workers.some(({ hasRoom }) => hasRoom)) expect(chosen?.hasRoom).toBe(true);
        else if (workers.some(({ hasFew }) => hasFew)) expect(chosen?.hasFew).toBe(true);
        else expect(chosen).toBeUndefined();
      }),
    );
  });

  it('keeps viewers near the publisher', () => {
    fc.assert(
      fc.property(candidates, (workers) => {
        const chosen = placeSession('play', workers);
        const free = workers.filter(({ hasRoom }) => hasRoom);
        if (free.some(({ hasPublisher }) => hasPublisher)) expect(chosen?.hasPublisher).toBe(true);
        else if (free.some(({ viewers }) => viewers > 0)) expect(chosen?.viewers).toBeGreaterThan(0);
      }),
    );
  });

  it('chooses the same worker whatever the order in which they are named', () => {
    fc.assert(
      fc.property(
        role,
        candidates.chain((workers) =>
          fc.tuple(
            fc.constant(workers),
            fc.shuffledSubarray(workers, { minLength: workers.length, maxLength: workers.length }),
          ),
        ),
        (who, [workers, shuffled]) => {
          expect(placeSession(who, shuffled)?.index).toBe(placeSession(who, workers)?.index);
        },
      ),
    );
  });
});
