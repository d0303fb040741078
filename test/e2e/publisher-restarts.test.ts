import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { fullOr } from '../support/full.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { SMALL_VIDEO } from '../support/watch.ts';

const RESTARTS = fullOr(20, 8);
const CODECS = ['VP8', 'H264'] as const;
/** Longer than the goal of a second, as the machine that tests also encodes and decodes; ms. */
const LONGEST = 2500;

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

/** Publishes anew on a connection of its own, and waits for the first frame that is sent. */
async function publish(page: TestPage, codec: string): Promise<number> {
  await page.call('setPublishing', { ...SMALL_VIDEO, codec });
  const session = await page.call('publish', `${server.url}/api/whip/publish/restarts`);
  await eventually(async () => expect((await page.outbound('video')).framesSent).toBeGreaterThan(0), { interval: 20 });
  return session;
}

it('the same viewer goes on when its publisher is killed and comes back, with another codec each time', async () => {
  const publisher = await openPage(browser, `${server.url}/empty`);
  const player = await openPage(browser, `${server.url}/empty`);
  await player.call('play', `${server.url}/api/whep/play/restarts`);
  const times: number[] = [];
  for (let round = 0; round < RESTARTS; round++) {
    const codec = CODECS[round % CODECS.length] ?? 'VP8';
    const before = round === 0 ? 0 : (await player.inbound('video')).framesDecoded;
    const session = await publish(publisher, codec);
    const sent = performance.now();
    await eventually(
      async () => {
        const { framesDecoded, codec: received } = await player.inbound('video');
        expect([received, framesDecoded > before]).toEqual([codec, true]);
      },
      { interval: 20 },
    );
    times.push(performance.now() - sent);
    // Without a word over HTTP: a program that was killed says none either.
    await publisher.call('leave', session, 'close');
  }
  expect(Math.max(...times)).toBeLessThan(LONGEST);
  const connections = await player.call('statistics');
  expect(connections).toHaveLength(1);
  expect((await player.connection()).state).toBe('connected');
  await Promise.all([publisher.close(), player.close()]);
}, 120_000);
