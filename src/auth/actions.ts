/** Who may do what: the one table of roles and actions. docs/roles.md shows it. */

export const ROLES = ['viewer', 'publisher', 'moderator', 'admin'] as const;

export type Role = (typeof ROLES)[number];

export interface ActionEntry {
  /** Completes "may ...". */
  help: string;
  roles: readonly Role[];
}

/** Everything that a request can want to do; all but `list-rooms` and `administer` are done in a room. */
export const ACTIONS = {
  play: { help: 'play the room (WHEP)', roles: ['viewer', 'publisher', 'moderator', 'admin'] },
  'read-recordings': {
    help: "list, play and download the room's recordings",
    roles: ['viewer', 'publisher', 'moderator', 'admin'],
  },
  'read-events': {
    help: 'be told what happens in the room (GET /api/events): its beginnings and ends, and what the other rights let see',
    roles: ['viewer', 'publisher', 'moderator', 'admin'],
  },
  publish: { help: 'publish into the room (WHIP)', roles: ['publisher', 'admin'] },
  chat: { help: "read the room's chat, and write in it", roles: ['viewer', 'publisher', 'moderator', 'admin'] },
  'see-statistics': {
    help: 'see the room with its sessions and warnings',
    roles: ['publisher', 'moderator', 'admin'],
  },
  moderate: {
    help: 'keep order in the room: see who is there, send them away, ban and mute them, delete messages, lock the room, close it',
    roles: ['moderator', 'admin'],
  },
  'list-rooms': { help: 'list the open rooms', roles: ['viewer', 'publisher', 'moderator', 'admin'] },
  administer: { help: 'use /api/admin', roles: ['admin'] },
} as const satisfies Record<string, ActionEntry>;

export type Action = keyof typeof ACTIONS;

/** What a role may do. */
export function actionsOf(role: Role): ReadonlySet<Action> {
  const entries = Object.entries(ACTIONS) as [Action, ActionEntry][];
  return new Set(entries.filter(([, { roles }]) => roles.includes(role)).map(([action]) => action));
}

/** The role of this name; undefined where there is none. */
export function parseRole(name: unknown): Role | undefined {
  return ROLES.find((role) => role === name);
}
