import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { problemOf, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe('STUN_URLS and TURN_*', () => {
  const SETTINGS = {
    STUN_URLS: 'stun:stun.example:3478,stun:[2001:db8::1]:3478',
    TURN_URLS: 'turn:turn.example:3478?transport=udp,turns:turn.example:5349?transport=tcp',
    TURN_USERNAME: 'us"er',
    TURN_PASSWORD: 'p\\w;,',
  };

  it.each(['whip/publish', 'whep/play'])('are Link headers of the 201: %s', async (endpoint) => {
    server = await startTestServer(SETTINGS);
    const response = await server.call(
      'POST',
      `/api/${endpoint}/room`,
      { 'Content-Type': 'application/sdp' },
      'v=0\r\n',
    );
    const credentials = 'rel="ice-server"; username="us\\"er"; credential="p\\\\w;,"; credential-type="password"';
    const links = response.headers.get('link')?.split(/, (?=<)/);
    expect(links?.filter((link) => link.includes('ice-server')).join(', ')).toBe(
      [
        '<stun:stun.example:3478>; rel="ice-server"',
        '<stun:[2001:db8::1]:3478>; rel="ice-server"',
        `<turn:turn.example:3478?transport=udp>; ${credentials}`,
        `<turns:turn.example:5349?transport=tcp>; ${credentials}`,
      ].join(', '),
    );
  });

  it('can be asked for by the pages', async () => {
    server = await startTestServer({ ...SETTINGS, AUTH_TOKEN: 'secret', ROOM_TOKENS: 'a:room-secret' });
    const path = '/api/ice-servers';
    expect((await server.call('GET', path)).status).toBe(401);
    const response = await server.call('GET', path, { Authorization: 'Bearer room-secret' });
    const turn = { username: 'us"er', credential: 'p\\w;,' };
    expect(await response.json()).toEqual({
      iceServers: [
        { urls: 'stun:stun.example:3478' },
        { urls: 'stun:[2001:db8::1]:3478' },
        { urls: 'turn:turn.example:3478?transport=udp', ...turn },
        { urls: 'turns:turn.example:5349?transport=tcp', ...turn },
      ],
    });
  });

  it('are one public STUN server by default, and none on request', async () => {
    server = await startTestServer();
    const byDefault = (await server.call('GET', '/api/ice-servers')).json();
    expect(await byDefault).toEqual({ iceServers: [{ urls: 'stun:stun.l.google.com:19302' }] });
    await server.stop();
    server = await startTestServer({ STUN_URLS: 'none' });
    expect(await (await server.call('GET', '/api/ice-servers')).json()).toEqual({ iceServers: [] });
    const response = await server.call('POST', '/api/whep/play/a', { 'Content-Type': 'application/sdp' }, 'v=0\r\n');
    expect(response.headers.get('link')).not.toContain('ice-server');
  });
});

describe('ADMIN_TOKEN', () => {
  const close = '/api/admin/rooms/room/close';
  const admin = { Authorization: 'Bearer admin-secret' };

  it('closes a room: its sessions end', async () => {
    server = await startTestServer({ ADMIN_TOKEN: 'admin-secret' });
    const running = server;
    const sessions = [await server.open('whip/publish', 'room'), await server.open('whep/play', 'room')];
    const other = await server.open('whep/play', 'other');
    expect((await server.call('POST', close, admin)).status).toBe(204);
    for (const { path } of sessions) {
      await until(async () => (await running.call('GET', path)).status === 410, 'the session is removed');
    }
    expect((await server.call('GET', other.path)).status).toBe(204);
    expect(server.events).toContainEqual(expect.objectContaining({ msg: 'session closed', reason: 'room_closed' }));
    const again = await server.call('POST', close, admin);
    expect(again.status).toBe(404);
    expect((await problemOf(again)).code).toBe('no_such_room');
  });

  it.each([{ ADMIN_TOKEN: 'admin-secret' }, { ADMIN_TOKEN: 'admin-secret', AUTH_TOKEN: 'global' }])(
    'is needed, and no other token will do: %j',
    async (settings) => {
      server = await startTestServer(settings);
      await server.open('whep/play', 'room', { Authorization: 'Bearer global' });
      const response = await server.call('POST', close);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      const another = await server.call('POST', close, { Authorization: 'Bearer global' });
      expect(another.status).toBe('AUTH_TOKEN' in settings ? 403 : 401);
      expect((await server.call('GET', close, admin)).status).toBe(405);
      expect((await server.call('GET', close)).status).toBe(401);
      expect((await server.call('POST', '/api/admin/nothing', admin)).status).toBe(404);
      expect((await server.call('POST', '/api/admin/rooms/.a/close', admin)).status).toBe(400);
      expect((await server.call('OPTIONS', close)).status).toBe(200);
      expect((await server.call('POST', close, admin)).status).toBe(204);
    },
  );

  it.each([{}, { AUTH_TOKEN: 'global' }])('missing, all of /api/admin is 404: %j', async (settings) => {
    server = await startTestServer(settings);
    for (const [method, path] of [
      ['POST', close],
      ['GET', close],
      ['OPTIONS', close],
      ['POST', '/api/admin/x'],
      ['GET', '/api/admin/'],
    ] as const) {
      const response = await server.call(method, path, { Authorization: 'Bearer ' });
      expect(response.status).toBe(404);
      expect((await problemOf(response)).code).toBe('not_found');
    }
  });
});

describe('TLS_CERT_FILE and TLS_KEY_FILE', () => {
  const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/tls/${name}`, import.meta.url));

  /** Status and name in the certificate of a request on a connection of its own. */
  const get = (running: TestServer): Promise<{ status: number | undefined; name: string | undefined }> =>
    new Promise((resolve, reject) => {
      const options = { rejectUnauthorized: false, agent: false, port: running.http.port, path: '/healthz' };
      const request = httpsRequest(options, (response) => {
        if (!(response.socket instanceof TLSSocket)) throw new Error('no TLS');
        const { subject } = response.socket.getPeerCertificate();
        response.resume();
        resolve({ status: response.statusCode, name: [subject.CN].flat()[0] });
      });
      request.on('error', reject).end();
    });

  it('make it HTTPS; a renewed certificate is taken on request, a broken one is not', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tls-'));
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    const install = (name: string): void => {
      copyFileSync(fixture(`${name}.crt`), cert);
      copyFileSync(fixture(`${name}.key`), key);
    };
    install('first');
    server = await startTestServer({ TLS_CERT_FILE: cert, TLS_KEY_FILE: key });
    expect(await get(server)).toEqual({ status: 200, name: 'first.test' });
    expect(server.events).toContainEqual(expect.objectContaining({ http: `https://127.0.0.1:${server.http.port}` }));
    install('second');
    expect((await get(server)).name).toBe('first.test');
    server.reloadTls();
    expect((await get(server)).name).toBe('second.test');
    writeFileSync(key, 'broken');
    server.reloadTls();
    expect((await get(server)).name).toBe('second.test');
    expect(server.events).toContainEqual(
      expect.objectContaining({ level: 'error', msg: 'the certificate stays as it was' }),
    );
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['no/such.crt', 'first.key', 'TLS_CERT_FILE=.* cannot be read: there is no such file'],
    ['first.crt', 'second.key', 'the key belongs to another certificate'],
    ['first.key', 'first.key', 'are no certificate and its key in PEM'],
  ])('stop the start where they cannot be used: %s, %s', async (cert, key, reason) => {
    const start = startTestServer({ TLS_CERT_FILE: fixture(cert), TLS_KEY_FILE: fixture(key) });
    await expect(start).rejects.toThrow(new RegExp(reason));
  });

  it.each([
    [{ TLS_CERT_FILE: 'a' }, 'TLS_KEY_FILE'],
    [{ TLS_KEY_FILE: 'a' }, 'TLS_CERT_FILE'],
    [{ TURN_URLS: 'turn:a' }, 'TURN_USERNAME'],
  ])('and other settings that belong together are both needed: %j', async (settings, missing) => {
    await expect(startTestServer(settings)).rejects.toThrow(missing);
  });
});
