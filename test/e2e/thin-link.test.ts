import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { fullOr } from '../support/full.ts';
import { LossyRelay } from '../support/lossy-relay.ts';
import { playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** The smallest picture of which Chromium makes three layers. */
const PICTURE = { codec: 'VP8', width: 960, height: 540, framesPerSecond: 15, maxBitrate: 1_500_000 };
const ROOM = 'thin';
/** Seconds; what a busy machine makes of a change of layer. */
const LONGEST_FREEZE = 1;
const WATCHED_MS = fullOr(15_000, 10_000);

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

async function openSimulcastPublisher(): Promise<TestPage> {
  const page = await openPage(browser, `${server.url}/web/publisher.html?countdown=0&room=${ROOM}`);
  await page.call('setPublishing', PICTURE);
  await page.page.getByTestId('simulcast').check();
  await page.page.getByTestId('start').click();
  return page;
}

interface RoomFigures {
  tracks: { kind: string; layers: { rid: string; bitrate: number }[] }[];
  sessions: { role: string; rid?: string }[];
}

async function room(): Promise<RoomFigures> {
  const response = await fetch(`${server.url}/api/rooms/${ROOM}`);
  return (await response.json()) as RoomFigures;
}

it('a viewer on a link of 500 kbit/s gets a layer that fits it, and does not freeze', async () => {
  const relay = await LossyRelay.start({
    serverPort: server.udpPort,
    seed: 1,
    up: { delayMs: 20 },
    down: { delayMs: 20, rate: 500_000 },
  });
  const publisher = await openSimulcastPublisher();
  await eventually(
    async () => {
      const layers = (await room()).tracks.find(({ kind }) => kind === 'video')?.layers ?? [];
      expect(layers.filter(({ bitrate }) => bitrate > 50_000).length).toBeGreaterThanOrEqual(2);
      expect(layers.reduce((sum, { bitrate }) => Math.max(sum, bitrate), 0)).toBeGreaterThan(500_000);
    },
    { timeout: 30_000 },
  );
  const player = await openPage(browser, `${server.url}/empty`);
  await relay.attach(player);
  await player.call('play', `${server.url}/api/whep/play/${ROOM}`);
  await playing(player, 20_000);
  await sleep(3000);
  const before = await player.inbound('video');
  await sleep(WATCHED_MS);
  const after = await player.inbound('video');
  const { sessions, tracks } = await room();
  const rid = sessions.find(({ role }) => role === 'play')?.rid;
  const layer = tracks.flatMap(({ layers }) => layers).find((one) => one.rid === rid);
  expect(layer?.bitrate).toBeLessThan(500_000);
  expect(after.frameHeight).toBeLessThan(PICTURE.height);
  expect(after.totalFreezesDuration - before.totalFreezesDuration).toBeLessThanOrEqual(LONGEST_FREEZE);
  expect(before.totalFreezesDuration).toBeLessThanOrEqual(LONGEST_FREEZE);
  expect(after.framesDecoded - before.framesDecoded).toBeGreaterThan(
    (0.8 * WATCHED_MS * PICTURE.framesPerSecond) / 1000,
  );
  await Promise.all([publisher.close(), player.close()]);
  relay.close();
});
