import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { watch } from '../support/watch.ts';

const fixture = (name: string): string => join(import.meta.dirname, '../server/fixtures/tls', name);

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startServer({
    TLS_CERT_FILE: fixture('first.crt'),
    TLS_KEY_FILE: fixture('first.key'),
    STUN_URLS: 'stun:127.0.0.1:3478,stun:127.0.0.1:3479',
    TURN_URLS: 'turn:127.0.0.1:3478?transport=udp',
    TURN_USERNAME: 'user "of" TURN',
    TURN_PASSWORD: 'a\\secret',
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

describe('over HTTPS with a certificate of its own', () => {
  it('the pages publish and play', async () => {
    expect(server.url).toMatch(/^https:/);
    const publisher = await openPublisher(browser, server, 'secure');
    const player = await openPlayer(browser, server, 'secure');
    await playing(player);
    const watched = await watch(publisher, player, 3);
    expect(watched.framesDecoded).toBeGreaterThanOrEqual(0.9 * watched.framesSent);
    expect(watched.audioEnergy).toBeGreaterThan(0);
    await Promise.all([publisher.close(), player.close()]);
  });
});

describe('STUN_URLS and TURN_URLS', () => {
  it('reach the configuration of the connections that the pages make', async () => {
    const publisher = await openPublisher(browser, server, 'relayed');
    const player = await openPlayer(browser, server, 'relayed');
    await playing(player);
    for (const page of [publisher, player]) {
      await eventually(async () => {
        const servers = await page.call('iceServers');
        const urls = servers.flatMap((entry) => entry.urls);
        expect(urls.sort()).toEqual([
          'stun:127.0.0.1:3478',
          'stun:127.0.0.1:3479',
          'turn:127.0.0.1:3478?transport=udp',
        ]);
        const turn = servers.find((entry) => entry.username !== undefined && entry.username !== '');
        expect(turn).toMatchObject({ username: 'user "of" TURN', credential: 'a\\secret' });
      });
    }
    await Promise.all([publisher.close(), player.close()]);
  });
});
