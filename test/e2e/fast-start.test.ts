import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { fullOr } from '../support/full.ts';
import { GStreamerClient } from '../support/gstreamer.ts';
import { openPlayer, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

const TICKS_A_MS = 90;
/** A broadcaster's keyframes are this far apart, ms. */
const KEYFRAME_INTERVAL = 10_000;
const VIEWERS = fullOr(5, 3);

let server: TestServer;
let browser: Browser;
let publisher: GStreamerClient | undefined;

beforeAll(async () => {
  // GStreamer's ICE library gathers no loopback candidate and cannot reach loopback from another interface.
  server = await startServer({ PUBLIC_IP: '' });
  browser = await launchBrowser();
});

afterAll(async () => {
  await publisher?.stop();
  await browser.close();
  await server.stop();
});

/** How much later than the other a page shows the same picture, ms. */
async function behind(page: TestPage, other: TestPage): Promise<number> {
  const differences: number[] = [];
  for (let sample = 0; sample < 9; sample++) {
    const [a, b] = await Promise.all([page.call('shownFrame'), other.call('shownFrame')]);
    if (a === undefined || b === undefined) throw new Error('No frame was shown.');
    differences.push(a.shownAt - b.shownAt - ((a.rtpTimestamp - b.rtpTimestamp) | 0) / TICKS_A_MS);
    await sleep(70);
  }
  return differences.sort((a, b) => a - b)[4] ?? 0;
}

it('shows a late viewer the picture at once where the broadcaster ignores requests, and the live one soon', async () => {
  const flag = '--ignore-keyframe-requests';
  publisher = new GStreamerClient('publish', `${server.url}/api/whip/publish/seldom`, flag);
  const early = await openPlayer(browser, server, 'seldom');
  await playing(early, 2 * KEYFRAME_INTERVAL);
  const figures: { first: number; behind: number }[] = [];
  for (let viewer = 0; viewer < VIEWERS; viewer++) {
    // At another place between two keyframes each time.
    await sleep(900);
    const late = await openPlayer(browser, server, 'seldom');
    const first = await eventually(async () => {
      const time = await late.call('timeToFirstFrame');
      if (time === undefined) throw new Error('No frame was shown.');
      return time;
    });
    await sleep(2000);
    figures.push({ first, behind: await behind(late, early) });
    expect((await late.inbound('video')).freezeCount).toBe(0);
    await late.close();
  }
  expect(Math.max(...figures.map(({ first }) => first))).toBeLessThan(1000);
  expect(Math.max(...figures.map((figure) => figure.behind))).toBeLessThan(250);
  await early.close();
  expect(await publisher.stop()).toBe(0);
  expect(publisher.errors).toEqual([]);
});
