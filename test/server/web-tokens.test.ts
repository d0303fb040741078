import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFER, problemOf, SDP, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

const JWT_SECRET = 'a-shared-secret-of-32-characters';
const JSON_BODY = { 'Content-Type': 'application/json' };
const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const root = fileURLToPath(new URL('../..', import.meta.url));

interface Minted {
  token: string;
  expiresAt: string;
  links?: Record<string, string>;
}

let server: TestServer;
beforeAll(async () => {
  const tokens = { ADMIN_TOKEN: 'admin-secret', JWT_SECRET, JWT_ISSUER: 'live', JWT_AUDIENCE: 'rooms' };
  server = await startTestServer({ ...tokens, LOG_LEVEL: 'trace' });
});
afterAll(() => server.stop());

const mint = (body: unknown, token = 'admin-secret'): Promise<Response> =>
  server.call('POST', '/api/admin/tokens', { ...JSON_BODY, ...bearer(token) }, JSON.stringify(body));
const minted = async (body: unknown): Promise<Minted> => (await (await mint(body)).json()) as Minted;

async function statuses(token: string, room: string): Promise<number[]> {
  const headers = { ...SDP, ...bearer(token) };
  const paths = [`/api/whip/publish/${room}`, `/api/whep/play/${room}`];
  const answers = await Promise.all(paths.map((path) => server.call('POST', path, headers, OFFER)));
  return answers.map(({ status }) => status);
}

describe('POST /api/admin/tokens', () => {
  it('makes a token that does what its role may do in its room, and no more', async () => {
    const publisher = await minted({ role: 'publisher', room: 'stage', lifetime: 60, subject: 'u1', name: 'Ada' });
    expect(decodeJwt(publisher.token)).toMatchObject({ sub: 'u1', name: 'Ada', iss: 'live', aud: 'rooms' });
    expect(Date.parse(publisher.expiresAt) - Date.now()).toBeLessThanOrEqual(61_000);
    expect(await statuses(publisher.token, 'stage')).toEqual([201, 201]);
    expect(await statuses(publisher.token, 'other')).toEqual([403, 403]);
    const viewer = await minted({ role: 'viewer', room: ['stage', 'hall-*'] });
    expect(await statuses(viewer.token, 'stage')).toEqual([403, 201]);
    expect(await statuses(viewer.token, 'hall-7')).toEqual([403, 201]);
    expect(viewer.links).toBeUndefined();
  });

  it('gives links that use it', async () => {
    const { token, links } = await minted({ role: 'publisher', room: '舞台' });
    expect(Object.keys(links ?? {})).toEqual(['player', 'whep', 'publisher', 'whip']);
    for (const page of ['player', 'publisher']) {
      const url = new URL(links?.[page] ?? '');
      expect(url.port).toBe(String(server.http.port));
      expect(url.searchParams.get('room')).toBe('舞台');
      expect(url.hash).toBe(`#token=${token}`);
      expect((await fetch(url)).status).toBe(200);
    }
    const answer = await fetch(links?.['whip'] ?? '', {
      method: 'POST',
      headers: { ...SDP, ...bearer(token) },
      body: OFFER,
    });
    expect(answer.status).toBe(201);
    const viewer = await minted({ role: 'viewer', room: '舞台' });
    expect(Object.keys(viewer.links ?? {})).toEqual(['player', 'whep']);
  });

  it('lists the rooms that a token is good for', async () => {
    const { token } = await minted({ role: 'viewer', room: 'listed' });
    const admin = await minted({ role: 'admin' as const, room: '*' });
    for (const room of ['listed', 'unlisted']) await server.open('whep/play', room, bearer(admin.token));
    const list = async (by: string): Promise<string[]> => {
      const rooms = (await (await server.call('GET', '/api/rooms', bearer(by))).json()) as { name: string }[];
      return rooms.map(({ name }) => name);
    };
    expect(await list(token)).toEqual(['listed']);
    expect(await list(admin.token)).toEqual(expect.arrayContaining(['listed', 'unlisted']));
  });

  it('is for admins', async () => {
    const { token } = await minted({ role: 'moderator', room: '*' });
    expect((await mint({ role: 'viewer', room: 'a' }, token)).status).toBe(403);
    expect((await mint({ role: 'viewer', room: 'a' }, 'wrong')).status).toBe(401);
    const admin = await minted({ role: 'admin', room: '*' });
    expect((await mint({ role: 'viewer', room: 'a' }, admin.token)).status).toBe(201);
  });

  it.each([
    [{ room: 'a' }],
    [{ role: 'owner', room: 'a' }],
    [{ role: 'viewer' }],
    [{ role: 'viewer', room: '' }],
    [{ role: 'viewer', room: [] }],
    [{ role: 'viewer', room: Array(101).fill('a') }],
    [{ role: 'viewer', room: 'a', lifetime: 0 }],
    [{ role: 'viewer', room: 'a', lifetime: 1e9 }],
    [{ role: 'viewer', room: 'a', name: '' }],
    [{ role: 'viewer', room: 'a', subject: 'x'.repeat(65) }],
    [[]],
  ])('refuses %j', async (body) => {
    const response = await mint(body);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).code).toBe('malformed_request');
  });

  it('never logs a token', async () => {
    const { token } = await minted({ role: 'viewer', room: 'a', subject: 'u2' });
    expect(server.events).toContainEqual(expect.objectContaining({ msg: 'token made', subject: 'u2' }));
    expect(JSON.stringify(server.events)).not.toContain(token.split('.')[2]);
  });

  it('says what is missing without JWT_SECRET', async () => {
    const other = await startTestServer({ ADMIN_TOKEN: 'admin-secret' });
    const headers = { ...JSON_BODY, ...bearer('admin-secret') };
    const response = await other.call('POST', '/api/admin/tokens', headers, '{"role":"viewer","room":"a"}');
    expect([response.status, (await problemOf(response)).code]).toEqual([409, 'minting_off']);
    await other.stop();
  });
});

