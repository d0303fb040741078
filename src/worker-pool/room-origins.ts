/** Tells the workers that have viewers of a room where its publisher is, so that they get its packets from there. */
import type { SessionRegistry } from './session-registry.ts';
import type { WorkerSlot } from './worker-slot.ts';

export class RoomOrigins {
  readonly #sessions: SessionRegistry<WorkerSlot>;

  constructor(sessions: SessionRegistry<WorkerSlot>) {
    this.#sessions = sessions;
  }

  /** Tells one worker: before each viewer that is opened there. */
  tell(slot: WorkerSlot, room: string): void {
    const publisher = this.#sessions.livePublisher(room)?.slot;
    const origin = publisher === slot ? undefined : publisher?.pipeAddress;
    // A worker that does not hear it has lost its viewers, and hears it again before the next one.
    slot.request({ method: 'setOrigin', room, origin }).catch(() => undefined);
  }

  /** Tells all workers with viewers of the room: its publisher has come, gone or moved. */
  changed(room: string): void {
    for (const slot of this.#sessions.slotsOf(room, 'play')) this.tell(slot, room);
  }
}
