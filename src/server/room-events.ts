/** Tells who comes and goes, and which rooms are live. */
import type { EventLog } from '../events/event-log.ts';
import type { Participants } from '../moderation/participants.ts';
import { PUBLISHER_WARNINGS, type PublisherWarning } from '../sfu/publisher-warnings.ts';
import type { Database } from '../store/database.ts';
import type { ClosedSession, ConnectedSession } from '../worker-pool/pool-events.ts';

interface ConnectedFacts {
  participant: string;
  subject: string | undefined;
  name: string | undefined;
  address: string | undefined;
}

interface LiveRoom {
  /** Milliseconds since the epoch. */
  since: number;
  /** Undefined between two publishers. */
  sessionId: string | undefined;
}

export interface RoomEventParts {
  events: EventLog;
  participants: Participants;
  database: Database;
  /** The database cannot be written: a crash of the server would leave rooms without their end. */
  onFault: (error: unknown) => void;
}

/** Sessions are told from their connection on: what never got through is no event. */
export class RoomEvents {
  readonly #events: EventLog;
  readonly #participants: Participants;
  readonly #database: Database;
  readonly #onFault: (error: unknown) => void;
  readonly #connected = new Map<string, ConnectedFacts & { since: number }>();
  readonly #viewers = new Map<string, number>();
  readonly #live = new Map<string, LiveRoom>();

  constructor({ events, participants, database, onFault }: RoomEventParts) {
    this.#events = events;
    this.#participants = participants;
    this.#database = database;
    this.#onFault = onFault;
  }

  /** Ends the rooms that were live when the last start was killed. */
  start(now = Date.now()): void {
    for (const { room, since } of this.#database.all('SELECT room, since FROM live_rooms')) {
      this.#tellEnded(String(room), Number(since), 'server_died', now);
    }
  }

  connected({ sessionId, room, role }: Pick<ConnectedSession, 'sessionId' | 'room' | 'role'>, now = Date.now()): void {
    const known = this.#participants.get(sessionId);
    // Who knows the session's id can end the session: it is never told.
    const facts = {
      participant: known?.id ?? '',
      subject: known?.subject,
      name: known?.name,
      address: known?.address,
    };
    this.#connected.set(sessionId, { ...facts, since: now });
    if (role === 'play') {
      this.#events.add('viewer.joined', room, { ...facts, viewers: this.#countViewer(room, 1) }, now);
      return;
    }
    this.#events.add('publisher.joined', room, facts, now);
    const live = this.#live.get(room);
    if (live !== undefined) {
      live.sessionId = sessionId;
      return;
    }
    this.#live.set(room, { since: now, sessionId });
    this.#events.add('room.live', room, {}, now);
    this.#remember('INSERT OR REPLACE INTO live_rooms (room, since) VALUES (?, ?)', room, now);
  }

  /** To be called while the participant is still known. */
  closed({ sessionId, room, role, reason }: ClosedSession, now = Date.now()): void {
    const connected = this.#connected.get(sessionId);
    if (connected !== undefined) {
      const { since, ...facts } = connected;
      this.#connected.delete(sessionId);
      const left = { ...facts, reason, seconds: secondsBetween(since, now) };
      if (role === 'publish') this.#events.add('publisher.left', room, left, now);
      else this.#events.add('viewer.left', room, { ...left, viewers: this.#countViewer(room, -1) }, now);
    }
    if (role === 'publish') this.#publisherClosed(sessionId, room, reason, now);
  }

  warning({ room, warning, holds }: { room: string; warning: PublisherWarning; holds: boolean }): void {
    this.#events.add('broadcast.warning', room, { warning, holds, advice: PUBLISHER_WARNINGS[warning] });
  }

  #publisherClosed(sessionId: string, room: string, reason: ClosedSession['reason'], now: number): void {
    const live = this.#live.get(room);
    if (live === undefined) return;
    if (live.sessionId === sessionId && reason === 'replaced') {
      // The one that replaces it is told right behind.
      live.sessionId = undefined;
    } else if (live.sessionId === sessionId || live.sessionId === undefined) {
      this.#live.delete(room);
      this.#tellEnded(room, live.since, reason, now);
    }
  }

  #tellEnded(room: string, since: number, reason: string, now: number): void {
    this.#events.add('room.ended', room, { reason, seconds: secondsBetween(since, now) }, now);
    this.#remember('DELETE FROM live_rooms WHERE room = ?', room);
  }

  #remember(sql: string, ...values: (string | number)[]): void {
    try {
      this.#database.run(sql, ...values);
    } catch (error) {
      this.#onFault(error);
    }
  }

  #countViewer(room: string, step: 1 | -1): number {
    const viewers = (this.#viewers.get(room) ?? 0) + step;
    if (viewers > 0) this.#viewers.set(room, viewers);
    else this.#viewers.delete(room);
    return viewers;
  }
}

/** Of milliseconds; a clock that was set back counts as none. */
function secondsBetween(since: number, now: number): number {
  return Math.max(0, Math.round(now - since)) / 1000;
}
