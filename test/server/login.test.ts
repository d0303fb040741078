import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAT_CLOSURES, CHAT_VERSION } from '../../src/chat/protocol.ts';
import { ChatClient } from './support/chat-client.ts';
import { startProvider, TestBrowser, type TestProvider } from './support/oidc-provider.ts';
import { OFFER, problemOf, SDP, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

/** The provider has to know where it sends people back to before the server is there. */
const PORT = 38_417;
const OTHER_PORT = 38_418;

type Headed = Record<string, string>;

let provider: TestProvider;
let server: TestServer;
beforeAll(async () => {
  provider = await startProvider([PORT, OTHER_PORT].map((port) => `http://127.0.0.1:${port}/api/login/callback`));
  server = await startTestServer({ HTTP_ADDR: `127.0.0.1:${PORT}`, ...provider.settings, LOG_LEVEL: 'trace' });
});
afterAll(async () => {
  await server.stop();
  await provider.stop();
});

interface Me {
  isKnown: boolean;
  actions: string[];
  subject?: string;
  name?: string;
}

const me = async (browser: TestBrowser, room = 'class-1'): Promise<Me> =>
  (await (await browser.request(`${server.url}/api/me?room=${room}`)).json()) as Me;

async function loggedIn(account: string, path = '/web/player.html'): Promise<TestBrowser> {
  const browser = new TestBrowser();
  const { url } = await browser.logIn(`${server.url}/api/login?return=${encodeURIComponent(path)}`, account);
  expect(url).toBe(server.url + path);
  return browser;
}

describe('login by an OpenID Connect provider', () => {
  it('knows a person by name, and what their groups let them do', async () => {
    const browser = await loggedIn('teacher');
    expect(await me(browser)).toMatchObject({ isKnown: true, subject: 'teacher', name: 'TEACHER Example' });
    const post = (path: string): Promise<Response> =>
      browser.request(server.url + path, { method: 'POST', headers: SDP, body: OFFER });
    expect((await post('/api/whip/publish/class-1')).status).toBe(201);
    expect((await post('/api/whip/publish/hall')).status).toBe(403);
    expect((await browser.request(`${server.url}/api/admin/rooms/class-1/close`, { method: 'POST' })).status).toBe(403);
  });

  it('makes an admin of one who is one, and nothing of one who is not', async () => {
    const admin = await loggedIn('staff');
    expect((await me(admin)).actions).toContain('administer');
    const anybody = await loggedIn('somebody');
    expect(await me(anybody)).toMatchObject({ isKnown: true, actions: [] });
  });

  it('is over after a logout', async () => {
    const browser = await loggedIn('staff');
    expect((await browser.request(`${server.url}/api/logout`, { method: 'POST' })).status).toBe(204);
    expect(await me(browser)).toMatchObject({ isKnown: false, actions: [] });
  });

  it('is over after a logout for every copy of its cookie, with its chats and event streams, over restarts too', async () => {
    const data = mkdtempSync(join(tmpdir(), 'live-webrtc-data-'));
    const settings = { HTTP_ADDR: `127.0.0.1:${OTHER_PORT}`, ...provider.settings, DATA_DIR: data };
    let own = await startTestServer(settings);
    const browsers = [new TestBrowser(), new TestBrowser()] as const;
    for (const browser of browsers) await browser.logIn(`${own.url}/api/login`, 'staff');
    const [thief, other]: Headed[] = browsers.map((browser) => ({ Cookie: browser.cookiesFor(own.url) }));
    if (thief === undefined || other === undefined) throw new Error('nobody has logged in');
    const isKnown = async (headers: Headed): Promise<boolean> =>
      ((await (await own.call('GET', '/api/me', headers)).json()) as Me).isKnown;
    const chats = [thief, other].map(async (headers) => {
      const chat = await ChatClient.connect(own.url, 'hall', undefined, { headers });
      chat.send({ type: 'join', version: CHAT_VERSION });
      await chat.next('welcome');
      return chat;
    });
    const [stolenChat, otherChat] = (await Promise.all(chats)) as [ChatClient, ChatClient];
    const stream = (await own.call('GET', '/api/events', thief)).text();
    const otherStream = await own.call('GET', '/api/events', other);
    // Another site ends nobody's login.
    const foreign = { method: 'POST', headers: { Origin: 'https://evil.example' } };
    expect((await browsers[0].request(`${own.url}/api/logout`, foreign)).status).toBe(403);
    expect(await isKnown(thief)).toBe(true);
    expect((await browsers[0].request(`${own.url}/api/logout`, { method: 'POST' })).status).toBe(204);
    expect([await isKnown(thief), await isKnown(other)]).toEqual([false, true]);
    expect(await stolenChat.closed()).toBe(CHAT_CLOSURES.logged_out.code);
    expect(await stream).toContain('events follow');
    expect([otherChat.closeCode, (await otherStream.body?.getReader().read())?.done]).toEqual([undefined, false]);
    otherChat.close();
    await own.stop();
    own = await startTestServer(settings);
    expect([await isKnown(thief), await isKnown(other)]).toEqual([false, true]);
    await own.stop();
    rmSync(data, { recursive: true, force: true });
  });

  it('is not for the pages of other sites to use', async () => {
    const browser = await loggedIn('staff');
    const close = `${server.url}/api/admin/rooms/none/close`;
    const from = (headers: Record<string, string>): Promise<Response> =>
      browser.request(close, { method: 'POST', headers });
    expect((await from({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(401);
    expect((await from({ 'Sec-Fetch-Site': 'same-site' })).status).toBe(401);
    expect((await from({ Origin: 'https://evil.example' })).status).toBe(401);
    expect((await from({ Origin: 'null' })).status).toBe(401);
    expect((await from({ 'Sec-Fetch-Site': 'same-origin' })).status).toBe(404);
    expect((await from({ Origin: server.url })).status).toBe(404);
  });

  it('opens nothing that changes something to the pages of other sites, whatever the route', async () => {
    const browser = await loggedIn('staff');
    const { paths } = (await (await browser.request(`${server.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const changes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => path.startsWith('/api/') && !['get', 'head'].includes(method))
        .map((method) => [method.toUpperCase(), path.replace(/\{\w+\}/g, 'x')] as const),
    );
    expect(changes.length).toBeGreaterThan(20);
    for (const [method, path] of changes) {
      for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
        const { status } = await browser.request(server.url + path, { method, headers });
        expect([method, path, status]).toEqual([method, path, path === '/api/logout' ? 403 : 401]);
      }
    }
    expect((await me(browser)).isKnown).toBe(true);
  });

  it('opens no chat for the pages of other sites', async () => {
    const browser = await loggedIn('staff');
    const join = (headers: Record<string, string>): Promise<ChatClient> =>
      ChatClient.connect(server.url, 'hall', undefined, {
        headers: { Cookie: browser.cookiesFor(server.url), ...headers },
      });
    await expect(join({ Origin: 'https://evil.example' })).rejects.toThrow('401');
    await expect(join({ Origin: server.url, 'Sec-Fetch-Site': 'same-site' })).rejects.toThrow('401');
    const own = await join({ Origin: server.url });
    own.send({ type: 'join', version: CHAT_VERSION });
    expect((await own.next('welcome')).you).toMatchObject({ role: 'admin', isGuest: false });
    own.close();
  });

  it('keeps its cookies from scripts and from other sites', async () => {
    const response = await fetch(`${server.url}/api/login`, { redirect: 'manual' });
    expect(response.headers.get('location')).toMatch(/code_challenge_method=S256/);
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect(cookie).toMatch(/Path=\/api\/login\/callback/);
  });

  it.each([
    ...['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)', 'x'],
    ...[
      '/.//evil.example/',
      '/web/..//evil.example',
      '/a/../.\\evil.example',
      '/%2e//evil.example',
      '/\t/evil.example',
    ],
  ])('does not lead to %s afterwards', async (target) => {
    const browser = new TestBrowser();
    const { url } = await browser.logIn(`${server.url}/api/login?return=${encodeURIComponent(target)}`, 'somebody');
    expect(new URL(url).origin).toBe(server.url);
  });

  it('refuses an answer that nobody asked for, another state, and a code that is none', async () => {
    const stranger = await new TestBrowser().request(`${server.url}/api/login/callback?code=a&state=b`);
    expect([stranger.status, (await problemOf(stranger)).code]).toEqual([400, 'login_failed']);
    for (const query of ['code=a&state=b', 'error=access_denied&state=b']) {
      const browser = new TestBrowser();
      await browser.request(`${server.url}/api/login?return=/web/player.html`);
      const back = await browser.request(`${server.url}/api/login/callback?${query}`);
      expect(back.headers.get('location')).toBe('/web/player.html#login-error=login_failed');
    }
  });

  it('tells the page that the provider refused', async () => {
    const browser = new TestBrowser();
    const begin = await browser.request(`${server.url}/api/login?return=/web/player.html`);
    const state = new URL(begin.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const query = new URLSearchParams({ error: 'access_denied', state, iss: provider.issuer });
    const back = await browser.request(`${server.url}/api/login/callback?${query.toString()}`);
    expect(back.headers.get('location')).toBe('/web/player.html#login-error=login_refused');
  });

  it('takes no cookie that is not its own', async () => {
    const browser = await loggedIn('staff');
    const cookie = async (value: string): Promise<Me> => {
      const headers = { Cookie: `live-webrtc-session=${value}` };
      return (await (await server.call('GET', '/api/me', headers)).json()) as Me;
    };
    for (const value of ['', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.']) {
      expect((await cookie(value)).isKnown).toBe(false);
    }
    expect((await me(browser)).isKnown).toBe(true);
  });

  it('says so where the provider does not answer, and tells the operator why', async () => {
    const other = await startTestServer({ ...provider.settings, OIDC_ISSUER: 'http://127.0.0.1:1' });
    const response = await other.call('GET', '/api/login');
    expect([response.status, (await problemOf(response)).code]).toEqual([503, 'login_unavailable']);
    const [told] = other.events.filter(({ code }) => code === 'login_unavailable');
    expect(told).toMatchObject({ level: 'warn', reason: expect.stringContaining('fetch failed') as string });
    await other.stop();
  });

  it('tells what a room says of itself to those who may play it without its password, and to nobody else', async () => {
    const other = await startTestServer({ ADMIN_TOKEN: 'ruler', GUEST_ROLE: 'none' });
    const ruler = { Authorization: 'Bearer ruler' };
    const said = async (room: string, headers = {}): Promise<unknown> =>
      ((await (await other.call('GET', `/api/me?room=${room}`, headers)).json()) as { room?: unknown }).room;
    const settings = JSON.stringify({ title: 'Hall', description: 'Two pianos', password: 'open-sesame' });
    await other.call('PUT', '/api/admin/rooms/hall', { ...ruler, 'Content-Type': 'application/json' }, settings);
    expect(await said('hall', ruler)).toEqual({ title: 'Hall', description: 'Two pianos' });
    expect(await said('hall', { Authorization: 'Bearer open-sesame' })).toBeUndefined();
    expect(await said('other', ruler)).toEqual({});
    expect(await said('hall')).toBeUndefined();
    await other.stop();
  });

  it('is not there without OIDC_ISSUER', async () => {
    const other = await startTestServer();
    expect((await other.call('GET', '/api/login')).status).toBe(404);
    expect((await other.call('GET', '/api/login/callback')).status).toBe(404);
    expect(await (await other.call('GET', '/api/me')).json()).toMatchObject({ canLogIn: false, isKnown: false });
    await other.stop();
  });

  it('never logs a code, a cookie or a secret', async () => {
    await loggedIn('teacher');
    const log = JSON.stringify(server.events);
    expect(log).toContain('logged in');
    expect(log).not.toMatch(/code=|a-client-secret|live-webrtc-session|eyJ/);
  });
});
