import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/server.ts';

const ADMIN_TOKEN = 'the-token-of-the-operator';
const ROOM = 'controls';
/** Of windows: pixels. */
const SIZES = [
  [360, 740],
  [390, 844],
  [430, 932],
  [740, 360],
  [768, 1024],
  [1024, 768],
  [1440, 900],
] as const;

let server: TestServer;
let browser: Browser;
let publisher: TestPage;

beforeAll(async () => {
  server = await startServer({ ADMIN_TOKEN });
  browser = await launchBrowser();
  publisher = await openPage(browser, `${server.url}/web/publisher.html?countdown=0&simulcast=1&room=${ROOM}`);
  // The smallest picture of which Chromium makes three layers.
  const picture = { codec: 'VP8', width: 960, height: 540, framesPerSecond: 15, maxBitrate: 700_000 };
  await publisher.call('setPublishing', picture);
  await publisher.page.getByTestId('start').click();
  await publisher.page.locator('[data-testid=state][data-state=live]').waitFor({ timeout: 20_000 });
});

afterAll(async () => {
  await publisher.close();
  await browser.close();
  await server.stop();
});

async function changeRoom(room: string, settings: object): Promise<void> {
  const response = await fetch(`${server.url}/api/admin/rooms/${room}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  expect(response.ok).toBe(true);
}

async function openPlayer(options: BrowserContextOptions = {}, room = ROOM): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${server.url}/web/player.html?room=${room}&autostart=1`);
  return page;
}

/** Waits for a state of the player, which stands where readers of screens find it even if the bar has no room. */
async function state(page: Page, expected: string): Promise<void> {
  await page.locator(`[data-testid=state][data-state=${expected}]`).waitFor({ state: 'attached', timeout: 20_000 });
}

const isMuted = (page: Page): Promise<boolean> => page.evaluate(`document.querySelector('video').muted`);

/** Waits until the bar is out of sight, or in sight. */
function barIsShown(page: Page, expected: boolean): Promise<void> {
  return eventually(
    async () => {
      const opacity = await page.evaluate<string>(`getComputedStyle(document.querySelector('.control-bar')).opacity`);
      expect(opacity).toBe(expected ? '1' : '0');
    },
    { timeout: 10_000 },
  );
}

