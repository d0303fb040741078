import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/server.ts';

const SCRIPT = '<img src=x onerror="window.broken=1"><script>window.broken=1</script> javascript:alert(1)';
const ADMIN_TOKEN = 'admin-secret';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startServer({ ADMIN_TOKEN });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Opens the watch page, whose WebSockets a test can cut by calling window.cutChat. */
async function openWatchPage(room: string): Promise<TestPage> {
  const page = await openPage(browser, `${server.url}/web/player.html?lang=en`);
  await page.page.addInitScript(`{
    const sockets = [];
    const Original = WebSocket;
    window.WebSocket = class extends Original { constructor(...given) { super(...given); sockets.push(this); } };
    window.cutChat = () => sockets.at(-1).close();
    window.chatSockets = () => sockets.length;
  }`);
  await page.page.goto(`${server.url}/web/player.html?room=${room}&lang=en`);
  await page.page.getByTestId('chat-input').waitFor();
  return page;
}

async function say({ page }: TestPage, text: string): Promise<void> {
  await page.getByTestId('chat-input').fill(text);
  await page.getByTestId('chat-input').press('Enter');
}

function texts({ page }: TestPage): Promise<string[]> {
  return page.getByTestId('chat-text').allInnerTexts();
}

function flying({ page }: TestPage): Locator {
  return page.getByTestId('stage').locator('[data-testid=danmaku] .flying');
}

it('carries messages between two pages, over the picture too, and never as anything but text', async () => {
  const [one, other] = await Promise.all([openWatchPage('talk'), openWatchPage('talk')]);
  await other.page.getByTestId('danmaku-send').uncheck();

  await say(one, SCRIPT);
  await flying(other).getByText('onerror').waitFor();
  await eventually(async () => expect(await texts(other)).toEqual([SCRIPT]));
  for (const { page } of [one, other]) {
    expect(await page.evaluate('window.broken')).toBeUndefined();
    expect(await page.locator('[data-testid=chat] img, [data-testid=stage] img').count()).toBe(0);
    expect(await page.locator('[data-testid=chat-list] a').count()).toBe(0);
  }

  await say(other, 'look: https://example.org/a');
  const link = one.page.getByRole('link', { name: 'https://example.org/a' });
  expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
  expect(await flying(one).getByText('look').count()).toBe(0);

  // The element that goes to full screen has the messages in it.
  await one.page.getByTestId('fullscreen').click();
  await eventually(async () => {
    const stage = 'document.fullscreenElement?.querySelector("[data-testid=danmaku]") != null';
    expect(await one.page.evaluate(stage)).toBe(true);
  });
  await Promise.all([one.close(), other.close()]);
});

it('shows answers, changes and deletions on the other page', async () => {
  const [one, other] = await Promise.all([openWatchPage('order'), openWatchPage('order')]);
  await say(one, 'first');
  await other.page.getByTestId('chat-text').getByText('first').waitFor();
  await other.page.getByTestId('chat-message').first().hover();
  await other.page.getByTestId('chat-reply').first().click();
  await say(other, 'an answer');
  await one.page.locator('.chat-quote', { hasText: 'first' }).waitFor();

  await one.page.getByTestId('chat-message').first().hover();
  await one.page.getByTestId('chat-edit').first().click();
  await say(one, 'changed');
  await eventually(async () => expect(await texts(other)).toEqual(['changed', 'an answer']));

  await one.page.getByTestId('chat-message').first().hover();
  await one.page.getByTestId('chat-delete').first().click();
  await eventually(async () => expect(await texts(other)).toEqual(['an answer']));
  await other.page.getByText('Message deleted').first().waitFor();
  await Promise.all([one.close(), other.close()]);
});

it('comes back after its connection was cut, with nothing missing and nothing twice', async () => {
  const [one, other] = await Promise.all([openWatchPage('cut'), openWatchPage('cut')]);
  const said: string[] = [];
  for (let number = 0; number < 6; number++) {
    const text = `number ${number}`;
    said.push(text);
    // The sender's connection is cut under a message, the reader's between two.
    await say(one, text);
    if (number % 2 === 0) await one.page.evaluate('window.cutChat()');
    else await other.page.evaluate('window.cutChat()');
    await eventually(async () => expect(await texts(one)).toEqual(said));
    // Nobody may write faster than this for long.
    await one.page.waitForTimeout(1000);
  }
  await eventually(async () => expect(await texts(other)).toEqual(said));
  expect(await other.page.evaluate('window.chatSockets()')).toBeGreaterThan(3);
  expect(await one.page.getByTestId('chat-pending').count()).toBe(0);
  await Promise.all([one.close(), other.close()]);
});

