import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
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

describe.each(['publisher', 'player', 'recordings'])('the page %s', (name) => {
  it.each(['en-US', 'zh-CN'])('fits a narrow and a wide window in %s', async (locale) => {
    for (const width of [340, 390, 768, 1280]) {
      const context = await browser.newContext({ viewport: { width, height: 800 }, locale });
      const page = await context.newPage();
      await page.goto(`${server.url}/web/${name}.html?room=demo`);
      await page.getByTestId('language').waitFor();
      const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      expect({ width, overflow }).toEqual({ width, overflow: 0 });
      await context.close();
    }
  });
});
