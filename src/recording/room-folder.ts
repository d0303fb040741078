import { createHash } from 'node:crypto';
import { parseRoomName } from '../util/room-name.ts';

/** The longest name that file systems take, bytes (NAME_MAX); a room name may have 64 characters of four. */
const MAXIMUM_NAME_BYTES = 255;
const HASH_CHARACTERS = 32;

/**
 * The folder of a room below RECORD_DIR: its name. One that no folder can have becomes "~" and a hash: no room's name
 * begins with "~", so that folders never meet.
 */
export function roomFolder(room: string): string {
  const isFolderName = parseRoomName(room) === room && Buffer.byteLength(room) <= MAXIMUM_NAME_BYTES;
  return isFolderName ? room : `~${createHash('sha256').update(room).digest('hex').slice(0, HASH_CHARACTERS)}`;
}

/** UTC as the names of recordings begin with: 20261122T101530Z. `time` in milliseconds since the epoch. */
export function nameTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
