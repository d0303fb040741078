import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { fullOr } from '../support/full.ts';
import { LossyRelay } from '../support/lossy-relay.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Time to watch. */
const SECONDS = fullOr(60, 20);

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

/** Seconds in which the picture stood still, and frames decoded, since the connection was made. */
async function pictures(player: TestPage): Promise<{ frozen: number; decoded: number }> {
  const { totalFreezesDuration, framesDecoded } = await player.inbound('video');
  return { frozen: totalFreezesDuration, decoded: framesDecoded };
}

describe('on a network that loses 5 % of the packets both ways, at a round trip of 50 ms', () => {
  it('a player freezes for no more than 1 % of the time', async () => {
    const link = { delayMs: 25, jitterMs: 5, loss: 0.05 };
    const relay = await LossyRelay.start({ serverPort: server.udpPort, seed: 1, up: link, down: link });
    const publisher = await openPublisher(browser, server, 'lossy', {}, relay);
    const player = await openPlayer(browser, server, 'lossy', relay);
    await playing(player, 20_000);
    // The page sees the losses first, and the jitter buffer grows slowly.
    await sleep(8000);
    const [before, sentBefore] = await Promise.all([pictures(player), publisher.outbound('video')]);
    await sleep(1000 * SECONDS);
    const [after, sent] = await Promise.all([pictures(player), publisher.outbound('video')]);
    expect(relay.lost).toBeGreaterThan(50);
    expect(await publisher.page.getByTestId('warning-uplink_loss').isVisible()).toBe(true);
    expect(after.frozen - before.frozen).toBeLessThanOrEqual(0.01 * SECONDS);
    expect(after.decoded - before.decoded).toBeGreaterThanOrEqual(0.95 * (sent.framesSent - sentBefore.framesSent));
    await Promise.all([publisher.close(), player.close()]);
    relay.close();
  });
});

describe('when the link is cut for three seconds', () => {
  it('a player comes back by itself within two seconds', async () => {
    const relay = await LossyRelay.start({ serverPort: server.udpPort, seed: 2, up: {}, down: {} });
    const publisher = await openPublisher(browser, server, 'cut');
    const player = await openPlayer(browser, server, 'cut', relay);
    await playing(player);
    await sleep(2000);
    relay.cut = true;
    await sleep(3000);
    const { decoded } = await pictures(player);
    relay.cut = false;
    const restored = performance.now();
    await eventually(async () => expect((await pictures(player)).decoded).toBeGreaterThan(decoded + 5), {
      timeout: 10_000,
    });
    expect(performance.now() - restored).toBeLessThan(2000);
    await Promise.all([publisher.close(), player.close()]);
    relay.close();
  });
});
