/** Tells the workers that have viewers of a room where its publisher is, so that they get its packets from there. */
import type { PipeAddress } from '../worker-protocol.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { WorkerSlot } from './worker-slot.ts';

export class RoomOrigins {
  readonly #sessions: SessionRegistry<WorkerSlot>;

  constructor(sessions: SessionRegistry<WorkerSlot>) {
    this.#sessions = sessions;
  }

  /** Where the publisher of a room is, for one worker; undefined where it is on no other one. */
  seenFrom(slot: WorkerSlot, room: string): PipeAddress | undefined {
    const publisher = this.#sessions.livePublisher(room)?.slot;
    return publisher === slot ? undefined : publisher?.pipeAddress;
  }

  /** Tells all workers with viewers of the room: its publisher has come, gone or moved. */
  changed(room: string): void {
    for (const slot of this.#sessions.slotsOf(room, 'play')) {
      const origin = this.seenFrom(slot, room);
      // A worker that does not hear it has lost its viewers, and hears it again with the next one.
      slot.request({ method: 'setOrigin', room, origin }).catch(() => undefined);
    }
  }
}
