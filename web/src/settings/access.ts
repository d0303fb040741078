/** Room, token and autostart: from the URL, from the last visit, typed by hand. */
import type { ErrorCode } from '../../../src/errors.ts';
import { readStored, writeStored } from './storage.ts';

export interface Access {
  room: string;
  token: string;
  autostart: boolean;
}

/** Reads the query and the fragment of a URL; `#token=` stays out of logs, `?token=` works too. */
export function accessFromUrl(url: URL): { room: string | null; token: string | null; autostart: boolean } {
  const fragment = new URLSearchParams(url.hash.slice(1));
  const get = (name: string): string | null => fragment.get(name) ?? url.searchParams.get(name);
  return { room: get('room'), token: get('token'), autostart: ['1', 'true'].includes(get('autostart') ?? '') };
}

/** The same URL without its token. */
export function withoutToken(url: URL): URL {
  const clean = new URL(url);
  clean.searchParams.delete('token');
  const fragment = new URLSearchParams(clean.hash.slice(1));
  if (fragment.has('token')) {
    fragment.delete('token');
    clean.hash = fragment.toString();
  }
  return clean;
}

/** What the page starts with. A token is taken out of the address bar and kept for this tab only. */
export function loadAccess(): Access {
  const url = new URL(location.href);
  const given = accessFromUrl(url);
  if (given.token !== null) {
    writeStored('sessionStorage', 'token', given.token);
    history.replaceState(history.state, '', withoutToken(url));
  }
  return {
    room: given.room ?? readStored('localStorage', 'room') ?? '',
    token: given.token ?? readStored('sessionStorage', 'token') ?? '',
    autostart: given.autostart,
  };
}

/** Remembers the room for good and the token for this tab. */
export function storeAccess(room: string, token: string): void {
  writeStored('localStorage', 'room', room);
  storeToken(token);
}

/** Remembers the token for this tab. */
export function storeToken(token: string): void {
  writeStored('sessionStorage', 'token', token);
}

/** Whether the server would take this room name: 1 to 64 letters and digits of any script, '-', '_', '.', no dot first. */
export function isRoomName(name: string): boolean {
  return /^(?!\.)[\p{L}\p{M}\p{N}_.-]{1,64}$/u.test(name);
}

/** What can be wrong with a room name; each has a text in the dictionaries. */
export type RoomProblem = 'roomMissing' | 'roomInvalid';

/** What is wrong with a room name; undefined where nothing is. */
export function roomProblem(room: string): RoomProblem | undefined {
  if (room === '') return 'roomMissing';
  return isRoomName(room) ? undefined : 'roomInvalid';
}

/** Where the pages are. */
const PAGES = '/web/';

/** The path of a page, with a room where one is named. */
export function pageUrl(page: 'player' | 'publisher' | 'recordings', room = ''): string {
  return `${PAGES}${page}.html${room === '' ? '' : `?room=${encodeURIComponent(room)}`}`;
}

/** Why a login did not work, from the address bar, which forgets it. */
export function loginError(): ErrorCode | undefined {
  const url = new URL(location.href);
  const fragment = new URLSearchParams(url.hash.slice(1));
  const code = fragment.get('login-error');
  if (code === null) return undefined;
  fragment.delete('login-error');
  url.hash = fragment.toString();
  history.replaceState(history.state, '', url);
  return code as ErrorCode;
}

/** The player page's address for a room, with the token in the fragment where given. */
export function playerUrl(room: string, token: string, base: string): string {
  const url = new URL(pageUrl('player'), base);
  url.searchParams.set('room', room);
  if (token !== '') url.hash = new URLSearchParams({ token }).toString();
  return url.href;
}
