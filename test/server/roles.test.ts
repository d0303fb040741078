/** Walks docs/roles.md: every route with every role, in the room that the role is for and in another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declaredRoutes } from '../../scripts/declared-routes.ts';
import { ACTIONS, type Role, ROLES } from '../../src/auth/actions.ts';
import type { RouteRow } from '../../src/http/route-table.ts';
import { bearer, JWT_SECRET, webToken } from './support/setting-effects.ts';
import { problemOf, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

/** The room that the roles of these tests are for; they have none in the other. */
const ROOM = 'stage';
const OTHER = 'elsewhere';
const ADMIN = bearer('admin-secret');

const routes = await declaredRoutes();
let guarded: TestServer;
let watchable: TestServer;
beforeAll(async () => {
  const settings = { ADMIN_TOKEN: 'admin-secret', JWT_SECRET };
  guarded = await startTestServer(settings);
  watchable = await startTestServer({ ...settings, GUEST_ROLE: 'viewer' });
});
afterAll(() => Promise.all([guarded.stop(), watchable.stop()]));

/** What a request meets before the route itself: 'passed', or the code of the refusal. */
async function meet(
  server: TestServer,
  route: RouteRow,
  room: string,
  headers: Record<string, string>,
): Promise<string> {
  const path = await pathOf(server, route, room);
  const response = await server.call(route.method, path, { 'Content-Type': 'application/json', ...headers });
  const isRefused = response.status === 401 || response.status === 403;
  if (!isRefused) {
    await response.body?.cancel();
    return 'passed';
  }
  // HEAD has no document.
  return route.method === 'HEAD' ? String(response.status) : (await problemOf(response)).code;
}

async function pathOf(server: TestServer, { url, access }: RouteRow, room: string): Promise<string> {
  const values: Record<string, string> = { room, folder: room, file: 'none.webm' };
  if (access === 'session') {
    const kind = url.startsWith('/api/whip/') ? 'whip/publish' : 'whep/play';
    const { path } = await server.open(kind, room, ADMIN);
    values['session'] = path.split('/').at(-1) ?? '';
  }
  return url.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? '1');
}

/** Whether the room of a route decides. */
const isInRoom = ({ action, url }: RouteRow): boolean =>
  action !== undefined && action !== 'administer' && /:(?:room|session|folder)\b/.test(url);
const refusal = (route: RouteRow, code: 'unauthorized' | 'forbidden' | 'banned'): string => {
  if (route.method !== 'HEAD') return code;
  return code === 'unauthorized' ? '401' : '403';
};

describe.each(routes.map((route) => ({ name: `${route.method} ${route.url}`, route })))('$name', ({ route }) => {
  const allowed = (role: Role): string => (route.roles.includes(role) ? 'passed' : refusal(route, 'forbidden'));

  it('is for the roles of the table, in their rooms', async () => {
    for (const role of ROLES) {
      const token = bearer(await webToken({ role, room: ROOM }));
      expect([role, await meet(guarded, route, ROOM, token)]).toEqual([role, allowed(role)]);
      const isElsewhere = role !== 'admin' && isInRoom(route);
      const there = isElsewhere ? refusal(route, 'forbidden') : allowed(role);
      expect([role, 'elsewhere', await meet(guarded, route, OTHER, token)]).toEqual([role, 'elsewhere', there]);
    }
    expect(await meet(guarded, route, ROOM, ADMIN)).toBe('passed');
  });

  it('is for guests as GUEST_ROLE says', async () => {
    const none = route.isPublic ? 'passed' : refusal(route, 'unauthorized');
    expect(await meet(guarded, route, ROOM, {})).toBe(none);
    expect(await meet(guarded, route, ROOM, bearer('wrong'))).toBe(none);
    const viewer = route.roles.includes('viewer') ? 'passed' : refusal(route, 'unauthorized');
    expect(await meet(watchable, route, ROOM, {})).toBe(viewer);
  });

  it('is for nobody who is banned, but admins', async () => {
    const ban = await guarded.call(
      'POST',
      '/api/admin/bans',
      { 'Content-Type': 'application/json', ...ADMIN },
      '{"subject":"banned"}',
    );
    const { id } = (await ban.json()) as { id: number };
    for (const role of ROLES) {
      const token = bearer(await webToken({ role, room: ROOM, sub: 'banned' }));
      const expected = route.isPublic || role === 'admin' ? 'passed' : refusal(route, 'banned');
      expect([role, await meet(guarded, route, ROOM, token)]).toEqual([role, expected]);
    }
    await guarded.call('DELETE', `/api/admin/bans/${id}`, ADMIN);
  });
});

it('every action is asked of somebody', () => {
  const actions = new Set(routes.flatMap(({ action }) => action ?? []));
  expect([...actions].sort()).toEqual(Object.keys(ACTIONS).sort());
});
