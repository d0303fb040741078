import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { isAlive, startServer } from '../support/server.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

it.each([
  ['Ctrl+C, which a terminal sends to the workers too', 'SIGINT', true],
  ['SIGTERM to the server alone', 'SIGTERM', false],
] as const)('%s ends every process with sessions open', async (_name, signal, wholeGroup) => {
  const server = await startServer();
  const publisher = await openPublisher(browser, server, 'ending');
  const player = await openPlayer(browser, server, 'ending');
  await playing(player);
  const workers = await server.workers();
  expect(workers).toHaveLength(1);

  const end = await server.stop(signal, wholeGroup);

  expect(end).toEqual({ code: 0, signal: null });
  expect(workers.filter(isAlive)).toEqual([]);
  // The clients were told, rather than left to find out by silence.
  await eventually(
    async () => expect((await player.call('statistics')).map(({ state }) => state)).not.toContain('connected'),
    { timeout: 3000 },
  );
  await Promise.all([player.close(), publisher.close()]);
});
