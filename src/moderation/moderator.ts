/** What a moderator does, each written down in the audit log. */
import { ServiceError } from '../errors.ts';
import type { RoomService } from '../sfu/room-service.ts';
import type { Actor } from './audit-log.ts';
import { type Ban, type BanRequest, matches } from './bans.ts';
import type { Moderation } from './moderation.ts';
import type { Participant, Participants } from './participants.ts';

export interface ModeratorParts {
  moderation: Moderation;
  participants: Participants;
  rooms: RoomService;
  chat: {
    /** Ends the chat of a room; false where nobody is in it. */
    closeRoom(room: string): boolean;
  };
}

/** Who acts, and why. */
export interface Deed {
  actor: Actor;
  reason: string | undefined;
}

/** What a new ban has done. */
export interface BanEffect {
  ban: Ban;
  /** Sessions that it is for: they have been ended. */
  endedSessions: number;
}

export class Moderator {
  readonly #parts: ModeratorParts;

  constructor(parts: ModeratorParts) {
    this.#parts = parts;
  }

  /** Ends the session of somebody in a room. Throws no_such_participant where they are not there. */
  async remove(room: string, participantId: string, { actor, reason }: Deed): Promise<void> {
    const participant = this.#parts.participants.list(room).find(({ id }) => id === participantId);
    if (participant === undefined) throw new ServiceError('no_such_participant');
    await this.#end(participant);
    const target = describe(participant);
    this.#parts.moderation.audit.add({ actor, action: 'participant.remove', room, target, reason });
  }

  /** Lets nobody new into a room, or lets them again. */
  setLocked(room: string, isLocked: boolean, { actor, reason }: Deed): void {
    const { locks, audit } = this.#parts.moderation;
    const hasChanged = isLocked ? locks.lock(room, Date.now()) : locks.unlock(room);
    if (hasChanged) audit.add({ actor, action: isLocked ? 'room.lock' : 'room.unlock', room, reason });
  }

  /** Ends all sessions and the chat of a room; no_such_room where there is neither. */
  async close(room: string, { actor, reason }: Deed): Promise<void> {
    const { chat, moderation, participants, rooms } = this.#parts;
    // Before it happens: clients ask within milliseconds.
    for (const { sessionId } of participants.list(room)) moderation.removed.add(sessionId, performance.now());
    const hadChat = chat.closeRoom(room);
    await rooms.closeRoom(room).catch((error: unknown) => {
      if (!(hadChat && error instanceof ServiceError && error.code === 'no_such_room')) throw error;
    });
    moderation.audit.add({ actor, action: 'room.close', room, reason });
  }

  /** Bans from now on, and ends the sessions that the ban is for. */
  async ban(request: BanRequest, actor: Actor): Promise<BanEffect> {
    const { bans, audit } = this.#parts.moderation;
    const ban = bans.add(request, Date.now());
    audit.add({ actor, action: 'ban.add', room: ban.room, target: describeBan(ban), reason: ban.reason });
    const affected = this.#affectedBy(ban);
    await Promise.all(affected.map((participant) => this.#end(participant)));
    return { ban, endedSessions: affected.length };
  }

  /** Lifts a ban: of this room, or any where it is undefined. Throws no_such_ban. */
  liftBan(id: number, room: string | undefined, { actor, reason }: Deed): void {
    const { bans, audit } = this.#parts.moderation;
    const ban = bans.get(id, Date.now());
    if (ban === undefined || (room !== undefined && ban.room !== room)) throw new ServiceError('no_such_ban');
    bans.remove(id);
    audit.add({ actor, action: 'ban.remove', room: ban.room, target: describeBan(ban), reason });
  }

  /** How many sessions there are at an address or in a network, in a room or everywhere: whom a ban would send away. */
  sessionsBehind(ban: Pick<Ban, 'room' | 'subject' | 'network'>): number {
    return this.#affectedBy(ban).length;
  }

  #affectedBy(ban: Pick<Ban, 'room' | 'subject' | 'network'>): Participant[] {
    return this.#parts.participants.list(ban.room).filter((one) => !one.isAdmin && matches(ban, one));
  }

  async #end({ sessionId }: Participant): Promise<void> {
    this.#parts.moderation.removed.add(sessionId, performance.now());
    await this.#parts.rooms.remove(sessionId, 'removed').catch((error: unknown) => {
      // Who has gone by themselves meanwhile is not there any more either.
      if (!(error instanceof ServiceError && error.code === 'no_such_session')) throw error;
    });
  }
}

function describe({ role, subject, name, address }: Participant): string {
  const who = subject ?? name ?? 'a guest';
  return `${role === 'publish' ? 'publisher' : 'viewer'} ${who} at ${address}`;
}

function describeBan({ subject, network }: Ban): string {
  return subject ?? network?.text ?? '';
}
