import { rmSync } from 'node:fs';
import { SignJWT } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingsFolder, writeRecording } from '../server/support/recordings.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { SMALL_VIDEO } from '../support/watch.ts';

const JWT_SECRET = 'a-secret-of-the-tests-that-is-long-enough';
const ADMIN_TOKEN = 'the-token-of-the-operator';
const ROOM_TOKEN = 'the-token-of-the-hall';

/** What somebody meets on each page. */
interface Sights {
  /** Of `/`: the list of rooms with or without the invitation to broadcast, or what stands in its place. */
  home: 'rooms' | 'rooms, broadcast' | 'token' | 'no-list, broadcast' | 'empty' | 'empty, broadcast';
  /** The watch page of the hall: the picture, or the code of the refusal. */
  watch: 'plays' | 'unauthorized' | 'forbidden';
  /** The chat beside it. */
  chat: 'closed' | 'writes' | 'keeps order';
  /** The studio of the hall: whether the button is there to be pressed, or why not. */
  studio: 'ready' | 'watch' | 'token' | 'room';
  recordings: 'listed' | 'token' | 'empty' | 'empty, broadcast';
  /** Parts of the console; none where the login opens nothing. */
  console: readonly string[];
  /** Calls of these pages that the server refused with 401 or 403. */
  refused: readonly string[];
}

const NOTHING = {
  chat: 'closed',
  console: [],
  refused: ['GET /chat', 'POST /whep'],
} as const;
const EVERYTHING = ['overview', 'rooms', 'recordings', 'bans', 'audit', 'tokens', 'settings'];
const STRANGER: Sights = {
  ...NOTHING,
  home: 'token',
  watch: 'unauthorized',
  studio: 'token',
  recordings: 'token',
  refused: ['GET /chat', 'GET /records', 'GET /rooms', 'POST /whep'],
};
const VIEWER: Sights = {
  home: 'rooms',
  watch: 'plays',
  chat: 'writes',
  studio: 'watch',
  recordings: 'listed',
  console: [],
  refused: [],
};
const PUBLISHER: Sights = { ...VIEWER, home: 'rooms, broadcast', studio: 'ready' };
const OF_ROOM: Sights = { ...PUBLISHER, home: 'no-list, broadcast', refused: ['GET /rooms'] };
const MODERATOR: Sights = { ...VIEWER, chat: 'keeps order', console: ['rooms'] };
const ADMIN: Sights = { ...MODERATOR, home: 'rooms, broadcast', studio: 'ready', console: EVERYTHING };
const ELSEWHERE: Sights = { ...NOTHING, home: 'empty', watch: 'forbidden', studio: 'room', recordings: 'empty' };

const signed = (claims: { role: string; room: string; sub?: string; name?: string }, expiry: string): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expiry)
    .sign(new TextEncoder().encode(JWT_SECRET));

const TABLE: { who: string; guests: 'none' | 'viewer'; token: () => Promise<string> | string; sees: Sights }[] = [
  { who: 'a guest whom nothing lets in', guests: 'none', token: () => '', sees: STRANGER },
  { who: 'a guest who may watch', guests: 'viewer', token: () => '', sees: { ...VIEWER, studio: 'token' } },
  { who: 'a token that has expired', guests: 'none', token: () => jwt('viewer', 'hall', '-1h'), sees: STRANGER },
  { who: 'the token of the room', guests: 'none', token: () => ROOM_TOKEN, sees: OF_ROOM },
  { who: 'a viewer', guests: 'none', token: () => jwt('viewer', 'hall'), sees: VIEWER },
  { who: 'a publisher', guests: 'none', token: () => jwt('publisher', 'hall'), sees: PUBLISHER },
  { who: 'a moderator', guests: 'none', token: () => jwt('moderator', 'hall'), sees: MODERATOR },
  { who: 'an admin by JWT', guests: 'none', token: () => jwt('admin', '*'), sees: ADMIN },
  { who: 'the operator', guests: 'none', token: () => ADMIN_TOKEN, sees: ADMIN },
  { who: 'a viewer of another room', guests: 'none', token: () => jwt('viewer', 'attic'), sees: ELSEWHERE },
  {
    who: 'a publisher of another room',
    guests: 'none',
    token: () => jwt('publisher', 'attic'),
    sees: { ...ELSEWHERE, home: 'empty, broadcast', recordings: 'empty, broadcast' },
  },
  {
    who: 'a moderator of another room',
    guests: 'none',
    token: () => jwt('moderator', 'attic'),
    sees: { ...ELSEWHERE, console: ['rooms'] },
  },
];

