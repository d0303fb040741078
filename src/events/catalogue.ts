/** Every event that the server tells others, declared once; docs/events.md is generated from here. */
import { EVENT_TYPES, type EventType } from '../util/event-types.ts';

/** A member of an event's data. */
export interface EventMember {
  type: 'text' | 'number' | 'flag' | 'texts';
  help: string;
  /** It may be missing. */
  optional?: true;
  /** Of readers of GET /api/events only admins see it. Webhooks always have it. */
  adminsOnly?: true;
}

/** What a reader must be allowed to do in the room, beside reading events there; see docs/roles.md. */
export type EventAudience = 'read-events' | 'see-statistics' | 'moderate';

export interface EventDeclaration {
  help: string;
  audience: EventAudience;
  data: Readonly<Record<string, EventMember>>;
}

const PARTICIPANT = {
  participant: { type: 'text', help: 'Names the session to others, as in the list of participants; no secret.' },
  subject: { type: 'text', help: 'Names the person for good: the `sub` of the token.', optional: true },
  name: { type: 'text', help: 'To be shown.', optional: true },
  address: { type: 'text', help: 'IP address of the client.', adminsOnly: true, optional: true },
} as const satisfies EventDeclaration['data'];

const LEFT = {
  ...PARTICIPANT,
  reason: { type: 'text', help: 'As in [closures.md](closures.md).' },
  seconds: { type: 'number', help: 'How long the session was connected.' },
} as const satisfies EventDeclaration['data'];

const VIEWERS = {
  viewers: { type: 'number', help: 'Viewers of the room that are connected now.' },
} as const satisfies EventDeclaration['data'];

const RECORDING = {
  recording: { type: 'text', help: 'Its id, as in `GET /api/records`.' },
  seconds: { type: 'number', help: 'How long it plays.' },
  bytes: { type: 'number', help: 'Size of all its files.' },
  files: { type: 'texts', help: 'Their names below RECORD_DIR.' },
} as const satisfies EventDeclaration['data'];

const FAILURE = {
  error: { type: 'text', help: 'Why, in one sentence.' },
} as const satisfies EventDeclaration['data'];

const BAN = {
  ban: { type: 'number', help: 'Its id, as in the list of bans.' },
  subject: { type: 'text', help: 'The `sub` that it is for.', optional: true },
  network: { type: 'text', help: 'The address or network that it is for.', adminsOnly: true, optional: true },
  reason: { type: 'text', help: 'Empty where none was given.' },
  createdBy: { type: 'text', help: 'Who made it.' },
  endsAt: { type: 'text', help: 'When it ends by itself (RFC 3339); missing where it does not.', optional: true },
} as const satisfies EventDeclaration['data'];

export const EVENTS = {
  'room.live': {
    help: 'A publisher is connected in a room that had none.',
    audience: 'read-events',
    data: {},
  },
  'room.ended': {
    help:
      'The publisher has left, and no other has taken its place. Viewers may stay for ROOM_LINGER; a publisher that ' +
      'comes back makes the room live again. After a crash of the server the next start tells it, with the reason ' +
      '`server_died`.',
    audience: 'read-events',
    data: {
      reason: { type: 'text', help: 'As in [closures.md](closures.md), or `server_died`.' },
      seconds: { type: 'number', help: 'How long the room was live.' },
    },
  },
  'publisher.joined': {
    help: 'A publisher is connected: media can flow.',
    audience: 'see-statistics',
    data: PARTICIPANT,
  },
  'publisher.left': { help: 'A publisher that was connected has left.', audience: 'see-statistics', data: LEFT },
  'viewer.joined': {
    help: 'A viewer is connected.',
    audience: 'see-statistics',
    data: { ...PARTICIPANT, ...VIEWERS },
  },
  'viewer.left': {
    help: 'A viewer that was connected has left.',
    audience: 'see-statistics',
    data: { ...LEFT, ...VIEWERS },
  },
  'recording.finished': {
    help: 'A recording has ended, and its files are complete.',
    audience: 'see-statistics',
    data: RECORDING,
  },
  'recording.failed': {
    help: 'A recording has ended before it should have. What is there plays.',
    audience: 'see-statistics',
    data: { ...RECORDING, ...FAILURE },
  },
  'upload.finished': {
    help: 'The object store has confirmed all files of a recording.',
    audience: 'see-statistics',
    data: RECORDING,
  },
  'upload.failed': {
    help: 'The upload of a recording was given up. Its files are still on this machine.',
    audience: 'see-statistics',
    data: { ...RECORDING, ...FAILURE },
  },
  'ban.created': { help: 'Somebody has been banned.', audience: 'moderate', data: BAN },
  'ban.ended': {
    help: 'A ban was lifted, or its time is over.',
    audience: 'moderate',
    data: { ...BAN, lifted: { type: 'flag', help: 'Whether somebody lifted it.' } },
  },
  'broadcast.warning': {
    help: 'A broadcast has a fault although it arrives, or no longer has it. A fault also ends with its publisher.',
    audience: 'see-statistics',
    data: {
      warning: { type: 'text', help: 'Its code, as in [usage.md](usage.md#what-the-server-warns-of).' },
      holds: { type: 'flag', help: 'Whether it begins (true) or ends.' },
      advice: { type: 'text', help: 'What to do.' },
    },
  },
} as const satisfies Record<EventType, EventDeclaration>;

interface MemberTypes {
  text: string;
  number: number;
  flag: boolean;
  texts: readonly string[];
}

/** The data of an event. What is undefined is left out. */
export type EventData<Type extends EventType> = {
  readonly [Key in keyof (typeof EVENTS)[Type]['data']]: (typeof EVENTS)[Type]['data'][Key] extends {
    type: infer Kind extends keyof MemberTypes;
  }
    ? MemberTypes[Kind] | ((typeof EVENTS)[Type]['data'][Key] extends { optional: true } ? undefined : never)
    : never;
};

/** An event as it is told. */
export interface ServerEvent {
  /** Grows from event to event, also over restarts. */
  id: number;
  type: EventType;
  /** Milliseconds since the epoch. */
  time: number;
  /** Null for all rooms (a ban everywhere). */
  room: string | null;
  data: Readonly<Record<string, unknown>>;
}

/** The JSON of an event: all of it for admins and webhooks, or what others may see. */
export function writeEvent({ id, type, time, room, data }: ServerEvent, view: 'full' | 'public'): string {
  const members: Readonly<Record<string, EventMember>> = EVENTS[type].data;
  const shown = Object.entries(data).filter(([key]) => view === 'full' || members[key]?.adminsOnly !== true);
  return JSON.stringify({ id, type, time: new Date(time).toISOString(), room, data: Object.fromEntries(shown) });
}

/** docs/events.md tells them in this order. */
export function eventDeclarations(): [EventType, EventDeclaration][] {
  return EVENT_TYPES.map((type) => [type, EVENTS[type]]);
}
