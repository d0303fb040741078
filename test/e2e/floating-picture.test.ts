import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

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

it('a picture plays on in a window of its own, and in the page when it comes back', async () => {
  const publisher = await openPublisher(browser, server, 'float');
  const player = await openPlayer(browser, server, 'float');
  const { page } = player;
  await playing(player);
  const floating = 'documentPictureInPicture.window?.document';
  const playsIn = async (where: string): Promise<void> => {
    const time = `${where}?.querySelector('[data-testid=video]')?.currentTime ?? -1`;
    const before = await page.evaluate<number>(time);
    await eventually(async () => expect(await page.evaluate<number>(time)).toBeGreaterThan(Math.max(0, before) + 0.3));
  };
  await page.getByTestId('stage').hover();
  await page.getByTestId('picture-in-picture').click();
  await playsIn(floating);
  // Forms of the page's own picture make no sense there.
  expect(
    await page.evaluate(`${floating}.querySelectorAll('[data-testid=fullscreen], [data-testid=theatre]').length`),
  ).toBe(0);
  expect(await page.locator('.stage-place').count()).toBe(1);
  await page.evaluate('documentPictureInPicture.window.close()');
  await playsIn('document');
  expect(await page.locator('.stage-place').count()).toBe(0);
  await page.getByTestId('fullscreen').waitFor({ state: 'attached' });
  await Promise.all([publisher.close(), player.close()]);
});
