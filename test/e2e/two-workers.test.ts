/** The pages in Chromium on a server with two media workers, one of which is killed. */
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { LoadLimits } from '../../src/worker-pool/worker-load.ts';
import { startTestServer, type TestServer } from '../server/support/test-server.ts';
import { launchBrowser, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';

/** Milliseconds from the death of a worker until the pages have a session on the other one. */
const RECONNECT_TIME = 1_000;
/** What a busy machine may be late beyond that; a page that waits for ICE to notice takes longer. */
const TOLERANCE = 2_500;

let browser: Browser;
let server: TestServer;
let pages: TestPage[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

afterEach(async () => {
  await Promise.all(pages.map((page) => page.close()));
  pages = [];
  await server.stop();
});

/** The built server with two workers. */
async function start(loadLimits: Partial<LoadLimits> = {}): Promise<void> {
  const built = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
  server = await startTestServer(
    { MEDIA_WORKERS: '2', PUBLIC_IP: '127.0.0.1', TCP_PORT: 'off', WORKER_LOAD_LIMIT: '0' },
    { workerEntry: built('worker/main.js'), pagesDirectory: built('web'), loadLimits },
  );
}

async function publisherOf(room: string): Promise<TestPage> {
  const page = await openPublisher(browser, server, room);
  pages.push(page);
  return page;
}

async function playerOf(room: string): Promise<TestPage> {
  const page = await openPlayer(browser, server, room);
  pages.push(page);
  await playing(page);
  return page;
}

const timesOf = (message: string, role?: string): number[] =>
  server.events
    .filter((event) => event.msg === message && (role === undefined || event.role === role))
    .map(({ time }) => Date.parse(String(time)));

/** Kills a worker, and waits until so many sessions have been opened anew; returns when, in milliseconds after. */
async function killWorker(index: number, role: string): Promise<number> {
  const before = timesOf('session opened', role).length;
  process.kill(server.workerPids[index] ?? 0, 'SIGKILL');
  const killedAt = Date.now();
  await eventually(() => expect(timesOf('session opened', role).length).toBeGreaterThan(before), { interval: 20 });
  return (timesOf('session opened', role)[before] ?? 0) - killedAt;
}

it('publisher and player have a session on the other worker within a second', async () => {
  await start();
  const [, player] = [await publisherOf('moved'), await playerOf('moved')];
  const toPublisher = killWorker(0, 'publish');
  const toPlayer = eventually(() => {
    const [, again] = timesOf('session opened', 'play');
    if (again === undefined) throw new Error('The player has no new session.');
    return again - (timesOf('media worker died')[0] ?? 0);
  });
  const times = { publisher: await toPublisher, player: await toPlayer };
  expect(times.publisher).toBeLessThan(RECONNECT_TIME + TOLERANCE);
  expect(times.player).toBeLessThan(RECONNECT_TIME + TOLERANCE);
  await eventually(async () => expect((await player.connection()).number).toBeGreaterThan(0));
  await playing(player);
  // Nobody waited for the worker that was killed.
  expect(timesOf('media worker is ready').length).toBeGreaterThanOrEqual(2);
});

it('viewers on the other worker keep their connection, and see the publisher again when it is back there', async () => {
  await start({ sessions: 3 });
  const [, near, far] = [await publisherOf('split'), await playerOf('split'), await playerOf('split')];
  await playing(await playerOf('split'));
  const [, , , elsewhere] = pages;
  if (elsewhere === undefined) throw new Error('There is no viewer on the other worker.');
  const before = (await elsewhere.inbound('video')).framesDecoded;
  expect(await killWorker(0, 'publish')).toBeLessThan(RECONNECT_TIME + TOLERANCE);
  await eventually(async () => expect((await elsewhere.inbound('video')).framesDecoded).toBeGreaterThan(before + 40));
  expect(await elsewhere.call('statistics')).toHaveLength(1);
  // Of the other two, one finds the living worker full: both are back as soon as there is room.
  for (const player of [near, far]) {
    await eventually(async () => expect((await player.connection()).number).toBeGreaterThan(0));
    await playing(player, 15_000);
  }
});
