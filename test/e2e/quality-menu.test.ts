import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPlayer, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** The smallest picture of which Chromium makes three layers. */
const PICTURE = { codec: 'VP8', width: 960, height: 540, framesPerSecond: 15, maxBitrate: 700_000 };
const HEIGHTS = { h: 540, m: 270, l: 135 } as const;
type Rid = keyof typeof HEIGHTS;
/** Seconds. */
const LONGEST_FREEZE = 1;

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function openSimulcastPublisher(room: string): Promise<TestPage> {
  const page = await openPage(browser, `${server.url}/web/publisher.html?countdown=0&room=${room}`);
  await page.call('setPublishing', PICTURE);
  await page.page.getByTestId('simulcast').check();
  await page.page.getByTestId('start').click();
  return page;
}

async function layersOf(room: string): Promise<{ rid: string; height?: number; bitrate: number }[]> {
  const response = await fetch(`${server.url}/api/rooms/${room}`);
  const { tracks } = (await response.json()) as {
    tracks: { kind: string; layers: { rid: string; bitrate: number }[] }[];
  };
  return tracks.find(({ kind }) => kind === 'video')?.layers ?? [];
}

/** The layer that the only viewer of a room gets, as the server says. */
async function servedRid(room: string): Promise<string | undefined> {
  const response = await fetch(`${server.url}/api/rooms/${room}`);
  const { sessions } = (await response.json()) as { sessions: { role: string; rid?: string }[] };
  return sessions.find(({ role }) => role === 'play')?.rid;
}

/** Chooses an item of the quality menu with the mouse, and waits until the picture has its size. */
async function choose(player: TestPage, item: string, height: number): Promise<void> {
  const before = await player.inbound('video');
  await player.page.getByTestId('quality').click();
  await player.page.getByTestId(`quality-${item}`).click();
  await eventually(async () => expect((await player.inbound('video')).frameHeight).toBe(height), { timeout: 15_000 });
  // What would freeze does so in the moments after the change.
  await sleep(1500);
  const after = await player.inbound('video');
  expect(after.totalFreezesDuration - before.totalFreezesDuration).toBeLessThan(LONGEST_FREEZE);
  expect(after.framesDecoded - before.framesDecoded).toBeGreaterThan(PICTURE.framesPerSecond);
}

it('a viewer chooses each size of a broadcast, and leaves the choice to the server again', async () => {
  const room = 'sizes';
  const publisher = await openSimulcastPublisher(room);
  await eventually(async () => expect(await layersOf(room)).toMatchObject([{ rid: 'h' }, { rid: 'm' }, { rid: 'l' }]), {
    timeout: 20_000,
  });
  const player = await openPlayer(browser, server, room);
  await playing(player);
  const quality = player.page.getByTestId('quality');
  await quality.waitFor({ timeout: 20_000 });

  await quality.click();
  const menu = player.page.getByTestId('quality-menu');
  await eventually(async () => {
    const items = await menu.getByRole('menuitemradio').allInnerTexts();
    expect(items.map((text) => text.split(/\s/)[0])).toEqual(['Auto', '540p', '270p', '135p']);
    for (const item of items.slice(1)) expect(item).toMatch(/\d [kM]bit\/s/);
  });
  await player.page.keyboard.press('Escape');
  expect(await menu.count()).toBe(0);

  for (const rid of ['l', 'h', 'm'] as const satisfies Rid[]) {
    await choose(player, rid, HEIGHTS[rid]);
    expect(await servedRid(room)).toBe(rid);
    expect(await quality.innerText()).toBe(`${HEIGHTS[rid]}p`);
  }
  await choose(player, 'auto', HEIGHTS.h);
  expect(await quality.innerText()).toBe('Auto');

  // By keyboard alone: from Auto down to the smallest.
  await quality.focus();
  await player.page.keyboard.press('Enter');
  await player.page.locator('[data-testid=quality-auto]:focus').waitFor();
  for (const key of ['End', 'Enter']) await player.page.keyboard.press(key);
  await eventually(async () => expect((await player.inbound('video')).frameHeight).toBe(HEIGHTS.l), {
    timeout: 15_000,
  });
  await player.page.locator('[data-testid=quality]:focus').waitFor();

  await Promise.all([player.close(), publisher.close()]);
});

it('tells when the broadcaster is away and goes on with the next broadcast; one size needs no menu', async () => {
  const room = 'away';
  const publisher = await openSimulcastPublisher(room);
  const player = await openPlayer(browser, server, room);
  const state = player.page.getByTestId('state');
  const shows = (expected: string): Promise<void> =>
    eventually(async () => expect(await state.getAttribute('data-state')).toBe(expected), { timeout: 20_000 });
  await player.page.getByTestId('quality').waitFor({ timeout: 20_000 });
  await shows('playing');

  await publisher.page.getByTestId('stop').click();
  await shows('waiting');
  await player.page.getByText('The broadcaster is away').waitFor();
  expect(await player.page.getByTestId('quality').count()).toBe(0);

  await publisher.page.getByTestId('simulcast').uncheck();
  await publisher.page.getByTestId('start').click();
  await shows('playing');
  await sleep(1000);
  expect(await player.page.getByTestId('quality').count()).toBe(0);
  expect(await player.page.evaluate('window.liveWebrtc.sessions')).toBe(1);

  await Promise.all([player.close(), publisher.close()]);
});
