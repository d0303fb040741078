import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { MOVING, SMALL_VIDEO, watch } from '../support/watch.ts';

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

const UDP_CANDIDATE = /^a=candidate:\S+ 1 udp .*\r\n/gim;

/** A page whose network lets no UDP through: it never hears of the server's UDP candidates. */
async function openWithoutUdp(): Promise<TestPage> {
  const page = await openPage(browser, `${server.url}/empty`);
  await page.page.route(/\/api\/wh[ie]p\//, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({ response, body: text.replace(UDP_CANDIDATE, '') });
  });
  return page;
}

/** Established connections at a port of this machine, as Linux lists them. */
function connectionsAt(port: number): number {
  const local = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => readFileSync(path, 'utf8').split('\n'));
  return lines.filter((line) => new RegExp(`^\\s*\\d+: [0-9A-F]+:${local} \\S+ 01 `).test(line)).length;
}

describe('behind a firewall that lets no UDP through', () => {
  it('Chromium publishes and plays over TCP', async () => {
    const publisher = await openWithoutUdp();
    await publisher.call('setPublishing', SMALL_VIDEO);
    const published = await publisher.call('publish', `${server.url}/api/whip/publish/tcp`);
    const player = await openWithoutUdp();
    const played = await player.call('play', `${server.url}/api/whep/play/tcp`);
    await playing(player);
    expect(connectionsAt(server.tcpPort)).toBe(2);
    const watched = await watch(publisher, player, 3);
    expect(watched.framesDecoded).toBeGreaterThanOrEqual(0.9 * watched.framesSent);
    expect(watched.audioEnergy).toBeGreaterThan(0);
    expect(watched.movingShare).toBeGreaterThanOrEqual(MOVING);
    await player.call('leave', played, 'delete');
    await publisher.call('leave', published, 'delete');
    await eventually(() => expect(connectionsAt(server.tcpPort)).toBe(0));
    await Promise.all([publisher.close(), player.close()]);
  });

  it('others in the same room may have UDP', async () => {
    const publisher = await openPage(browser, `${server.url}/empty`);
    await publisher.call('setPublishing', SMALL_VIDEO);
    await publisher.call('publish', `${server.url}/api/whip/publish/mixed`);
    const [overTcp, overUdp] = [await openWithoutUdp(), await openPage(browser, `${server.url}/empty`)];
    for (const player of [overTcp, overUdp]) {
      await player.call('play', `${server.url}/api/whep/play/mixed`);
      await playing(player);
    }
    await eventually(() => expect(connectionsAt(server.tcpPort)).toBe(1));
    await Promise.all([publisher, overTcp, overUdp].map((page) => page.close()));
  });
});
