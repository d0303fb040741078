import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFindings } from '../support/accessibility.ts';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPlayer, playing } from '../support/pages.ts';
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

async function openStudio(query: string): Promise<TestPage> {
  const studio = await openPage(browser, `${server.url}/web/publisher.html?${query}`);
  await studio.call('setPublishing', SMALL_VIDEO);
  return studio;
}

function shownLevel(studio: TestPage): Promise<number> {
  return studio.page.evaluate(`Number(document.querySelector('[data-testid=level]').ariaValueNow ?? 0)`);
}

describe('the studio', () => {
  it('sends screen and camera as one picture of the composed size, which moves', async () => {
    const studio = await openStudio('room=both&source=both&countdown=0&resolution=360&frameRate=15');
    await studio.page.getByTestId('corner').selectOption('top-left');
    await studio.page.getByTestId('start').click();
    await eventually(
      async () => {
        if ((await studio.outbound('video')).framesSent === 0) throw new Error('The studio sends no frames.');
      },
      { timeout: 15_000 },
    );
    const player = await openPlayer(browser, server, 'both');
    await playing(player);
    const watched = await watch(studio, player, 5);
    expect(watched.framesDecoded).toBeGreaterThan(20);
    expect(watched.movingShare).toBeGreaterThanOrEqual(MOVING);
    const composed: { width: number; height: number } = await studio.page.evaluate(
      `(({ videoWidth, videoHeight }) => ({ width: videoWidth, height: videoHeight }))(document.querySelector('video'))`,
    );
    expect(composed.height).toBe(360);
    const { frameWidth, frameHeight } = await player.inbound('video');
    expect({ width: frameWidth, height: frameHeight }).toEqual(composed);
    // Another size of the camera changes nothing but the picture.
    await studio.page.getByTestId('camera-size').selectOption('large');
    expect((await watch(studio, player, 3)).movingShare).toBeGreaterThanOrEqual(MOVING);
    await eventually(async () => {
      expect(await studio.page.getByTestId('viewers').getAttribute('data-count')).toBe('1');
    });
    expect(Number(await studio.page.getByTestId('figure-frames-sent').textContent())).toBeGreaterThan(0);
    await player.close();
    await studio.close();
  });

  it('counts down before it goes live, and can be stopped until then', async () => {
    const studio = await openStudio('room=count');
    await studio.page.getByTestId('start').click();
    await studio.page.getByTestId('countdown').waitFor();
    await studio.page.getByTestId('stop').click();
    await studio.page.getByTestId('countdown').waitFor({ state: 'detached' });
    await sleep(3_500);
    expect(await studio.call('statistics')).toEqual([]);
    await studio.page.getByTestId('start').click();
    const begin = performance.now();
    await studio.page.getByTestId('countdown').filter({ hasText: '3' }).waitFor();
    await studio.page.getByTestId('countdown').filter({ hasText: '1' }).waitFor();
    await studio.page.locator('[data-testid=state][data-state=live]').waitFor({ timeout: 15_000 });
    expect(performance.now() - begin).toBeGreaterThan(2_500);
    await studio.close();
  });

  it('shows how loud it is before it is live, and nothing while muted', async () => {
    const studio = await openStudio('room=level');
    await studio.page.getByTestId('show-preview').click();
    // The fake microphone beeps once a second.
    await eventually(async () => expect(await shownLevel(studio)).toBeGreaterThan(20), { timeout: 10_000 });
    await studio.page.getByTestId('mute-microphone').click();
    await eventually(async () => expect(await shownLevel(studio)).toBe(0), { timeout: 10_000 });
    await studio.close();
  });

  it.each(['light', 'dark'] as const)('has nothing that axe-core calls serious: %s', async (colorScheme) => {
    const studio = await openStudio('room=access&countdown=0#token=secret');
    await studio.page.emulateMedia({ colorScheme });
    await studio.page.getByTestId('encoder').locator('summary').click();
    await studio.page.getByTestId('start').click();
    await studio.page.locator('[data-testid=state][data-state=live]').waitFor({ timeout: 15_000 });
    await studio.page.getByTestId('chat').waitFor();
    expect(await seriousFindings(studio.page)).toEqual([]);
    await studio.close();
  });

  it('has the browser ask before a broadcast is left, and not otherwise', async () => {
    const studio = await openStudio('room=leave&countdown=0');
    const asked: string[] = [];
    studio.page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await studio.page.getByTestId('start').click();
    const live = studio.page.locator('[data-testid=state][data-state=live]');
    await live.waitFor({ timeout: 15_000 });
    await studio.page.getByTestId('nav-player').click();
    await studio.page.waitForURL('**/web/player.html?room=leave');
    expect(asked).toEqual(['beforeunload']);
    await studio.page.getByTestId('nav-publisher').click();
    await studio.page.getByTestId('start').click();
    await live.waitFor({ timeout: 15_000 });
    await studio.page.getByTestId('stop').click();
    await studio.page.getByTestId('nav-player').click();
    await studio.page.waitForURL('**/web/player.html?room=leave');
    expect(asked).toEqual(['beforeunload']);
    await studio.close();
  });

  it('gives the settings to paste into OBS', async () => {
    const studio = await openStudio('room=obs#token=secret');
    await studio.page.getByTestId('encoder').locator('summary').click();
    const address = studio.page.getByTestId('encoder-server');
    expect(await address.inputValue()).toBe(`${server.url}/api/whip/publish/obs`);
    const bearer = studio.page.getByTestId('encoder-bearer');
    expect([await bearer.getAttribute('type'), await bearer.inputValue()]).toEqual(['password', 'secret']);
    await studio.page.getByTestId('show-bearer').click();
    expect(await bearer.getAttribute('type')).toBe('text');
    await studio.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await studio.page.getByTestId('copy-server').click();
    await eventually(async () => {
      expect(await studio.page.evaluate('navigator.clipboard.readText()')).toBe(await address.inputValue());
    });
    await studio.close();
  });
});
