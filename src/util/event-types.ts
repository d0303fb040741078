/** Names of the events that the server tells others. src/events/catalogue.ts says what each of them is. */

export const EVENT_TYPES = [
  'room.live',
  'room.ended',
  'publisher.joined',
  'publisher.left',
  'viewer.joined',
  'viewer.left',
  'recording.finished',
  'recording.failed',
  'upload.finished',
  'upload.failed',
  'ban.created',
  'ban.ended',
  'broadcast.warning',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** The types that a name stands for: one, or with "room.*" all that begin so, or with "*" all; undefined for none. */
export function matchEventTypes(name: string): readonly EventType[] | undefined {
  if (name === '*') return EVENT_TYPES;
  const prefix = name.endsWith('.*') ? name.slice(0, -1) : undefined;
  const types = EVENT_TYPES.filter((type) => (prefix === undefined ? type === name : type.startsWith(prefix)));
  return types.length === 0 ? undefined : types;
}
