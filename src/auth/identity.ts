/** Who sends a request, and what they may do. */
import type { Action } from './actions.ts';
import { includesRoom, type RoomScope } from './room-scope.ts';

/** Actions that are allowed in some rooms. */
export interface Grant {
  actions: ReadonlySet<Action>;
  rooms: RoomScope;
}

export interface Identity {
  /** Whether a token said who it is; all others are guests. */
  isKnown: boolean;
  /** Names the person or program for good, where the token does: the `sub` of a JWT. */
  subject: string | undefined;
  /** To be shown to others. */
  name: string | undefined;
  grants: readonly Grant[];
  /** Milliseconds since the epoch after which the rights end; undefined where they do not. */
  expiresAt: number | undefined;
  /** Names the login that gives some of the rights; undefined where none does. */
  login: string | undefined;
  /** What is wrong with the token that was given, in one sentence. */
  fault: string | undefined;
}

/** 'unauthorized': no token or a wrong one. 'forbidden': a good token that is meant for something else. */
export type AccessVerdict = 'granted' | 'unauthorized' | 'forbidden';

/** What a request wants: an action in a room, on the server as a whole, or anything that needs some right at all. */
export type AccessTarget = { action: Action; room?: string } | 'anything';

/** Whether somebody may do what a request wants. */
export function judge(identity: Identity, target: AccessTarget): AccessVerdict {
  const isGranted = target === 'anything' ? identity.grants.length > 0 : may(identity, target.action, target.room);
  if (isGranted) return 'granted';
  return identity.isKnown ? 'forbidden' : 'unauthorized';
}

/** Whether somebody may do this in a room; without a room, in any. */
export function may({ grants }: Identity, action: Action, room?: string): boolean {
  return grants.some(({ actions, rooms }) => actions.has(action) && (room === undefined || includesRoom(rooms, room)));
}
