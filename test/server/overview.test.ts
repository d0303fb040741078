import { afterEach, describe, expect, it } from 'vitest';
import type { Overview, SettingList } from '../../src/http/overview-schemas.ts';
import { bearer, JWT_SECRET, webToken } from './support/setting-effects.ts';
import { problemOf, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

const ADMIN = bearer('admin-secret');
let server: TestServer;
afterEach(() => server.stop());

describe('GET /api/admin/overview', () => {
  it('tells how the server is, and only what is new where it is asked for that', async () => {
    server = await startTestServer({ ADMIN_TOKEN: 'admin-secret', MEDIA_WORKERS: '2' });
    await server.open('whip/publish', 'a');
    await server.open('whep/play', 'a');
    const ask = async (query = ''): Promise<Overview> =>
      (await (await server.call('GET', `/api/admin/overview${query}`, ADMIN)).json()) as Overview;
    const { samples, now } = await ask();
    expect(samples).toMatchObject([{ rooms: 1, publishers: 1, viewers: 1 }]);
    expect(samples[0]?.workers.map(({ index, up }) => `${index} ${up}`)).toEqual(['0 true', '1 true']);
    expect(Math.abs(now - Date.now())).toBeLessThan(10_000);
    expect((await ask(`?since=${samples[0]?.time}`)).samples).toEqual([]);
    const wrong = await server.call('GET', '/api/admin/overview?since=x', ADMIN);
    expect((await problemOf(wrong)).code).toBe('malformed_request');
  });
});

describe('GET /api/admin/settings', () => {
  it('tells what holds, and no secret', async () => {
    server = await startTestServer({ ADMIN_TOKEN: 'admin-secret', JWT_SECRET, MAX_ROOMS: '7' });
    const response = await server.call('GET', '/api/admin/settings', ADMIN);
    const text = await response.text();
    const list = JSON.parse(text) as SettingList;
    expect(list.find(({ name }) => name === 'MAX_ROOMS')).toMatchObject({ value: '7', isSet: true });
    expect(list.find(({ name }) => name === 'ADMIN_TOKEN')).toMatchObject({ isSet: true, isSecret: true });
    expect(text).not.toContain('admin-secret');
    expect(text).not.toContain(JWT_SECRET);
  });
});

describe('what only operators may see', () => {
  it.each(['/api/admin/overview', '/api/admin/settings'])('is kept from all others: %s', async (path) => {
    server = await startTestServer({ ADMIN_TOKEN: 'admin-secret', JWT_SECRET });
    const as = async (role: string): Promise<number> =>
      (await server.call('GET', path, bearer(await webToken({ role, room: '*' })))).status;
    expect([await as('viewer'), await as('publisher'), await as('moderator'), await as('admin')]).toEqual([
      403, 403, 403, 200,
    ]);
    expect((await server.call('GET', path)).status).toBe(401);
    await server.stop();
    server = await startTestServer();
    expect((await server.call('GET', path)).status).toBe(404);
  });
});
