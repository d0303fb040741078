import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { LossyRelay } from '../support/lossy-relay.ts';
import { playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { SMALL_VIDEO } from '../support/watch.ts';

/** A short version of a minute of `npm run test:soak`. */
const SECONDS = Number(process.env['BAD_NETWORK_SECONDS'] ?? 20);

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

async function openThrough(relay: LossyRelay): Promise<TestPage> {
  const page = await openPage(browser, `${server.url}/empty`);
  await relay.attach(page);
  return page;
}

/** Seconds in which the picture stood still, and frames decoded, since the connection was made. */
async function pictures(player: TestPage): Promise<{ frozen: number; decoded: number }> {
  const { totalFreezesDuration, framesDecoded } = await player.inbound('video');
  return { frozen: totalFreezesDuration, decoded: framesDecoded };
}

describe('on a network that loses 5 % of the packets both ways, at a round trip of 50 ms', () => {
  it('a player freezes for no more than 1 % of the time', async () => {
    const link = { delayMs: 25, jitterMs: 5, loss: 0.05 };
    const relay = await LossyRelay.start({ serverPort: server.udpPort, seed: 1, up: link, down: link });
    const [publisher, player] = await Promise.all([openThrough(relay), openThrough(relay)]);
    await publisher.call('setPublishing', SMALL_VIDEO);
    await publisher.call('publish', `${server.url}/api/whip/publish/lossy`);
    await player.call('play', `${server.url}/api/whep/play/lossy`);
    await playing(player, 20_000);
    // The browser's estimate of the uplink and the jitter buffer settle first.
    await sleep(3000);
    const [before, sentBefore] = await Promise.all([pictures(player), publisher.outbound('video')]);
    await sleep(1000 * SECONDS);
    const [after, sent] = await Promise.all([pictures(player), publisher.outbound('video')]);
    expect(relay.lost).toBeGreaterThan(50);
    expect(after.frozen - before.frozen).toBeLessThanOrEqual(0.01 * SECONDS);
    expect(after.decoded - before.decoded).toBeGreaterThanOrEqual(0.95 * (sent.framesSent - sentBefore.framesSent));
    await Promise.all([publisher.close(), player.close()]);
    relay.close();
  });
});

describe('when the link is cut for three seconds', () => {
  it('a player comes back by itself within two seconds', async () => {
    const relay = await LossyRelay.start({ serverPort: server.udpPort, seed: 2, up: {}, down: {} });
    const publisher = await openPage(browser, `${server.url}/empty`);
    const player = await openThrough(relay);
    await publisher.call('setPublishing', SMALL_VIDEO);
    await publisher.call('publish', `${server.url}/api/whip/publish/cut`);
    await player.call('play', `${server.url}/api/whep/play/cut`);
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
