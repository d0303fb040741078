/** Ends sessions whose token has expired for longer than it may have. */
import type { Participants } from '../moderation/participants.ts';
import type { RoomService } from '../sfu/room-service.ts';
import type { ServerLog } from './log.ts';

/** Milliseconds between two looks; a session outlives its time by no more. */
const INTERVAL = 1000;

export class SessionEnder {
  readonly #participants: Participants;
  readonly #rooms: RoomService;
  readonly #log: ServerLog;
  #timer: NodeJS.Timeout | undefined;

  constructor(participants: Participants, rooms: RoomService, log: ServerLog) {
    this.#participants = participants;
    this.#rooms = rooms;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
  #look(): void {
    for (const { sessionId, room, role } of this.#participants.ended(Date.now())) {
      // What it cannot be told has gone by itself.
      this.#participants.remove(sessionId);
      this.#log.logger.info({ room, session: sessionId, role }, 'the token of a session has expired');
      this.#rooms.remove(sessionId, 'removed').catch(() => undefined);
    }
  }
}
