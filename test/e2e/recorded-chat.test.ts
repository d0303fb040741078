import { rmSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatClient } from '../server/support/chat-client.ts';
import { recordingsFolder, writeRecording } from '../server/support/recordings.ts';
import { startTestServer } from '../server/support/test-server.ts';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { makeMedia } from '../support/recorded-media.ts';

/** Seconds. */
const DURATION = 12;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe('the page of recordings', () => {
  it('replays the chat over the picture, as it was said', async () => {
    const directory = recordingsFolder();
    const webm = await makeMedia({ codec: 'VP8', extension: 'webm', duration: DURATION });
    const startedAt = Date.now();
    const shape = { duration: DURATION, width: 320, height: 180, audioCodec: 'opus', videoCodec: 'VP8' } as const;
    const times = { startedAt, endedAt: startedAt + DURATION * 1000 };
    writeRecording(directory, { id: 'talk', room: 'talk', ...times, ...shape }, { webm });
    const server = await startTestServer({ RECORD_DIR: directory });
    const chat = await ChatClient.join(server.url, 'talk', { nickname: 'Ada' });
    const danmaku = { color: '#ff8800', size: 'medium', place: 'rolling' } as const;
    await chat.say('Over the picture', { danmaku });
    await chat.say('<b>Only in the list</b>');
    const saidAt = (Date.now() - startedAt) / 1000;
    chat.close();

    const page = await browser.newPage();
    await page.goto(`${server.url}/web/recordings.html`);
    await page.locator('[data-testid=recording][data-id=talk]').getByTestId('play').click();
    const replay = page.getByTestId('replay');
    await replay.waitFor();
    const flown = page.locator('[data-testid=danmaku] .flying');
    expect(await replay.locator('[data-testid=chat-message]').count()).toBe(0);
    expect(await flown.count()).toBe(0);
    await eventually(async () => expect(await flown.allTextContents()).toEqual(['Over the picture']), {
      timeout: (DURATION + 5) * 1000,
    });
    const time = await page.evaluate(`document.querySelector('[data-testid=media]').currentTime`);
    expect(Number(time)).toBeLessThan(saidAt + 3);
    await eventually(async () => {
      expect(await replay.getByTestId('chat-text').allTextContents()).toEqual([
        'Over the picture',
        '<b>Only in the list</b>',
      ]);
    });
    await page.evaluate(`document.querySelector('[data-testid=media]').currentTime = 0`);
    await eventually(async () => expect(await replay.locator('[data-testid=chat-message]').count()).toBe(0));
    await page.close();
    await server.stop();
    rmSync(directory, { recursive: true });
  });
});