function jwt(role: string, room: string, expiry = '1h'): Promise<string> {
  return signed({ role, room, sub: role, name: `The ${role}` }, expiry);
}

let browser: Browser;
const servers = new Map<string, { server: TestServer; directory: string }>();

beforeAll(async () => {
  browser = await launchBrowser();
  await Promise.all(
    ['none', 'viewer'].map(async (guests) => {
      const directory = recordingsFolder();
      writeRecording(directory, { id: 'hall-1', room: 'hall' });
      const server = await startServer({
        ADMIN_TOKEN,
        JWT_SECRET,
        GUEST_ROLE: guests,
        RECORD_DIR: directory,
        RECORD_ENABLED: '1',
        ...(guests === 'none' ? { ROOM_TOKENS: `hall:${ROOM_TOKEN}` } : {}),
      });
      await goLive(server);
      servers.set(guests, { server, directory });
    }),
  );
});

afterAll(async () => {
  await browser.close();
  for (const { server, directory } of servers.values()) {
    await server.stop();
    rmSync(directory, { recursive: true });
  }
});

async function goLive({ url }: TestServer): Promise<void> {
  const token = await jwt('publisher', 'hall');
  const studio = await openPage(browser, `${url}/web/publisher.html?countdown=0&room=hall#token=${token}`);
  await studio.call('setPublishing', { ...SMALL_VIDEO, width: 320, height: 180, framesPerSecond: 10 });
  await studio.page.getByTestId('start').click();
  await studio.page.locator('[data-testid=state][data-state=live]').waitFor({ timeout: 20_000 });
}

/** The state that stands in place of a list, or that the list is there. */
async function listOrMessage(page: Page, item: string): Promise<string> {
  const message = page.locator('[data-testid=message]:not([data-state=loading])');
  await page.getByTestId(item).first().or(message).waitFor();
  return (await message.count()) === 0 ? 'listed' : ((await message.getAttribute('data-state')) ?? '');
}

/** Whether the page invites to broadcast; it asks who is there, which may come a little after the list. */
async function invitation(page: Page, isExpected: boolean): Promise<string> {
  if (isExpected) await page.getByTestId('broadcast').waitFor();
  return (await page.getByTestId('broadcast').count()) === 0 ? '' : ', broadcast';
}

async function homeOf(page: Page, expected: string): Promise<string> {
  const state = await listOrMessage(page, 'live-room');
  return (state === 'listed' ? 'rooms' : state) + (await invitation(page, expected.endsWith(', broadcast')));
}

async function recordingsOf(page: Page, expected: string): Promise<string> {
  const state = await listOrMessage(page, 'recording');
  return state + (await invitation(page, expected.endsWith(', broadcast')));
}

async function watchOf(page: Page): Promise<string> {
  await page.getByTestId('big-play').click();
  const failure = page.getByTestId('failure').locator('[data-code]');
  await page.locator('[data-testid=state][data-state=playing]').or(failure).first().waitFor({ timeout: 20_000 });
  return (await failure.count()) === 0 ? 'plays' : ((await failure.getAttribute('data-code')) ?? '');
}

async function chatOf(page: Page): Promise<string> {
  await page.getByTestId('chat-input').or(page.getByTestId('chat-closed')).waitFor();
  if ((await page.getByTestId('chat-closed').count()) > 0) return 'closed';
  return (await page.getByTestId('chat-clear').count()) > 0 ? 'keeps order' : 'writes';
}

/** The button that leads nowhere is not there to be pressed, and the page says why. */
async function studioOf(page: Page): Promise<string> {
  await page.waitForResponse((response) => response.url().includes('/api/me'));
  const start = page.getByTestId('start');
  const notice = page.getByTestId('no-right').locator('[data-missing]');
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  expect(await start.isEnabled()).toBe((await notice.count()) === 0);
  return (await notice.count()) === 0 ? 'ready' : ((await notice.getAttribute('data-missing')) ?? '');
}

