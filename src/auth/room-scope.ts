/** Which rooms a right is good for. */
import { parseRoomName } from '../util/room-name.ts';

export type RoomScope =
  | { kind: 'all' }
  /** What `names` has may change. */
  | { kind: 'all-but'; names: { has(room: string): boolean } }
  | { kind: 'some'; names: ReadonlySet<string>; prefixes: readonly string[] };

/** Whether a scope has a room. */
export function includesRoom(scope: RoomScope, room: string): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'all-but':
      return !scope.names.has(room);
    case 'some':
      return scope.names.has(room) || scope.prefixes.some((prefix) => room.startsWith(prefix));
  }
}

/**
 * A room's name, a list of names, or names that end with '*' for all rooms that begin so; '*' alone is every room.
 * Undefined where one of them can be no room.
 */
export function parseRoomScope(claim: unknown): RoomScope | undefined {
  const patterns: unknown[] = Array.isArray(claim) ? claim : [claim];
  if (patterns.length === 0) return undefined;
  const names = new Set<string>();
  const prefixes: string[] = [];
  for (const pattern of patterns) {
    if (typeof pattern !== 'string') return undefined;
    if (pattern === '*') return { kind: 'all' };
    const name = parseRoomName(pattern.endsWith('*') ? pattern.slice(0, -1) : pattern);
    if (name === undefined) return undefined;
    if (pattern.endsWith('*')) prefixes.push(name);
    else names.add(name);
  }
  return { kind: 'some', names, prefixes };
}
