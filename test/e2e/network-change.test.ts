import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { LossyRelay } from '../support/lossy-relay.ts';
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

/** Two ways to the server, of which a page uses one after the other. */
function twoNetworks(): Promise<LossyRelay[]> {
  return Promise.all(
    [1, 2].map((seed) =>
      LossyRelay.start({ serverPort: server.udpPort, seed, up: { delayMs: 5 }, down: { delayMs: 5 } }),
    ),
  );
}

/** The machine comes to another network; the old one goes a moment later, as with a telephone that leaves the house. */
async function move(page: TestPage, from: LossyRelay | undefined, to: LossyRelay | undefined): Promise<void> {
  const before = to?.clients ?? 0;
  await to?.attach(page);
  await page.page.evaluate("window.dispatchEvent(new Event('online'))");
  await eventually(() => expect(to?.clients).toBeGreaterThan(before));
  await sleep(1000);
  if (from !== undefined) from.cut = true;
}

it('an ICE restart moves a viewer and a publisher to another network without a break, in the same session', async () => {
  const [atHome, outside] = await twoNetworks();
  const publisher = await openPublisher(browser, server, 'moving', {}, atHome);
  const player = await openPlayer(browser, server, 'moving', atHome);
  await playing(player);
  await sleep(2000);
  const before = await player.inbound('video');
  await move(player, undefined, outside);
  await move(publisher, atHome, outside);
  await sleep(3000);
  const after = await player.inbound('video');
  expect(after.totalFreezesDuration - before.totalFreezesDuration).toBeLessThan(1);
  // Five seconds of 20 pictures a second have passed at least.
  expect(after.framesDecoded - before.framesDecoded).toBeGreaterThan(80);
  for (const page of [publisher, player]) expect(await page.call('statistics')).toHaveLength(1);
  await Promise.all([publisher.close(), player.close()]);
  for (const relay of [atHome, outside]) relay?.close();
});
