/** Where a token is to be used: links to the pages, and what goes into OBS. */
import { actionsOf, type Role } from './actions.ts';

export interface TokenLinks {
  /** The player page, with the token in the fragment: servers and logs do not see it. */
  player: string;
  whep: string;
  /** Where the role may publish. */
  publisher?: string;
  whip?: string;
}

/** The links of one room; `base` is the scheme and host of the server. */
export function tokenLinks(base: string, room: string, role: Role, token: string): TokenLinks {
  const page = (file: string): string => {
    const url = new URL(`/web/${file}`, base);
    url.searchParams.set('room', room);
    url.hash = new URLSearchParams({ token }).toString();
    return url.href;
  };
  const endpoint = (path: string): string => new URL(`${path}/${encodeURIComponent(room)}`, base).href;
  const watching = { player: page('player.html'), whep: endpoint('/api/whep/play') };
  if (!actionsOf(role).has('publish')) return watching;
  return { ...watching, publisher: page('publisher.html'), whip: endpoint('/api/whip/publish') };
}
