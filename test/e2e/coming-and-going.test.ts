import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { fullOr } from '../support/full.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { RtcClient } from '../support/rtc-client.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { watch } from '../support/watch.ts';

const VIEWERS = 20;
const SECONDS = fullOr(30, 15);
const ROOM = 'busy';

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

/** A generator of numbers from 0 to 1 that repeats itself from run to run (a linear congruential one). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

/** One of the viewers that come and go; how often it came. They decode nothing: only the server is to be disturbed. */
async function comeAndGo(seed: number, until: number): Promise<number> {
  const random = seededRandom(seed);
  let visits = 0;
  await sleep(3000 * random());
  while (performance.now() < until) {
    const client = new RtcClient({ role: 'play' });
    const response = await fetch(`${server.url}/api/whep/play/${ROOM}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp' },
      body: client.offer(),
    });
    expect(response.status).toBe(201);
    await client.connect(await response.text());
    visits++;
    await sleep(500 + 5000 * random());
    // Some say goodbye to HTTP, some by DTLS alone.
    if (random() < 0.5) {
      const session = new URL(response.headers.get('Location') ?? '', server.url);
      expect((await fetch(session, { method: 'DELETE' })).status).toBe(200);
    }
    client.close();
    await sleep(2000 * random());
  }
  return visits;
}

async function rooms(): Promise<{ name: string; subscribers: number }[]> {
  const response = await fetch(`${server.url}/api/rooms`);
  return (await response.json()) as { name: string; subscribers: number }[];
}

it('20 viewers that come and go disturb nobody and leave nothing behind', async () => {
  const publisher = await openPublisher(browser, server, ROOM, { width: 320, height: 180, maxBitrate: 300_000 });
  const player = await openPlayer(browser, server, ROOM);
  await playing(player);

  const until = performance.now() + 1000 * SECONDS;
  const [watched, ...visits] = await Promise.all([
    watch(publisher, player, SECONDS),
    ...Array.from({ length: VIEWERS }, (_, viewer) => comeAndGo(viewer + 1, until)),
  ]);

  expect(Math.min(...visits)).toBeGreaterThan(1);
  expect(watched.packetsLost).toBe(0);
  expect(watched.freezeCount).toBe(0);
  expect(watched.framesDecoded).toBeGreaterThanOrEqual(0.95 * watched.framesSent);
  await eventually(async () => expect(await rooms()).toMatchObject([{ name: ROOM, subscribers: 1 }]));

  await Promise.all([player.close(), publisher.close()]);
  // A page that is closed cannot always say goodbye: then consent runs out (RFC 7675 5.1).
  await eventually(async () => expect(await rooms()).toEqual([]), { timeout: 40_000 });
});
