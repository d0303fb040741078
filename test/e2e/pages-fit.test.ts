import { rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingsFolder, writeRecording } from '../server/support/recordings.ts';
import { launchBrowser } from '../support/browser.ts';
import { startServer, type TestServer } from '../support/server.ts';

const ADMIN_TOKEN = 'the-token-of-the-operator';
/** Pixels. */
const WIDTHS = [360, 390, 768, 1024, 1600];
const LONG = 'a-name-that-is-as-long-as-a-name-of-a-room-may-be-and-never-ends';

const PAGES: [path: string, ready: string][] = [
  ['/', 'message'],
  ['/web/publisher.html?room=demo', 'start'],
  ['/web/player.html?room=demo', 'chat-input'],
  [`/web/recordings.html?room=#token=${ADMIN_TOKEN}`, 'recording'],
  ['/web/admin/', 'login'],
];
const VIEWS: [hash: string, ready: string][] = [
  ['overview', 'chart-loss'],
  ['rooms', 'room'],
  [`rooms/${LONG}`, 'ban-row'],
  ['recordings', 'recording-row'],
  ['bans', 'ban-row'],
  ['audit', 'audit-entry'],
  ['tokens', 'mint-room'],
  ['settings', 'setting'],
];

let server: TestServer;
let browser: Browser;
let directory: string;

beforeAll(async () => {
  directory = recordingsFolder();
  writeRecording(directory, {
    id: 'long',
    room: LONG,
    state: 'failed',
    error: `The store refuses ${LONG}/${LONG}.webm.`,
  });
  server = await startServer({
    ADMIN_TOKEN,
    JWT_SECRET: 'a-secret-of-the-tests-that-is-long-enough',
    GUEST_ROLE: 'publisher',
    RECORD_DIR: directory,
    STUN_URLS: `stun:${LONG}.example:3478`,
  });
  await admin('PUT', `/api/admin/rooms/${LONG}`, { title: LONG, password: 'secret-of-it', listed: false });
  await admin('POST', `/api/rooms/${LONG}/bans`, { subject: LONG, reason: `${LONG} ${LONG}` });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  rmSync(directory, { recursive: true });
});

async function admin(method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const response = await fetch(server.url + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

/** The widths, with the colours, at which something of the page stands out of the window. */
async function tooWide(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const overflow: number = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (overflow > 0) found.push(`${width} ${colorScheme}: ${overflow}`);
    }
  }
  return found;
}

describe.each(['en-US', 'zh-CN'])('in %s', (locale) => {
  it('every page fits windows from narrow to wide', async () => {
    const page = await browser.newPage({ locale });
    for (const [path, ready] of PAGES) {
      await page.goto(server.url + path);
      await page.getByTestId(ready).first().waitFor();
      expect([path, await tooWide(page)]).toEqual([path, []]);
    }
    await page.close();
  });

  it('picture and buttons of player and studio share the window of a phone held sideways', async () => {
    const page = await browser.newPage({ locale, viewport: { width: 740, height: 360 } });
    for (const [path, buttons] of [
      ['/web/publisher.html?room=demo', ['show-preview', 'start', 'mute-microphone', 'hide-picture']],
      ['/web/player.html?room=demo', ['big-play', 'bar-start', 'mute', 'fullscreen']],
    ] as const) {
      await page.goto(server.url + path);
      for (const button of buttons) {
        const box = await page.getByTestId(button).boundingBox();
        expect([button, (box?.y ?? Infinity) + (box?.height ?? 0) <= 360]).toEqual([button, true]);
      }
    }
    await page.close();
  });

  it('so does every part of the console', async () => {
    const page = await browser.newPage({ locale });
    await page.goto(`${server.url}/web/admin/`);
    await page.getByTestId('token').fill(ADMIN_TOKEN);
    await page.getByTestId('login-submit').click();
    for (const [hash, ready] of VIEWS) {
      await page.evaluate(`location.hash = '#/${hash}'`);
      await page.getByTestId(ready).first().waitFor();
      expect([hash, await tooWide(page)]).toEqual([hash, []]);
    }
    await page.close();
  });
});
