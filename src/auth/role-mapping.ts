/** What a login gives: the values of a claim that the settings name, and the role that each stands for. */
import { actionsOf, type Role } from './actions.ts';
import type { Grant } from './identity.ts';
import { parseRoomScope } from './room-scope.ts';

/** People whose claim has this value have this role in these rooms. */
export interface RoleMapping {
  value: string;
  role: Role;
  /** As {@link parseRoomScope} takes them. */
  rooms: readonly string[];
}

/** A role in some rooms, as a login session keeps it. */
export interface Membership {
  role: Role;
  rooms: readonly string[];
}

/** The memberships that a claim gives; `claim` is what the identity provider tells, a text or a list of them. */
export function membershipsOf(claim: unknown, mappings: readonly RoleMapping[]): Membership[] {
  const values: unknown[] = Array.isArray(claim) ? claim : [claim];
  return mappings.filter(({ value }) => values.includes(value)).map(({ role, rooms }) => ({ role, rooms }));
}

/** What memberships let do. One whose rooms cannot be read lets do nothing. */
export function grantsOf(memberships: readonly Membership[]): Grant[] {
  return memberships.flatMap(({ role, rooms }) => {
    const scope = parseRoomScope(rooms);
    return scope === undefined ? [] : [{ actions: actionsOf(role), rooms: scope }];
  });
}
