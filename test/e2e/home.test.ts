import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFindings } from '../support/accessibility.ts';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

const ADMIN = { authorization: 'Bearer ruler', 'content-type': 'application/json' };

let server: TestServer;
let browser: Browser;
let publisher: TestPage;

beforeAll(async () => {
  server = await startServer({ ADMIN_TOKEN: 'ruler' });
  browser = await launchBrowser();
  const response = await fetch(`${server.url}/api/admin/rooms/hall`, {
    method: 'PUT',
    headers: ADMIN,
    body: JSON.stringify({ title: 'Spring Concert', description: 'Two pianos' }),
  });
  expect(response.ok).toBe(true);
  publisher = await openPublisher(browser, server, 'hall');
});

afterAll(async () => {
  await publisher.close();
  await browser.close();
  await server.stop();
});

function card(home: TestPage, room: string) {
  return home.page.locator(`[data-testid=live-room][data-room=${room}]`);
}

/** Pixels of a video's width; 0 before there is a picture. */
function previewWidth(home: TestPage): Promise<number> {
  return home.page.evaluate(`document.querySelector('[data-room=hall] video').videoWidth`);
}

describe('the home page', () => {
  it('shows a live room with its title and viewers, and opens it', async () => {
    const home = await openPage(browser, `${server.url}/`);
    await card(home, 'hall').waitFor();
    expect(await card(home, 'hall').textContent()).toContain('Spring Concert');
    expect(await card(home, 'hall').getByTestId('description').textContent()).toBe('Two pianos');
    expect(await card(home, 'hall').getByTestId('viewers').textContent()).toBe('0 viewers');
    expect(await home.page.getByTestId('count').textContent()).toBe('1 room is live');
    await card(home, 'hall').getByTestId('open').click();
    await home.page.waitForURL('**/web/player.html?room=hall&autostart=1');
    await playing(home);
    await home.close();
    expect(home.console).toEqual([]);
  });

  it('shows a moving preview to the pointer and to the keyboard, and lets go of it', async () => {
    const home = await openPage(browser, `${server.url}/`);
    await card(home, 'hall').waitFor();
    expect(await home.call('statistics')).toEqual([]);
    await card(home, 'hall').hover();
    await eventually(async () => expect(await previewWidth(home)).toBeGreaterThan(0), { timeout: 10_000 });
    expect((await home.connection()).inbound.map(({ kind }) => kind)).toEqual(['video']);
    await home.page.mouse.move(2, 2);
    await eventually(async () => expect(await home.call('statistics')).toEqual([]));
    // The last picture stays.
    await card(home, 'hall').locator('[data-has-still=true]').waitFor();
    await home.page.getByTestId('search').focus();
    for (let key = 0; key < 4; key++) {
      await home.page.keyboard.press('Tab');
      if (await home.page.evaluate(`document.activeElement.dataset.testid === 'open'`)) break;
    }
    await eventually(async () => expect(await previewWidth(home)).toBeGreaterThan(0), { timeout: 10_000 });
    await home.page.getByTestId('search').focus();
    await eventually(async () => expect(await home.call('statistics')).toEqual([]));
    await home.close();
    // Where closing the connection has ended the session at the server already, DELETE finds none.
    expect(home.console.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('is searched, follows what begins and ends, and says when nothing is live', async () => {
    const home = await openPage(browser, `${server.url}/`);
    await card(home, 'hall').waitFor();
    await home.page.getByTestId('search').fill('nothing like it');
    await home.page.locator('[data-testid=message][data-state=no-match]').waitFor();
    await home.page.getByTestId('search').fill('pianos');
    await card(home, 'hall').waitFor();
    const other = await openPublisher(browser, server, 'studio');
    await home.page.getByTestId('show-all').or(home.page.getByTestId('clear-search')).click();
    await home.page.locator('[data-testid=search]:focus').waitFor();
    await card(home, 'studio').waitFor({ timeout: 10_000 });
    await other.close();
    await card(home, 'studio').waitFor({ state: 'detached', timeout: 10_000 });
    await home.page.route('**/api/rooms', (route) => route.fulfill({ json: [] }));
    await home.page.locator('[data-testid=message][data-state=empty]').waitFor({ timeout: 10_000 });
    await home.close();
  });

  it.each(['light', 'dark'] as const)('has nothing that axe-core calls serious: %s', async (colorScheme) => {
    const home = await openPage(browser, 'about:blank');
    await home.page.emulateMedia({ colorScheme });
    await home.page.goto(`${server.url}/`);
    await card(home, 'hall').waitFor();
    expect(await seriousFindings(home.page)).toEqual([]);
    await home.close();
  });

  it('copies the link of a room', async () => {
    const home = await openPage(browser, `${server.url}/`);
    await home.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await card(home, 'hall').getByTestId('share').click();
    await eventually(async () => {
      expect(await home.page.evaluate('navigator.clipboard.readText()')).toBe(
        `${server.url}/web/player.html?room=hall`,
      );
    });
    await home.close();
  });
});

describe('the home page of a server that wants tokens', () => {
  it('asks for a token, and shows what it may see', async () => {
    const closed = await startServer({ AUTH_TOKEN: 'key' });
    const home = await openPage(browser, `${closed.url}/`);
    await home.page.locator('[data-testid=message][data-state=token]').waitFor();
    expect(await home.page.getByTestId('log-in').count()).toBe(0);
    await home.page.getByTestId('token').fill('wrong');
    await home.page.getByTestId('use-token').click();
    await home.page.getByTestId('message').filter({ hasText: 'does not take this token' }).waitFor();
    await home.page.getByTestId('token').fill('key');
    await home.page.getByTestId('use-token').click();
    await home.page.locator('[data-testid=message][data-state=empty]').waitFor();
    await home.close();
    await closed.stop();
  });
});