describe('a token that is refused', () => {
  it('is told why', async () => {
    const response = await server.call('GET', '/api/rooms', bearer('e30.e30.x'));
    expect(response.status).toBe(401);
    const { token } = await minted({ role: 'viewer', room: 'a' });
    const broken = await server.call('GET', '/api/rooms', bearer(`${token}A`));
    expect(await problemOf(broken)).toMatchObject({
      code: 'unauthorized',
      detail: "The token's signature is not valid.",
    });
  });
});

describe('npm run token', () => {
  const run = promisify(execFile);
  const options = { cwd: root, env: { ...process.env, JWT_SECRET, JWT_ISSUER: 'live', JWT_AUDIENCE: 'rooms' } };

  it('makes the same tokens without a server', async () => {
    const script = [
      '--import',
      'tsx',
      'scripts/mint-token.ts',
      '--room',
      'stage',
      '--role',
      'publisher',
      '--ttl',
      '2h',
    ];
    const { stdout } = await run(process.execPath, script, options);
    const token = /^token +(\S+)$/m.exec(stdout)?.[1] ?? '';
    expect(await statuses(token, 'stage')).toEqual([201, 201]);
    expect(stdout).toMatch(/^whip +http:\/\/localhost:8080\/api\/whip\/publish\/stage$/m);
    expect((decodeJwt(token).exp ?? 0) - Date.now() / 1000).toBeGreaterThan(7100);
  });

  it.each([
    [['--role', 'viewer'], /--room/],
    [['--room', 'a'], /--role/],
    [['--room', 'a', '--role', 'viewer', '--ttl', 'long'], /--ttl/],
    [['--rom', 'a'], /^Unknown option '--rom'/],
  ])('says what is wrong with %j', async (given, message) => {
    const script = ['--import', 'tsx', 'scripts/mint-token.ts', ...given];
    await expect(run(process.execPath, script, options)).rejects.toMatchObject({
      stderr: expect.stringMatching(message) as string,
    });
  });
});
