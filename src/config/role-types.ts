/** The type of the setting that gives people roles. */
import { parseRoomName } from '../util/room-name.ts';
import type { ValueType } from './setting.ts';

const ROLES = ['viewer', 'publisher', 'moderator', 'admin'] as const;

/** A value of a claim, and the role that it stands for in some rooms. */
export interface MappedRole {
  value: string;
  role: (typeof ROLES)[number];
  /** Names, or beginnings with "*"; "*" for all. */
  rooms: readonly string[];
}

/** Roles by the values of a claim. */
export const roleMappings: ValueType<readonly MappedRole[]> = {
  allowed:
    'value=role or value=role@rooms pairs with ";" between them, such as staff=admin;teachers=publisher@class-*,hall, ' +
    `each role one of ${ROLES.join(', ')}`,
  parse(text) {
    const mapped: MappedRole[] = [];
    for (const part of text.split(';').map((item) => item.trim())) {
      if (part === '') continue;
      const one = parseMapping(part);
      if (one === undefined) return undefined;
      mapped.push(one);
    }
    return mapped;
  },
};

function parseMapping(text: string): MappedRole | undefined {
  const equals = text.lastIndexOf('=');
  const value = text.slice(0, Math.max(equals, 0)).trim();
  const [name, list = '*', ...others] = text.slice(equals + 1).split('@');
  const role = ROLES.find((one) => one === name?.trim());
  const rooms = list.split(',').map((room) => room.trim());
  const areRooms = rooms.every((room) => room === '*' || parseRoomName(room.replace(/\*$/, '')) !== undefined);
  if (value === '' || role === undefined || others.length > 0 || !areRooms) return undefined;
  return { value, role, rooms };
}