/** The buttons of the bar that stand, in part at least, outside the picture. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const stage = document.querySelector('[data-testid=stage]').getBoundingClientRect();
    return [...document.querySelectorAll('.control-bar button')]
      .filter((button) => {
        const { left, right, width } = button.getBoundingClientRect();
        return width > 0 && (left < stage.left || right > stage.right);
      })
      .map((button) => button.dataset.testid);
  })()`);
}

describe.each(['en-US', 'zh-CN'])('in %s', (locale) => {
  it.each([
    ['playing', ROOM],
    ['waiting', 'nobody'],
  ])('the bar has room for its buttons in every window: %s', async (expected, room) => {
    const page = await openPlayer({ locale }, room);
    await state(page, expected);
    if (expected === 'playing') await page.getByTestId('quality').waitFor({ timeout: 20_000 });
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      expect([width, await outside(page)]).toEqual([width, []]);
      expect(await page.getByTestId('fullscreen').isVisible()).toBe(true);
    }
    await page.context().close();
  });
});

it('the keys do the same after a button was clicked, and nothing behind a dialog', async () => {
  const page = await openPlayer();
  await state(page, 'playing');
  const isTheatre = (): Promise<boolean> => page.evaluate(`document.documentElement.classList.contains('theatre')`);
  await page.getByTestId('stage').hover();
  await page.getByTestId('mute').click();
  expect(await isMuted(page)).toBe(true);
  await page.keyboard.press('m');
  expect(await isMuted(page)).toBe(false);
  await page.keyboard.press('t');
  expect(await isTheatre()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await isTheatre()).toBe(false);
  await page.keyboard.press('?');
  await page.getByTestId('keys').waitFor();
  await page.keyboard.press('m');
  expect(await isMuted(page)).toBe(false);
  await page.keyboard.press('?');
  await page.getByTestId('keys').waitFor({ state: 'detached' });
  // What is written is written.
  await page.getByTestId('chat-input').fill('');
  await page.keyboard.type('mkt');
  expect([await isMuted(page), await isTheatre()]).toEqual([false, false]);
  await page.getByTestId('mute').focus();
  await page.keyboard.press('k');
  await state(page, 'idle');
  await page.context().close();
});

it('mute and volume change what is heard, and leave the picture as it is', async () => {
  const page = await openPlayer();
  await state(page, 'playing');
  await page.evaluate(`document.querySelector('video').addEventListener('emptied', () => (window.loadedAnew = true))`);
  const heard = (): Promise<unknown> =>
    page.evaluate(`(({ muted, volume }) => [muted, volume])(document.querySelector('video'))`);
  await page.getByTestId('stage').hover();
  await page.getByTestId('volume').fill('40');
  expect(await heard()).toEqual([false, 0.4]);
  await page.getByTestId('mute').click();
  expect(await heard()).toEqual([true, 0.4]);
  await page.getByTestId('mute').click();
  expect(await heard()).toEqual([false, 0.4]);
  await page.waitForTimeout(500);
  expect(await page.evaluate('window.loadedAnew')).toBeUndefined();
  await page.context().close();
});

it('keys and the quality menu work in a window of its own as well', async () => {
  const page = await openPlayer();
  await state(page, 'playing');
  await page.getByTestId('quality').waitFor({ timeout: 20_000 });
  await page.getByTestId('stage').hover();
  await page.getByTestId('picture-in-picture').click();
  const view = 'documentPictureInPicture.window.document';
  await eventually(async () => expect(await page.evaluate(`${view}.querySelector('video') !== null`)).toBe(true));
  const press = (target: string, key: string): Promise<unknown> =>
    page.evaluate(`${target}.dispatchEvent(new KeyboardEvent('keydown', { key: '${key}', bubbles: true }))`);
  const inView = (script: string): Promise<unknown> => page.evaluate(`${view}.querySelector(${script})`);
  await press(`${view}.body`, 'm');
  await eventually(async () => expect(await page.evaluate(`${view}.querySelector('video').muted`)).toBe(true));
  await inView(`'[data-testid=quality]').click(`);
  const focused = (): Promise<unknown> => page.evaluate(`${view}.activeElement.dataset.testid`);
  await eventually(async () => expect(await focused()).toBe('quality-auto'));
  await press(`${view}.activeElement`, 'ArrowDown');
  await eventually(async () => expect(await focused()).toBe('quality-h'));
  await page.evaluate(
    `${view}.querySelector('video').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))`,
  );
  await eventually(async () => expect(await inView(`'[data-testid=quality-menu]'`)).toBeNull());
  await page.context().close();
});

it('the controls step aside after a click on one of them, and stay for whoever goes through them by keyboard', async () => {
  const page = await openPlayer();
  await state(page, 'playing');
  await page.getByTestId('stage').hover();
  await page.getByTestId('mute').click();
  await barIsShown(page, false);
  await page.keyboard.press('Tab');
  await barIsShown(page, true);
  await page.waitForTimeout(4_000);
  await barIsShown(page, true);
  await page.context().close();
});

it('a tap that brings the controls back presses none of them', async () => {
  const page = await openPlayer({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  await state(page, 'playing');
  await barIsShown(page, false);
  const box = await page.getByTestId('bar-stop').boundingBox();
  const tap = (): Promise<void> =>
    page.touchscreen.tap((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  await tap();
  await barIsShown(page, true);
  await state(page, 'playing');
  // Later than a double tap.
  await page.waitForTimeout(1_000);
  await tap();
  await state(page, 'idle');
  await page.context().close();
});

it('the page says what is watched, and by how many', async () => {
  await changeRoom(ROOM, { title: 'Spring Concert', description: 'Two pianos' });
  const [page, other] = await Promise.all([openPlayer(), openPlayer({ locale: 'zh-CN' })]);
  await page.getByTestId('room-title').getByText('Spring Concert').waitFor();
  expect(await page.getByTestId('description').textContent()).toBe('Two pianos');
  expect(await page.title()).toBe('Spring Concert · live-webrtc');
  await page.locator('[data-testid=viewers][data-count="2"]').waitFor({ timeout: 20_000 });
  await other.context().close();
  await page.locator('[data-testid=viewers][data-count="1"]').waitFor({ timeout: 20_000 });
  await page.context().close();
  await changeRoom(ROOM, { title: '', description: '' });
});

/** What a browser does that lets nothing be heard, or nothing play, before the first touch of the page. */
function refusal(ofWhat: 'sound' | 'all'): string {
  return `(() => {
    let isTouched = false;
    addEventListener('pointerdown', () => (isTouched = true), { capture: true });
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function () {
      const mayPlay = isTouched || (${ofWhat === 'sound'} && this.muted);
      return mayPlay ? play.call(this) : Promise.reject(new DOMException('', 'NotAllowedError'));
    };
  })()`;
}

it.each([
  ['sound', 'tap-for-sound'],
  ['all', 'tap-to-play'],
] as const)('asks for a tap where the browser refuses %s before one', async (ofWhat, button) => {
  const context = await browser.newContext();
  await context.addInitScript({ content: refusal(ofWhat) });
  const page = await context.newPage();
  await page.goto(`${server.url}/web/player.html?room=${ROOM}&autostart=1`);
  const tap = page.getByTestId(button);
  await tap.waitFor({ timeout: 20_000 });
  expect(await isMuted(page)).toBe(true);
  expect(await page.evaluate(`document.querySelector('video').paused`)).toBe(ofWhat === 'all');
  // For as long as it is there, so are the controls.
  await page.waitForTimeout(3_500);
  await barIsShown(page, true);
  await tap.click();
  await tap.waitFor({ state: 'detached' });
  expect(await isMuted(page)).toBe(false);
  await eventually(async () => expect(await page.evaluate(`document.querySelector('video').paused`)).toBe(false));
  await context.close();
});

it('play without a room leads to where it is entered', async () => {
  const page = await openPlayer({}, '');
  const room = page.locator('[data-testid=room]:focus');
  await room.waitFor();
  await page.getByTestId('big-play').click();
  await room.fill(ROOM);
  await page.keyboard.press('Enter');
  await state(page, 'playing');
  expect(await page.getByTestId('room-title').textContent()).toBe(ROOM);
  await page.context().close();
});

it('a room with a password says so, and opens with it', async () => {
  await changeRoom('closed', { password: 'open-sesame' });
  const page = await openPlayer({}, 'closed');
  await page.locator('[data-testid=failure] [data-code=unauthorized]').getByText('password').waitFor();
  // Over statistics, too.
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByTestId('statistics').click();
  await page.getByTestId('enter-token').click();
  await page.locator('[data-testid=token]:focus').fill('open-sesame');
  await page.keyboard.press('Enter');
  await state(page, 'waiting');
  await page.context().close();
});