async function consoleOf(page: Page, token: string): Promise<readonly string[]> {
  await page.getByTestId('login').waitFor();
  if (token === '') return viewsOf(page);
  await page.getByTestId('token').fill(token);
  await page.getByTestId('login-submit').click();
  await page.getByTestId('view-rooms').or(page.getByText('opens nothing here')).waitFor();
  return viewsOf(page);
}

function viewsOf(page: Page): Promise<string[]> {
  return page.evaluate(
    `[...document.querySelectorAll('.console-link')].map(({ dataset }) => dataset.testid.replace('view-', ''))`,
  );
}

/** 'GET /rooms' for a call of the API, without what differs between rooms. */
function nameOf(method: string, url: string): string {
  const { pathname } = new URL(url);
  const parts = pathname.split('/');
  return `${method} /${parts[2] === 'rooms' && parts.length > 3 ? (parts[4] ?? 'room') : (parts[2] ?? '')}`;
}

describe('every page, for', () => {
  it.each(TABLE)('$who (guests: $guests)', async ({ guests, token: tokenOf, sees }) => {
    const { server } = servers.get(guests) ?? {};
    if (server === undefined) throw new Error('no server');
    const token = await tokenOf();
    const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
    const page = await context.newPage();
    const refused = new Set<string>();
    page.on('response', (response) => {
      const isRefusal = response.status() === 401 || response.status() === 403;
      if (isRefusal) refused.add(nameOf(response.request().method(), response.url()));
    });
    const go = async (path: string): Promise<void> => {
      // From elsewhere: to another fragment alone, a page would not load again.
      await page.goto('about:blank');
      await page.goto(`${server.url}${path}${token === '' ? '' : `#token=${token}`}`);
    };
    const met: Partial<Record<keyof Sights, unknown>> = {};

    await go('/');
    met.home = await homeOf(page, sees.home);
    await go('/web/player.html?room=hall');
    met.chat = await chatOf(page);
    met.watch = await watchOf(page);
    await go('/web/publisher.html?room=hall');
    met.studio = await studioOf(page);
    await go('/web/recordings.html?room=');
    met.recordings = await recordingsOf(page, sees.recordings);
    await page.goto(`${server.url}/web/admin/`);
    met.console = await consoleOf(page, token);
    met.refused = [...refused].sort();

    expect(met).toEqual(sees);
    await context.close();
  });
});

describe('the studio', () => {
  it('lets go live as soon as the token that is typed allows it, and leads viewers to the picture', async () => {
    const { server } = servers.get('none') ?? {};
    const { page, close } = await openPage(
      browser,
      `${server?.url ?? ''}/web/publisher.html?countdown=0&room=own`,
    ).then((test) => ({ page: test.page, close: () => test.close() }));
    const missing = page.getByTestId('no-right').locator('[data-missing]');
    await page.locator('[data-missing=token]').waitFor();
    await page.getByTestId('token').fill(await jwt('viewer', 'own'));
    await page.locator('[data-missing=watch]').waitFor();
    expect(await page.getByTestId('watch-instead').getAttribute('href')).toBe('/web/player.html?room=own');
    await page.getByTestId('token').fill(await jwt('publisher', 'own'));
    await missing.waitFor({ state: 'detached' });
    await eventually(async () => expect(await page.getByTestId('start').isEnabled()).toBe(true));
    await close();
  });
});

describe('the console of a moderator', () => {
  it('shows no part that the server would refuse, whatever the address says', async () => {
    const { server } = servers.get('none') ?? {};
    const { page, close } = await openPage(browser, `${server?.url ?? ''}/web/admin/#/settings`).then((test) => ({
      page: test.page,
      close: () => test.close(),
    }));
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(response.url());
    });
    await page.getByTestId('token').fill(await jwt('moderator', 'hall'));
    await page.getByTestId('login-submit').click();
    await page.locator('[data-testid=room][data-room=hall]').waitFor();
    for (const view of EVERYTHING) {
      await page.evaluate(`location.hash = '#/${view}'`);
      await page.getByTestId('rooms').waitFor();
    }
    expect(refused).toEqual([]);
    // A room of others is refused, and the page says so.
    await page.getByTestId('other-room').fill('attic');
    await page.getByTestId('set-up').click();
    await page.getByTestId('remote-failure').getByText('not valid for this room').waitFor();
    await close();
  });
});