it.each(['light', 'dark'] as const)('can be used by everybody, in %s', async (colorScheme) => {
  const watcher = await openWatchPage('fair');
  await watcher.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await say(watcher, `hello @nobody https://example.org ${colorScheme}`);
  await watcher.page.getByTestId('chat-text').getByText(colorScheme).waitFor();
  for (const open of ['danmaku-style', 'danmaku-menu', 'statistics']) await watcher.page.getByTestId(open).click();
  // By the debugger, as the page's content security policy has it no other way.
  await watcher.page.evaluate(axe);
  const { violations } = await watcher.page.evaluate<AxeResults>('axe.run()');
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
  await watcher.close();
});

it('has keys for what it can do', async () => {
  const { page, close } = await openWatchPage('keys').then((watcher) => ({
    page: watcher.page,
    close: () => watcher.close(),
  }));
  await page.getByTestId('stage').hover();
  await page.keyboard.press('?');
  await page.getByTestId('keys').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('keys').waitFor({ state: 'detached' });
  await page.keyboard.press('i');
  await page.getByTestId('nerds').waitFor();
  await page.keyboard.press('t');
  expect(await page.locator('html.theatre').count()).toBe(1);
  await page.keyboard.press('t');
  await page.keyboard.press('d');
  expect(await page.getByTestId('danmaku').isHidden()).toBe(true);
  await page.keyboard.press('c');
  await page.locator('[data-testid=chat-input]:focus').waitFor();
  await page.getByTestId('chat-fold').click();
  expect(await page.getByTestId('chat').count()).toBe(0);
  await page.getByTestId('chat-show').click();
  await page.getByTestId('chat').waitFor();
  await close();
});

it('leaves the focus where it is while somebody chooses a name and others talk', async () => {
  const [one, other] = await Promise.all([openWatchPage('names'), openWatchPage('names')]);
  const focus = (testId: string): Promise<void> => one.page.locator(`[data-testid=${testId}]:focus`).waitFor();
  await one.page.getByTestId('chat-rename').click();
  await focus('chat-nickname');
  await one.page.keyboard.type('Ada');
  await one.page.keyboard.press('Tab');
  await focus('chat-nickname-save');
  await say(other, 'who is there?');
  await one.page.getByTestId('chat-text').getByText('who is there?').waitFor();
  await focus('chat-nickname-save');
  await one.page.keyboard.press('Enter');
  await one.page.getByTestId('chat-name').getByText('Ada').waitFor();
  await focus('chat-rename');

  await one.page.getByTestId('danmaku-style').click();
  await one.page.getByTestId('danmaku-color-ffd84d').check({ force: true });
  await one.page.keyboard.press('Escape');
  await focus('danmaku-style');
  await Promise.all([one.close(), other.close()]);
});

it('has room for a word without an end', async () => {
  const { page } = await openWatchPage('long');
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await page.getByTestId('chat-input').fill('x'.repeat(490));
    await eventually(async () => {
      const [chat, send] = await Promise.all(['chat', 'chat-send'].map((id) => page.getByTestId(id).boundingBox()));
      expect((send?.x ?? 0) + (send?.width ?? Infinity)).toBeLessThan((chat?.x ?? 0) + (chat?.width ?? 0));
    });
  }
  await page.context().close();
});

it('has no chat where the room has none', async () => {
  const body = JSON.stringify({ chat: false });
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await fetch(`${server.url}/api/admin/rooms/quiet`, { method: 'PUT', headers, body });
  expect(response.status).toBeLessThan(300);
  const page = await openPage(browser, `${server.url}/web/player.html?room=quiet`);
  await eventually(async () => expect(await page.page.getByTestId('chat').count()).toBe(0));
  expect(await page.page.getByTestId('chat-show').count()).toBe(0);
  await page.close();
});
