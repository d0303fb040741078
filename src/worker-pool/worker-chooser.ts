/** Keeps the load of all workers, and chooses one for each session. */
import { ServiceError } from '../errors.ts';
import type { SessionRole } from '../sfu/room-service.ts';
import type { LoadReport } from '../worker-protocol.ts';
import { placeSession } from './placement.ts';
import type { PlacementCandidate } from './placement.ts';
import type { SessionRegistry } from './session-registry.ts';
import { WorkerLoad } from './worker-load.ts';
import type { LoadLimits } from './worker-load.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** Seconds for Retry-After where all workers are full, and one that has died is about to come back. */
const RESTART_SECONDS = 2;

/** What a choice depends on of a worker. */
export type ChosenSlot = Pick<WorkerSlot, 'index' | 'ready'>;

export class WorkerChooser<Slot extends ChosenSlot = WorkerSlot> {
  readonly #slots: readonly Slot[];
  readonly #sessions: SessionRegistry<Slot>;
  readonly #limits: LoadLimits;
  readonly #loads = new Map<Slot, WorkerLoad>();

  constructor(slots: readonly Slot[], sessions: SessionRegistry<Slot>, limits: LoadLimits) {
    this.#slots = slots;
    this.#sessions = sessions;
    this.#limits = limits;
  }

  /** The worker for a session, among those that have not refused it. Throws a ServiceError where there is none. */
  choose(role: SessionRole, room: string, tried: ReadonlySet<Slot>): Slot {
    const ready = this.#slots.filter((slot) => slot.ready);
    if (ready.length === 0) throw new ServiceError('worker_unavailable');
    const publisher = this.#sessions.publisherSlot(room);
    const now = performance.now();
    const candidates = ready
      .filter((slot) => !tried.has(slot) && !this.#loadOf(slot).isSilent(now))
      .map((slot) => this.#describe(slot, room, publisher));
    const place = placeSession(role, candidates);
    if (place !== undefined) return place.slot;
    const retryAfterSeconds = ready.length < this.#slots.length ? RESTART_SECONDS : undefined;
    throw new ServiceError('worker_overloaded', { retryAfterSeconds });
  }

  /** A worker has been given a session. */
  given(slot: Slot): void {
    this.#loadOf(slot).sessionGiven();
  }

  /** A worker says how busy it is. */
  report(slot: Slot, load: LoadReport): void {
    this.#loadOf(slot).report(load, this.#sessions.sessionsOn(slot), performance.now());
  }

  /** A worker has ended; the next one in its place begins without load. */
  died(slot: Slot): void {
    this.#loads.delete(slot);
  }

  /** How much of a core is used, and whether the worker takes more sessions. */
  stateOf(slot: Slot): { load: number; hasRoom: boolean } {
    const load = this.#loadOf(slot);
    return { load: load.estimate, hasRoom: slot.ready && load.hasRoom(this.#sessions.sessionsOn(slot)) };
  }

  #describe(slot: Slot, room: string, publisher: Slot | undefined): PlacementCandidate & { slot: Slot } {
    const load = this.#loadOf(slot);
    const sessions = this.#sessions.sessionsOn(slot);
    return {
      slot,
      index: slot.index,
      hasRoom: load.hasRoom(sessions),
      hasFew: load.hasFew(sessions),
      load: load.estimate,
      sessions,
      viewers: this.#sessions.viewersOf(room, slot),
      hasPublisher: slot === publisher,
    };
  }

  #loadOf(slot: Slot): WorkerLoad {
    const load = this.#loads.get(slot) ?? new WorkerLoad(this.#limits);
    this.#loads.set(slot, load);
    return load;
  }
}
