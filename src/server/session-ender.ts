/** Ends sessions whose token has expired for longer than it may have. */
import type { Participants } from '../moderation/participants.ts';
import type { RoomService } from '../sfu/room-service.ts';
import type { ServerLog } from './log.ts';

/** Milliseconds between two looks; a session outlives its time by no more. */
const INTERVAL = 1000;

export class SessionEnder {
  readonly #timer: NodeJS.Timeout;

  constructor(participants: Participants, rooms: RoomService, { logger }: ServerLog) {
    this.#timer = setInterval(() => {
      for (const { sessionId, room, role } of participants.ended(Date.now())) {
        // What it cannot be told has gone by itself.
        participants.remove(sessionId);
        logger.info({ room, session: sessionId, role }, 'the token of a session has expired');
        rooms.remove(sessionId, 'removed').catch(() => undefined);
      }
    }, INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
