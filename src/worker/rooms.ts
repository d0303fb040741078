import type { Transport } from '../native/addon.ts';
import { Room, type RoomOptions } from '../sfu/room.ts';
import { NativeFanOutTable } from './native-fan-out-table.ts';
import type { Session } from './session.ts';

/** The open rooms of a worker, by name. A room is open while somebody is in it. */
export class Rooms {
  readonly #options: RoomOptions;
  readonly #rooms = new Map<string, Room>();

  constructor(transport: Transport, options: Omit<RoomOptions, 'createTable'>) {
    this.#options = { ...options, createTable: () => new NativeFanOutTable(transport) };
  }

  /** The room, or a new one that opens when somebody joins it. */
  get(name: string): Room {
    return this.#rooms.get(name) ?? new Room(name, this.#options);
  }

  find(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  all(): Room[] {
    return [...this.#rooms.values()];
  }

  join({ room, participant }: Session): void {
    this.#rooms.set(room.name, room);
    switch (participant.role) {
      case 'publish':
        room.addPublisher(participant.endpoint);
        return;
      case 'play':
        room.addSubscriber(participant.endpoint);
        return;
    }
  }

  leave({ room, participant }: Session, now: number): void {
    switch (participant.role) {
      case 'publish':
        room.removePublisher(participant.endpoint, now);
        break;
      case 'play':
        room.removeSubscriber(participant.endpoint);
        break;
    }
    this.closeIfEmpty(room);
  }

  /** Nobody may be left where a publisher on another worker has been let go. True where the room is closed. */
  closeIfEmpty(room: Room): boolean {
    return room.empty && this.#rooms.delete(room.name);
  }
}
