import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { MOVING, watch } from '../support/watch.ts';

/** Milliseconds within which the pages have noticed, tried again and are back. */
const RECOVERY_TIME = 30_000;

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
});

// A second attempt finds the room empty.
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

afterAll(async () => {
  await browser.close();
  await server.stop();
});

it('the pages come back by themselves after the media worker was killed', async () => {
  const publisher = await openPublisher(browser, server, 'resilient');
  const player = await openPlayer(browser, server, 'resilient');
  await playing(player);
  const [worker] = await server.workers();
  expect(worker).toBeDefined();

  process.kill(worker ?? 0, 'SIGKILL');

  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await eventually(async () => {
    const workers = await server.workers();
    expect(workers).toHaveLength(1);
    expect(workers).not.toContain(worker);
  });
  for (const page of [publisher, player]) {
    await eventually(async () => expect((await page.connection()).number).toBeGreaterThan(0), {
      timeout: RECOVERY_TIME,
    });
  }
  await playing(player, RECOVERY_TIME);
  const watched = await watch(publisher, player, 3);
  expect(watched.framesDecoded).toBeGreaterThanOrEqual(0.9 * watched.framesSent);
  expect(watched.audioEnergy).toBeGreaterThan(0);
  expect(watched.movingShare).toBeGreaterThanOrEqual(MOVING);
});
