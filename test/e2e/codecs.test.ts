import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { fullOr } from '../support/full.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { MOVING, watch } from '../support/watch.ts';

/** Time to watch each codec. */
const SECONDS = fullOr(20, 5);

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

describe.each([
  { codec: 'VP8' },
  { codec: 'VP9' },
  { codec: 'H264' },
  // Its software encoder is slow.
  { codec: 'AV1', width: 480, height: 270 },
])('$codec with Opus', ({ codec, ...size }) => {
  it('reaches a player whole, moving and audible', async () => {
    const publisher = await openPublisher(browser, server, `codec-${codec}`, { codec, ...size });
    const player = await openPlayer(browser, server, `codec-${codec}`);
    await playing(player);

    const watched = await watch(publisher, player, SECONDS);

    expect(watched.codec).toBe(codec);
    expect(watched.framesSent).toBeGreaterThan(10 * SECONDS);
    expect(watched.framesDecoded).toBeGreaterThanOrEqual(0.9 * watched.framesSent);
    expect(watched.freezeCount).toBe(0);
    expect(watched.packetsLost).toBe(0);
    expect(watched.movingShare).toBeGreaterThanOrEqual(MOVING);
    expect(watched.audioEnergy).toBeGreaterThan(0);
    await player.close();
    await publisher.close();
  });
});
