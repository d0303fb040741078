import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

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

it('a second publisher replaces the first in one step, with no dark second for the viewer', async () => {
  const first = await openPublisher(browser, server, 'taken', { codec: 'VP8' });
  const player = await openPlayer(browser, server, 'taken');
  await playing(player);
  await sleep(2000);
  const before = await player.inbound('video');
  const second = await openPublisher(browser, server, 'taken', { codec: 'VP9' });
  await eventually(async () => expect((await player.inbound('video')).codec).toBe('VP9'), { interval: 50 });
  await sleep(2000);
  const after = await player.inbound('video');
  expect(after.totalFreezesDuration - before.totalFreezesDuration).toBeLessThan(1);
  // A stream of its own would begin its counts anew.
  expect(after.framesDecoded).toBeGreaterThan(before.framesDecoded + 20);
  expect(await player.call('statistics')).toHaveLength(1);
  await Promise.all([first.close(), second.close(), player.close()]);
});
