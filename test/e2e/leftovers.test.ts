import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startLocalWorker, type LocalWorker } from '../support/local-worker.ts';
import { SMALL_VIDEO } from '../support/watch.ts';

const ROOM = 'left';
const ROUNDS = 3;
const VIEWERS = 5;
/** Milliseconds after which a client that vanished is given up: consent (RFC 7675 5.1), and a little. */
const CONSENT_TIME = 40_000;

let local: LocalWorker;
let browser: Browser;

beforeAll(async () => {
  local = await startLocalWorker();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await local.close();
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

/** Rows in use, and viewers that wait for one, of the room's sound and picture. */
function rows(): unknown {
  const room = local.worker.driver.sessions()[0]?.room;
  return room && { audio: room.fanOuts.audio.size, video: room.fanOuts.video.size };
}

async function framesOf(page: TestPage): Promise<number[]> {
  const connections = await page.call('statistics');
  return connections.map(({ inbound }) => inbound.find(({ kind }) => kind === 'video')?.framesDecoded ?? 0);
}

it('viewers and publishers leave no peer, session, room, table row or timer behind, however they go', async () => {
  const timersBefore = timers();
  const publisher = await openPage(browser, `${local.url}/empty`);
  await publisher.call('setPublishing', { ...SMALL_VIDEO, width: 320, height: 180 });
  const publishing = await publisher.call('publish', `${local.url}/api/whip/publish/${ROOM}`);
  const steady = await openPage(browser, `${local.url}/empty`);
  const playing = await steady.call('play', `${local.url}/api/whep/play/${ROOM}`);

  for (let round = 0; round < ROUNDS; round++) {
    const viewers = await openPage(browser, `${local.url}/empty`);
    const sessions: number[] = [];
    for (let viewer = 0; viewer < VIEWERS; viewer++) {
      sessions.push(await viewers.call('play', `${local.url}/api/whep/play/${ROOM}`));
    }
    await eventually(async () => expect(Math.min(...(await framesOf(viewers)))).toBeGreaterThan(0));
    expect(local.transport.peerCount()).toBeGreaterThanOrEqual(2 + VIEWERS);
    const [first, second, third] = sessions;
    await viewers.call('leave', first ?? -1, 'delete');
    await viewers.call('leave', second ?? -1, 'close');
    // One that leaves before its connection stands. The rest vanish with their page in the first round.
    const hasty = await viewers.call('play', `${local.url}/api/whep/play/${ROOM}`);
    await viewers.call('leave', hasty, 'delete');
    await viewers.call('leave', third ?? -1, 'delete');
    if (round > 0) await Promise.all(sessions.slice(3).map((session) => viewers.call('leave', session, 'close')));
    await viewers.close();
  }

  await eventually(() => expect(local.transport.peerCount()).toBe(2), { timeout: CONSENT_TIME });
  expect(local.worker.driver.sessions()).toHaveLength(2);
  const oneEach = { active: 1, waiting: 0 };
  expect(rows()).toEqual({ audio: oneEach, video: oneEach });

  await steady.call('leave', playing, 'close');
  await publisher.call('leave', publishing, 'delete');
  await eventually(() => expect(local.transport.peerCount()).toBe(0));
  expect(local.worker.driver.sessions()).toEqual([]);
  expect(local.worker.rooms()).toEqual([]);
  await eventually(() => expect(timers()).toBeLessThanOrEqual(timersBefore));
});
