/** Every setting has an effect. The table names them all: a new one without an entry does not compile. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { usableCores } from '../../src/config/core-count.ts';
import { SETTINGS } from '../../src/config/schema.ts';
import { AuditLog } from '../../src/moderation/audit-log.ts';
import { ownAddresses } from '../../src/server/addresses.ts';
import { Database } from '../../src/store/database.ts';
import { EVENT_EFFECTS } from './support/event-setting-effects.ts';
import { loginUrl, logInWith } from './support/login-effects.ts';
import { CHAT_EFFECTS } from './support/chat-setting-effects.ts';
import { RECORDING_EFFECTS } from './support/recording-setting-effects.ts';
import { refusedOf } from './support/idle-connections.ts';
import { startStunServer } from './support/stun-server.ts';
import { OFFER, SDP, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';
import {
  start,
  bearer,
  play,
  publish,
  workerOptions,
  JWT_SECRET,
  webToken,
  fixture,
  speaksTls,
  ICE,
  links,
  stopAll,
} from './support/setting-effects.ts';

afterEach(stopAll);

const EFFECTS: Record<keyof typeof SETTINGS, () => Promise<void>> = {
  ...RECORDING_EFFECTS,
  ...CHAT_EFFECTS,
  ...EVENT_EFFECTS,
  async httpAddress() {
    const server = await start({ HTTP_ADDR: '127.0.0.1:0' });
    expect(server.http).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
    const everywhere = await start({ HTTP_ADDR: ':0' });
    expect(['::', '0.0.0.0']).toContain(everywhere.http.address);
  },
  async trustedProxies() {
    const server = await start({ TRUST_PROXY: 'loopback', RATE_LIMIT_RPS: '0.01' });
    const from = (ip: string): Promise<Response> => server.call('GET', '/api/rooms', { 'X-Forwarded-For': ip });
    expect([(await from('1.1.1.1')).status, (await from('2.2.2.2')).status, (await from('1.1.1.1')).status]).toEqual([
      200, 200, 429,
    ]);
  },
  async allowedOrigins() {
    const server = await start({ ALLOWED_ORIGIN: 'https://a.org' });
    const origin = async (value: string): Promise<string | null> =>
      (await server.call('GET', '/api/rooms', { Origin: value })).headers.get('access-control-allow-origin');
    expect([await origin('https://a.org'), await origin('https://b.org')]).toEqual(['https://a.org', null]);
  },
  async authToken() {
    const server = await start({ AUTH_TOKEN: 'secret' });
    expect([(await play(server, 'a')).status, (await play(server, 'a', bearer('secret'))).status]).toEqual([401, 201]);
  },
  async roomTokens() {
    const server = await start({ ROOM_TOKENS: 'a:secret' });
    const statuses = [await play(server, 'a'), await play(server, 'a', bearer('secret')), await play(server, 'b')];
    expect(statuses.map(({ status }) => status)).toEqual([401, 201, 201]);
  },
  async adminToken() {
    const close = '/api/admin/rooms/room/close';
    expect((await (await start({})).call('POST', close, bearer('secret'))).status).toBe(404);
    const server = await start({ ADMIN_TOKEN: 'secret' });
    await play(server, 'room');
    expect((await server.call('POST', close, bearer('secret'))).status).toBe(204);
  },
  async guestRole() {
    const server = await start({ AUTH_TOKEN: 'secret', GUEST_ROLE: 'viewer' });
    expect([(await play(server, 'a')).status, (await publish(server, 'a')).status]).toEqual([201, 401]);
  },
  async accessWebhookUrl() {
    const asked: unknown[] = [];
    const webhook = createServer((request, response) => {
      request.on('data', (body: Buffer) => asked.push(JSON.parse(body.toString())));
      request.on('end', () => response.writeHead(asked.length === 1 ? 200 : 403).end());
    }).listen(0, '127.0.0.1');
    await once(webhook, 'listening');
    const url = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}`;
    // On all addresses a socket names those of IPv4 in the way of IPv6; others must not see that.
    const server = await start({ HTTP_ADDR: ':0', AUTH_WEBHOOK_URL: url });
    expect([(await play(server, 'a', bearer('x'))).status, (await publish(server, 'a')).status]).toEqual([201, 403]);
    expect(asked).toMatchObject([
      { action: 'play', room: 'a', token: 'x', address: '127.0.0.1' },
      { action: 'publish', room: 'a' },
    ]);
    webhook.close();
  },
  async accessWebhookTimeout() {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const server = await start({ AUTH_WEBHOOK_URL: url, AUTH_WEBHOOK_TIMEOUT: '100ms' });
    expect((await play(server, 'a')).status).toBe(503);
    silent.closeAllConnections();
    silent.close();
  },
  async jwtSecret() {
    const server = await start({ JWT_SECRET });
    const token = await webToken({});
    expect([(await play(server, 'a')).status, (await play(server, 'a', bearer(token))).status]).toEqual([401, 201]);
  },
  async jwtKeySetUrl() {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const keySet = createServer((_, response) => {
      void exportJWK(publicKey).then((key) => response.end(JSON.stringify({ keys: [{ ...key, alg: 'ES256' }] })));
    }).listen(0, '127.0.0.1');
    await once(keySet, 'listening');
    const { port } = keySet.address() as AddressInfo;
    const server = await start({ JWT_JWKS_URL: `http://127.0.0.1:${port}` });
    const token = new SignJWT({ role: 'viewer', room: 'a' })
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime('1h');
    expect((await play(server, 'a', bearer(await token.sign(privateKey)))).status).toBe(201);
    keySet.close();
  },
  async jwtIssuer() {
    const server = await start({ JWT_SECRET, JWT_ISSUER: 'school' });
    const statuses = [await webToken({ iss: 'school' }), await webToken({})].map(async (token) => {
      return (await play(server, 'a', bearer(token))).status;
    });
    expect(await Promise.all(statuses)).toEqual([201, 401]);
  },
  async jwtAudience() {
    const server = await start({ JWT_SECRET, JWT_AUDIENCE: 'live' });
    const statuses = [await webToken({ aud: 'live' }), await webToken({})].map(async (token) => {
      return (await play(server, 'a', bearer(token))).status;
    });
    expect(await Promise.all(statuses)).toEqual([201, 401]);
  },
  async jwtGrace() {
    const server = await start({ JWT_SECRET, JWT_GRACE: '1h' });
    const strict = await start({ JWT_SECRET, JWT_GRACE: '0s' });
    const token = bearer(await webToken({}, Math.ceil(Date.now() / 1000) + 1));
    const sessions = [await server.open('whep/play', 'a', token), await strict.open('whep/play', 'a', token)];
    const fresh = bearer(await webToken({}));
    const statusOf = async (one: TestServer, index: number): Promise<number> =>
      (await one.call('GET', sessions[index]?.path ?? '', fresh)).status;
    await until(async () => (await statusOf(strict, 1)) === 404, 'the session ends with its token');
    expect(await statusOf(server, 0)).toBe(204);
  },
  async oidcIssuer() {
    expect(await loginUrl({})).toBe(undefined);
    expect((await loginUrl({ OIDC_ISSUER: 'own' }))?.origin).toMatch(/^http:\/\/127\.0\.0\.1/);
  },
  async oidcClientId() {
    expect((await loginUrl({ OIDC_ISSUER: 'own', OIDC_CLIENT_ID: 'me' }))?.searchParams.get('client_id')).toBe('me');
  },
  async oidcClientSecret() {
    expect(await logInWith({ OIDC_CLIENT_SECRET: 'another' })).toMatchObject({ isKnown: false });
  },
  async oidcRoleClaim() {
    expect(await logInWith({ OIDC_ROLES: 'Somebody=viewer', OIDC_ROLE_CLAIM: 'name' })).toMatchObject({ actions: [] });
    expect(await logInWith({ OIDC_ROLES: 'SOMEBODY Example=viewer', OIDC_ROLE_CLAIM: 'name' })).toMatchObject({
      actions: expect.arrayContaining(['play']) as string[],
    });
  },
  async oidcRoles() {
    expect(await logInWith({ OIDC_ROLES: 'somebody=admin' })).toMatchObject({
      actions: expect.arrayContaining(['administer']) as string[],
    });
  },
  async loginLifetime() {
    const { expiresAt = '' } = await logInWith({ LOGIN_LIFETIME: '1h' });
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 3_600_000)).toBeLessThan(60_000);
  },
  async metricsToken() {
    const server = await start({ METRICS_TOKEN: 'secret' });
    expect((await server.call('GET', '/metrics')).status).toBe(401);
    expect((await server.call('GET', '/metrics', bearer('secret'))).status).toBe(200);
  },
  async tlsCertFile() {
    expect(await speaksTls(await start({}))).toBe(false);
    const settings = { TLS_CERT_FILE: fixture('first.crt'), TLS_KEY_FILE: fixture('first.key') };
    expect(await speaksTls(await start(settings))).toBe(true);
  },
  async tlsKeyFile() {
    const settings = { TLS_CERT_FILE: fixture('first.crt'), TLS_KEY_FILE: fixture('second.key') };
    await expect(start(settings)).rejects.toThrow('the key belongs to another certificate');
  },
  async stunUrls() {
    expect(await links({ STUN_URLS: 'stun:stun.example' })).toBe('<stun:stun.example>; rel="ice-server"');
  },
  async turnUrls() {
    expect(await links({ ...ICE, STUN_URLS: 'none' })).toContain('<turn:turn.example>');
  },
  async turnUsername() {
    expect(await links(ICE)).toContain('username="user"');
  },
  async turnPassword() {
    expect(await links(ICE)).toContain('credential="password"');
  },
  async udpPort() {
    expect(await workerOptions({ UDP_PORT: '40123' })).toMatchObject({ udpPort: 40123 });
  },
  async tcpPort() {
    expect(await workerOptions({ TCP_PORT: '40124' })).toMatchObject({ tcpPort: 40_124 });
    expect(await workerOptions({ TCP_PORT: 'off' })).toMatchObject({ tcpPort: 'off' });
    expect(await workerOptions({})).toMatchObject({ tcpPort: 'same' });
  },
  async publicAddresses() {
    const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
    const { announcedAddresses } = await workerOptions({ PUBLIC_IP: '203.0.113.5,2001:db8::1' });
    expect(announcedAddresses).toEqual(['203.0.113.5', '2001:db8::1']);
    const stun = await startStunServer('198.51.100.9');
    const asked = await workerOptions({ PUBLIC_IP: 'auto', STUN_URLS: `stun:127.0.0.1:${stun.port}` });
    expect(asked.announcedAddresses).toEqual(['198.51.100.9', ...ownAddresses(networkInterfaces())]);
    stun.close();
    const added = (await workerOptions({ PUBLIC_IP: '+203.0.113.5' })).announcedAddresses;
    expect(added[0]).toBe('203.0.113.5');
    expect(own).toEqual(expect.arrayContaining(added.slice(1)));
    expect(added.length).toBeGreaterThan(1);
  },
  async mediaWorkers() {
    expect((await start({ MEDIA_WORKERS: '2' })).workerPids).toHaveLength(2);
    expect((await start({ MEDIA_WORKERS: '' })).workerPids).toHaveLength(Math.min(64, usableCores()));
  },
  async maxConnectionsPerAddress() {
    const limit = { MAX_CONNECTIONS_PER_ADDRESS: '2' };
    const refused = async (settings: object): Promise<number> =>
      refusedOf((await start({ ...limit, ...settings })).http.port, 5);
    expect(await refused({})).toBe(3);
    expect(await refused({ TRUST_PROXY: 'loopback' })).toBe(0);
    expect(await refused({ MAX_CONNECTIONS_PER_ADDRESS: '0' })).toBe(0);
  },
  async workerLoadLimit() {
    const server = await start({ WORKER_LOAD_LIMIT: '50' });
    for (let i = 0; i < 4; i++) expect((await play(server, 'a')).status).toBe(201);
    await server.call('POST', '/api/whep/play/a', SDP, `${OFFER}a=x-test:busy 0.6\r\n`);
    await until(async () => (await play(server, 'a')).status === 503, 'the worker is full');
    const unlimited = await start({ WORKER_LOAD_LIMIT: '0' });
    await unlimited.call('POST', '/api/whep/play/a', SDP, `${OFFER}a=x-test:busy 1\r\n`);
    for (let i = 0; i < 8; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await play(unlimited, 'a')).status).toBe(201);
    }
  },
  async publisherTakeover() {
    const server = await start({ PUBLISHER_TAKEOVER: '0' });
    expect([(await publish(server, 'a')).status, (await publish(server, 'a')).status]).toEqual([201, 409]);
  },
  async waitForPublisher() {
    const server = await start({ WAIT_FOR_PUBLISHER: '0' });
    const statuses = [await play(server, 'a'), await publish(server, 'a'), await play(server, 'a')];
    expect(statuses.map(({ status }) => status)).toEqual([409, 201, 201]);
  },
  async roomLinger() {
    expect(await workerOptions({ ROOM_LINGER: '7s' })).toMatchObject({ roomLingerMs: 7000 });
  },
  async gopCache() {
    expect(await workerOptions({ GOP_CACHE: '0s' })).toMatchObject({ gopCacheMs: 0 });
  },
  async rateLimitPerSecond() {
    const server = await start({ RATE_LIMIT_RPS: '1' });
    expect([(await play(server, 'a')).status, (await play(server, 'a')).status]).toEqual([201, 429]);
  },
  async rateLimitBurst() {
    const server = await start({ RATE_LIMIT_RPS: '0.1', RATE_LIMIT_BURST: '2' });
    const statuses = [await play(server, 'a'), await play(server, 'a'), await play(server, 'a')];
    expect(statuses.map(({ status }) => status)).toEqual([201, 201, 429]);
  },
  async maxSubscribersPerRoom() {
    const server = await start({ MAX_SUBS_PER_ROOM: '1' });
    const statuses = [await play(server, 'a'), await play(server, 'a'), await play(server, 'b')];
    expect(statuses.map(({ status }) => status)).toEqual([201, 503, 201]);
  },
  async maxRooms() {
    const server = await start({ MAX_ROOMS: '1' });
    const statuses = [await play(server, 'a'), await play(server, 'b')];
    expect(statuses.map(({ status }) => status)).toEqual([201, 503]);
  },
  async maxViewers() {
    const server = await start({ MAX_VIEWERS: '1' });
    const statuses = [await play(server, 'a'), await play(server, 'b'), await publish(server, 'b')];
    expect(statuses.map(({ status }) => status)).toEqual([201, 503, 201]);
  },
  async maxSdpBytes() {
    const server = await start({ MAX_SDP_BYTES: '1024' });
    const post = (body: string): Promise<Response> => server.call('POST', '/api/whep/play/a', SDP, body);
    expect((await post(OFFER.padEnd(1024, 'x'))).status).toBe(201);
    expect((await post(OFFER.padEnd(1025, 'x'))).status).toBe(413);
  },
  async dataDirectory() {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    const directory = join(folder, 'made');
    const server = await start({ DATA_DIR: directory });
    expect(existsSync(join(directory, 'live-webrtc.db'))).toBe(true);
    await expect(start({ DATA_DIR: directory })).rejects.toThrow(
      `The database in DATA_DIR=${directory} cannot be used: another server uses it.`,
    );
    await server.stop();
    // Nobody has it any more.
    await (await start({ DATA_DIR: directory })).stop();
    rmSync(folder, { recursive: true });
  },
  async auditRetention() {
    const directory = mkdtempSync(join(tmpdir(), 'settings-'));
    const admin = { ADMIN_TOKEN: 'secret', DATA_DIR: directory };
    const database = await Database.open(directory);
    const log = new AuditLog(database, 0);
    const actor = { token: 'setting', subject: undefined, name: undefined, address: '192.0.2.1' } as const;
    log.add({ actor, action: 'room.lock', room: 'old' }, Date.now() - 3 * 86_400_000);
    log.add({ actor, action: 'room.lock', room: 'new' }, Date.now() - 86_400_000);
    database.close();
    const rooms = async (days: string): Promise<string[]> => {
      const server = await start({ ...admin, AUDIT_RETENTION: days });
      const page = (await (await server.call('GET', '/api/admin/audit', bearer('secret'))).json()) as {
        entries: { room: string }[];
      };
      await server.stop();
      return page.entries.map(({ room }) => room);
    };
    expect(await rooms('0')).toEqual(['new', 'old']);
    expect(await rooms('2')).toEqual(['new']);
    rmSync(directory, { recursive: true });
  },
  async shutdownTimeout() {
    process.env.TEST_STOP_DELAY = '60000';
    try {
      const server = await startTestServer({ SHUTDOWN_TIMEOUT: '300ms' });
      const begin = performance.now();
      await server.stop();
      expect(performance.now() - begin).toBeLessThan(2000);
    } finally {
      delete process.env.TEST_STOP_DELAY;
    }
  },
  async logLevel() {
    const levels = async (level: string): Promise<unknown[]> => {
      const server = await start({ LOG_LEVEL: level });
      await server.call('GET', '/healthz');
      return server.events.map((event) => event.level);
    };
    expect(await levels('debug')).toContain('debug');
    expect(await levels('info')).not.toContain('debug');
    expect(await workerOptions({ LOG_LEVEL: 'warn' })).toMatchObject({ logLevel: 'warn' });
  },
  async logFormat() {
    expect((await start({ LOG_FORMAT: 'pretty' })).rawLog.join('')).toMatch(/\nlive-webrtc is ready\n {2}http +http:/);
    expect((await start({ LOG_FORMAT: 'json' })).rawLog.every((line) => line.startsWith('{'))).toBe(true);
  },
};

describe('settings', () => {
  for (const [key, { name }] of Object.entries(SETTINGS)) {
    it(`${name} has its effect`, EFFECTS[key as keyof typeof SETTINGS]);
  }
});
