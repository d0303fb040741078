/** Which part of the console is in sight: the fragment of the address, so that back and reload work. */
import { signal } from '@preact/signals';

const VIEWS = ['overview', 'rooms', 'recordings', 'bans', 'audit', 'tokens', 'settings'] as const;
export type ViewName = (typeof VIEWS)[number];

export interface Route {
  view: ViewName;
  /** The room that is open, in the view of rooms. */
  room: string | undefined;
}

/** What a fragment such as '#/rooms/lecture' means; undefined where it means nothing here. */
export function parseRoute(hash: string): Route | undefined {
  const [mark, view, room] = hash.split('/');
  const known = VIEWS.find((name) => name === view);
  if (mark !== '#' || known === undefined) return undefined;
  return { view: known, room: known === 'rooms' && room !== undefined && room !== '' ? decoded(room) : undefined };
}

/** The fragment of a view, or of a room. */
export function hrefOf(view: ViewName, room?: string): string {
  return room === undefined ? `#/${view}` : `#/${view}/${encodeURIComponent(room)}`;
}

/** Where the page is; undefined where the address does not say. */
export const route = signal<Route | undefined>(undefined);

/** Follows the address. */
export function startRoute(): void {
  const read = (): void => {
    route.value = parseRoute(location.hash);
  };
  window.addEventListener('hashchange', read);
  read();
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
