import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { fullOr } from '../support/full.ts';
import { openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

const FRAMES_PER_SECOND = 20;
/** Seconds. */
const LONGEST_FREEZE = 1;
const WAIT = { timeout: 20_000 };

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

interface Pair {
  spatialLayerId: number;
  temporalLayerId: number;
}

/** What a viewer can get of the only stream of a room, and what the only viewer gets. */
async function layersOf(
  room: string,
): Promise<{ offered: (Pair & { height?: number; bitrate: number })[]; served: Partial<Pair> }> {
  const response = await fetch(`${server.url}/api/rooms/${room}`);
  const { tracks, sessions } = (await response.json()) as {
    tracks: { kind: string; layers: { layers?: (Pair & { bitrate: number })[] }[] }[];
    sessions: ({ role: string } & Partial<Pair>)[];
  };
  const offered = tracks.find(({ kind }) => kind === 'video')?.layers[0]?.layers ?? [];
  const { spatialLayerId, temporalLayerId } = sessions.find(({ role }) => role === 'play') ?? {};
  return { offered, served: { spatialLayerId, temporalLayerId } as Partial<Pair> };
}

/** Starts the player page; returns it with the URL where its layer is chosen. */
async function openPlayer(room: string): Promise<{ player: TestPage; layerUrl: string }> {
  const player = await openPage(browser, `${server.url}/web/player.html?room=${room}`);
  const answered = player.page.waitForResponse(
    (response) => response.request().method() === 'POST' && new URL(response.url()).pathname.endsWith(`/${room}`),
  );
  await player.page.getByTestId('start').click();
  const location = (await answered).headers()['location'] ?? '';
  await playing(player);
  return { player, layerUrl: `${new URL(location, server.url).href}/layer` };
}

/**
 * Asks for layers and waits until the viewer gets them, and sees a picture of `height`; returns the pictures decoded a
 * second from then on. What would freeze does so in the moments after the change.
 */
async function choose(
  room: string,
  player: TestPage,
  layerUrl: string,
  wanted: Partial<Pair>,
  height?: number,
): Promise<number> {
  const before = await player.inbound('video');
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(layerUrl, { method: 'POST', headers, body: JSON.stringify(wanted) });
  expect(response.status).toBe(200);
  await eventually(async () => expect((await layersOf(room)).served).toMatchObject(wanted), WAIT);
  if (height !== undefined) await shows(player, height);
  const rate = await frameRate(player);
  const after = await player.inbound('video');
  expect(after.totalFreezesDuration - before.totalFreezesDuration).toBeLessThan(LONGEST_FREEZE);
  return rate;
}

/** Waits until the player shows pictures of this height. */
function shows(player: TestPage, height: number): Promise<void> {
  return eventually(async () => expect((await player.inbound('video')).frameHeight).toBe(height), WAIT);
}

/** Pictures decoded a second. */
async function frameRate(player: TestPage): Promise<number> {
  const seconds = fullOr(4, 3);
  const before = await player.inbound('video');
  await sleep(seconds * 1000);
  return ((await player.inbound('video')).framesDecoded - before.framesDecoded) / seconds;
}

it('a viewer of VP8 with temporal layers chooses a lower rate of pictures, and the full one again', async () => {
  const room = 'rates';
  const publisher = await openPublisher(browser, server, room, { codec: 'VP8', scalabilityMode: 'L1T3' });
  await eventually(async () => expect((await layersOf(room)).offered).toHaveLength(3), WAIT);
  const { player, layerUrl } = await openPlayer(room);
  // What the viewer's link carries is found out from below.
  await eventually(async () => expect((await layersOf(room)).served.temporalLayerId).toBe(2), WAIT);
  expect(await frameRate(player)).toBeGreaterThan(FRAMES_PER_SECOND * 0.8);

  const half = await choose(room, player, layerUrl, { temporalLayerId: 1 });
  expect(half).toBeGreaterThan(FRAMES_PER_SECOND * 0.35);
  expect(half).toBeLessThan(FRAMES_PER_SECOND * 0.65);
  const quarter = await choose(room, player, layerUrl, { temporalLayerId: 0 });
  expect(quarter).toBeGreaterThan(FRAMES_PER_SECOND * 0.15);
  expect(quarter).toBeLessThan(FRAMES_PER_SECOND * 0.35);
  expect(await choose(room, player, layerUrl, { temporalLayerId: 2 })).toBeGreaterThan(FRAMES_PER_SECOND * 0.8);

  await Promise.all([player.close(), publisher.close()]);
});

it('a viewer of VP9 with spatial layers chooses a smaller picture, and the full one again', async () => {
  const room = 'pictures';
  const publisher = await openPublisher(browser, server, room, {
    codec: 'VP9',
    scalabilityMode: 'L2T2_KEY',
    maxBitrate: 1_500_000,
  });
  await eventually(async () => {
    const { offered } = await layersOf(room);
    expect(offered.map(({ height }) => height)).toEqual([360, 360, 180, 180]);
  }, WAIT);
  const { player, layerUrl } = await openPlayer(room);
  await shows(player, 360);

  const least = FRAMES_PER_SECOND * 0.7;
  expect(await choose(room, player, layerUrl, { spatialLayerId: 0 }, 180)).toBeGreaterThan(least);
  expect(await choose(room, player, layerUrl, { spatialLayerId: 1 }, 360)).toBeGreaterThan(least);

  await Promise.all([player.close(), publisher.close()]);
});

/** Encoders make three layers of no smaller picture; a test machine keeps up with them at this rate. */
const THREE_SIZES = { width: 1280, height: 720, framesPerSecond: 15, maxBitrate: 2_500_000 };

async function openThreeSizes(room: string, codec: string, scalabilityMode: string): Promise<TestPage> {
  const publisher = await openPublisher(browser, server, room, { ...THREE_SIZES, codec, scalabilityMode });
  await eventually(async () => {
    const { offered } = await layersOf(room);
    expect(offered.map(({ height }) => height)).toEqual([720, 720, 720, 360, 360, 360, 180, 180, 180]);
    const [whole = 0, ...parts] = offered.map(({ bitrate }) => bitrate);
    expect(parts.every((bitrate) => bitrate > 0 && bitrate < whole)).toBe(true);
  }, WAIT);
  return publisher;
}

const L3T3 = ['AV1', 'L3T3'] as const;
const VP9_L3T3_KEY = ['VP9', 'L3T3_KEY'] as const;

it.each(fullOr([L3T3, ['AV1', 'L3T3_KEY'] as const, VP9_L3T3_KEY], [L3T3, VP9_L3T3_KEY]))(
  'a viewer of %s in %s chooses a smaller picture and a lower rate, and the whole again',
  async (codec, mode) => {
    const room = `${codec}-${mode}`;
    const publisher = await openThreeSizes(room, codec, mode);
    const { player, layerUrl } = await openPlayer(room);
    /** What a viewer gets of the rate that is sent, once it sees the layers that it asked for. */
    const share = async (spatialLayerId: number, temporalLayerId: number, height: number): Promise<number> =>
      (await choose(room, player, layerUrl, { spatialLayerId, temporalLayerId }, height)) / THREE_SIZES.framesPerSecond;

    expect(await share(2, 2, 720)).toBeGreaterThan(0.7);
    const low = await share(0, 0, 180);
    expect(low).toBeGreaterThan(0.15);
    expect(low).toBeLessThan(0.35);
    expect(await share(1, 2, 360)).toBeGreaterThan(0.7);
    expect(await share(2, 2, 720)).toBeGreaterThan(0.7);
    expect((await player.inbound('video')).codec).toBe(codec);

    await Promise.all([player.close(), publisher.close()]);
  },
);

it('a viewer of AV1 that did not offer dependency descriptors sees the smallest picture, at every rate', async () => {
  const room = 'without-descriptors';
  const publisher = await openThreeSizes(room, 'AV1', 'L3T3');
  const player = await openPage(browser, `${server.url}/empty`);
  await player.call('play', `${server.url}/api/whep/play/${room}`);
  await playing(player);
  await shows(player, 180);
  await eventually(
    async () => expect((await layersOf(room)).served).toEqual({ spatialLayerId: 0, temporalLayerId: 2 }),
    WAIT,
  );
  expect((await frameRate(player)) / THREE_SIZES.framesPerSecond).toBeGreaterThan(0.7);
  expect((await player.inbound('video')).totalFreezesDuration).toBeLessThan(LONGEST_FREEZE);

  await Promise.all([player.close(), publisher.close()]);
});
