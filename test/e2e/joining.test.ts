import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { MOVING, watch } from '../support/watch.ts';

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

async function expectWhole(publisher: TestPage, player: TestPage): Promise<void> {
  const watched = await watch(publisher, player, 3);
  expect(watched.framesDecoded).toBeGreaterThanOrEqual(0.9 * watched.framesSent);
  expect(watched.audioEnergy).toBeGreaterThan(0);
  expect(watched.movingShare).toBeGreaterThanOrEqual(MOVING);
}

describe('a player', () => {
  it('that came before the publisher plays when it comes', async () => {
    const player = await openPlayer(browser, server, 'before');
    await eventually(async () => expect((await player.connection()).state).toBe('connected'));
    const publisher = await openPublisher(browser, server, 'before');
    await playing(player);
    await expectWhole(publisher, player);
    await Promise.all([player.close(), publisher.close()]);
  });

  it('that comes together with the publisher plays', async () => {
    const [publisher, player] = await Promise.all([
      openPublisher(browser, server, 'together'),
      openPlayer(browser, server, 'together'),
    ]);
    await playing(player);
    await expectWhole(publisher, player);
    await Promise.all([player.close(), publisher.close()]);
  });

  it('that comes late shows its first frame within a second, whenever it comes', async () => {
    const publisher = await openPublisher(browser, server, 'late');
    const times: number[] = [];
    for (let viewer = 0; viewer < 3; viewer++) {
      const player = await openPlayer(browser, server, 'late');
      times.push(
        await eventually(async () => {
          const time = await player.call('timeToFirstFrame');
          if (time === undefined) throw new Error('No frame was shown.');
          return time;
        }),
      );
      if (viewer === 2) await expectWhole(publisher, player);
      await player.close();
    }
    expect(Math.max(...times)).toBeLessThan(1000);
    await publisher.close();
  });
});
