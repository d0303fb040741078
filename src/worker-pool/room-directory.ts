/** The open rooms of all workers as whole rooms. */
import { ServiceError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { RoomDetail, RoomSummary } from '../sfu/room-service.ts';
import { mergeDetails, mergeLists } from './merge-rooms.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { WorkerSlot } from './worker-slot.ts';

export class RoomDirectory {
  readonly #slots: readonly WorkerSlot[];
  readonly #sessions: SessionRegistry<WorkerSlot>;

  constructor(slots: readonly WorkerSlot[], sessions: SessionRegistry<WorkerSlot>) {
    this.#slots = slots;
    this.#sessions = sessions;
  }

  /** All rooms; those of a worker that does not answer are left out. */
  async list(): Promise<RoomSummary[]> {
    const ready = this.#slots.filter((slot) => slot.ready);
    return mergeLists(await Promise.all(ready.map((slot) => slot.request({ method: 'rooms' }).catch(() => []))));
  }

  /** One room with its sessions; throws no_such_room where it is not open. */
  async detail(name: string): Promise<RoomDetail> {
    const room = mergeDetails(await this.#ask(name, (slot) => slot.request({ method: 'room', room: name })));
    if (room === undefined) throw new ServiceError('no_such_room');
    return room;
  }

  /** Ends all sessions of a room; throws no_such_room where it is not open. */
  async close(name: string): Promise<void> {
    const answers = await this.#ask(name, (slot) => slot.request({ method: 'closeRoom', room: name }));
    if (answers.length === 0) throw new ServiceError('no_such_room');
  }

  /** What those workers answer that have a room. */
  async #ask<T>(name: string, ask: (slot: WorkerSlot) => Promise<T>): Promise<T[]> {
    const answers = this.#sessions.slotsOf(name).map(async (slot) => {
      try {
        return [await ask(slot)];
      } catch (error) {
        // What a worker has ended, or lost with its process, is gone.
        if (isRefusal(error, 'no_such_room', 'worker_unavailable')) return [];
        throw error;
      }
    });
    return (await Promise.all(answers)).flat();
  }
}

/** Whether an error is a refusal with one of these codes. */
export function isRefusal(error: unknown, ...codes: ErrorCode[]): boolean {
  return error instanceof ServiceError && codes.includes(error.code);
}
