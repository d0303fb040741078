/** Refuses the publisher, viewer or room too many. Every limit on sessions is enforced here. */
import type { ErrorCode } from '../errors.ts';
import type { RoomRules, SessionRole } from '../sfu/room-service.ts';

export interface RoomLimits {
  /** Viewers of one room; 0 for no limit. */
  subscribersPerRoom: number;
  /** Open rooms; 0 for no limit. */
  rooms: number;
  /** Viewers of all rooms together; 0 for no limit. */
  subscribers: number;
  /** Whether a new publisher replaces the one that is there. */
  publisherTakeover: boolean;
  /** Whether viewers may come before a publisher. */
  waitForPublisher: boolean;
}

/** What there is already; sessions whose offer is not answered yet are counted. */
export interface RoomLoad {
  /** Publishers and viewers of the room; undefined where it is not open. */
  room: { publishers: number; subscribers: number } | undefined;
  rooms: number;
  subscribers: number;
}

/** The limits of one room: the stricter of the server's and its own. */
export function limitsOf(limits: RoomLimits, { viewerLimit = 0 }: RoomRules): RoomLimits {
  const { subscribersPerRoom } = limits;
  const isStricter = viewerLimit > 0 && (subscribersPerRoom === 0 || viewerLimit < subscribersPerRoom);
  return isStricter ? { ...limits, subscribersPerRoom: viewerLimit } : limits;
}

/** Why one more session of this role is refused; undefined where it is not. */
export function refusalOf(role: SessionRole, limits: RoomLimits, load: RoomLoad): ErrorCode | undefined {
  const { room } = load;
  if (role === 'publish' && !limits.publisherTakeover && (room?.publishers ?? 0) > 0) return 'room_taken';
  if (role === 'play') {
    if (!limits.waitForPublisher && (room?.publishers ?? 0) === 0) return 'no_publisher';
    if (isReached(limits.subscribersPerRoom, room?.subscribers ?? 0)) return 'room_full';
    if (isReached(limits.subscribers, load.subscribers)) return 'too_many_viewers';
  }
  if (room === undefined && isReached(limits.rooms, load.rooms)) return 'too_many_rooms';
  return undefined;
}

function isReached(limit: number, count: number): boolean {
  return limit > 0 && count >= limit;
}
