/** Drives the server's own pages as a person would. */
import type { Browser } from 'playwright-core';
import { openPage, type TestPage } from './browser.ts';
import { eventually } from './eventually.ts';
import type { LossyRelay } from './lossy-relay.ts';
import type { PublishingOptions } from './page-client.ts';
import type { TestServer } from './server.ts';
import { SMALL_VIDEO } from './watch.ts';

/** Opens the publisher page, over `network` where one is given, starts it and waits until it sends pictures. */
export async function openPublisher(
  browser: Browser,
  server: Pick<TestServer, 'url'>,
  room: string,
  publishing: Partial<PublishingOptions> = {},
  network?: LossyRelay,
): Promise<TestPage> {
  const page = await openPage(browser, `${server.url}/web/publisher.html?countdown=0&room=${encodeURIComponent(room)}`);
  await network?.attach(page);
  await page.call('setPublishing', { ...SMALL_VIDEO, ...publishing });
  await page.page.getByTestId('start').click();
  await eventually(async () => {
    if ((await page.outbound('video')).framesSent === 0) throw new Error('The publisher sends no frames.');
  });
  return page;
}

/** Opens the player page, over `network` where one is given, and starts it. */
export async function openPlayer(
  browser: Browser,
  server: Pick<TestServer, 'url'>,
  room: string,
  network?: LossyRelay,
): Promise<TestPage> {
  const page = await openPage(browser, `${server.url}/web/player.html?room=${encodeURIComponent(room)}`);
  await network?.attach(page);
  await page.page.getByTestId('start').click();
  return page;
}

/** Waits until a player shows pictures. */
export function playing(player: TestPage, timeout = 10_000): Promise<void> {
  return eventually(
    async () => {
      if ((await player.inbound('video')).framesDecoded === 0) throw new Error('The player decodes no frames.');
    },
    { timeout },
  );
}
