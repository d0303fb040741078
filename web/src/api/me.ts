/** Who this browser is for the server: by its token, or by a login. */
import type { Person } from '../../../src/http/api-schemas.ts';
import { call } from './request.ts';

/** What the server knows of the sender of a token (empty for none) and of the browser's login, in a room or in any. */
export async function whoAmI(token: string, signal: AbortSignal, room?: string): Promise<Person> {
  const query = room === undefined ? '' : `?${new URLSearchParams({ room }).toString()}`;
  const response = await call('GET', `/api/me${query}`, { token, signal });
  return (await response.json()) as Person;
}

/** Forgets the browser's login. */
export async function logOut(): Promise<void> {
  await call('POST', '/api/logout', { token: '' });
}

/** Where a person logs in, and comes back from to a path of this server. */
export function loginUrl(returnTo: string): string {
  return `/api/login?${new URLSearchParams({ return: returnTo }).toString()}`;
}
