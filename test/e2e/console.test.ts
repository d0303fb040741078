import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProvider } from '../server/support/oidc-provider.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

const TOKEN = 'the-token-of-the-operator';
const SETTINGS = {
  ADMIN_TOKEN: TOKEN,
  JWT_SECRET: 'a-secret-of-the-tests-that-is-long-enough',
  GUEST_ROLE: 'publisher',
};

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await startServer(SETTINGS);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function openConsole(): Promise<TestPage> {
  const test = await openPage(browser, `${server.url}/web/admin/`);
  await test.page.getByTestId('token').fill(TOKEN);
  await test.page.getByTestId('login-submit').click();
  await test.page.getByTestId('view-rooms').waitFor();
  return test;
}

describe('the console', () => {
  it('lets nobody in with a wrong token', async () => {
    const { page } = await openPage(browser, `${server.url}/web/admin/`);
    await page.getByTestId('token').fill('wrong');
    await page.getByTestId('login-submit').click();
    await page.getByText('opens nothing here').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.context().close();
  });

  it('shows a live room, sends a viewer away, bans and closes', async () => {
    const publisher = await openPublisher(browser, server, 'lecture');
    const player = await openPlayer(browser, server, 'lecture');
    await playing(player);
    const operator = await openConsole();
    const { page } = operator;
    await page.getByTestId('view-rooms').click();
    const card = page.locator('[data-testid=room][data-room=lecture]');
    await card.getByTestId('room-state').getByText('Live').waitFor();
    await card.getByTestId('open-room').click();
    await eventually(async () => expect((await operator.inbound('video')).framesDecoded).toBeGreaterThan(0));
    await page.getByTestId('toggle-preview').click();
    const viewers = page.locator('[data-testid=participant][data-role=play]');
    await eventually(async () => expect(await viewers.count()).toBe(1));

    const id = (await viewers.first().getAttribute('data-id')) ?? '';
    await viewers.first().getByTestId('kick').click();
    await page.getByTestId('reason').fill('noise');
    await page.getByTestId('confirm').click();
    await page.locator(`[data-id="${id}"]`).waitFor({ state: 'detached' });
    await player.close();

    await page.getByTestId('add-ban').click();
    await page.getByTestId('ban-whom').fill('192.0.2.0/99');
    await page.getByTestId('ban-reason').fill('spam');
    await page.getByTestId('confirm').click();
    // What was entered is still there, to be mended.
    await page.getByTestId('dialog').getByTestId('failure').waitFor();
    expect(await page.getByTestId('ban-reason').inputValue()).toBe('spam');
    await page.getByTestId('ban-whom').fill('192.0.2.0/24');
    await page.getByTestId('ban-sessions').getByText('No live session').waitFor();
    await page.getByTestId('confirm').click();
    await page.getByTestId('ban-row').getByText('192.0.2.0/24').waitFor();
    await page.getByTestId('dialog').waitFor({ state: 'detached' });

    await page.getByTestId('close-room').click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('outcome').getByText('Done.').waitFor();
    await publisher.close();
    await page.getByTestId('view-audit').click();
    await page.getByTestId('audit-entry').getByText('noise').waitFor();
    await operator.close();
  });

  it('makes a token, shows it once and keeps the settings of a room', async () => {
    const { page } = await openConsole();
    await page.getByTestId('view-tokens').click();
    await page.getByTestId('mint-room').fill('class-1');
    await page.getByTestId('mint-submit').click();
    const token = await page.getByTestId('minted-token').inputValue();
    expect(token.split('.')).toHaveLength(3);
    expect(await page.getByTestId('minted-whip').inputValue()).toContain('/api/whip/publish/class-1');
    await page.getByTestId('view-rooms').click();
    await page.getByTestId('other-room').fill('class-1');
    await page.getByTestId('set-up').click();
    await page.getByTestId('form-title').fill('First class');
    await page.getByTestId('save-settings').click();
    await page.getByTestId('outcome').getByText('saved').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'First class' }).waitFor();
    await page.context().close();
  });

  it('is of use with a keyboard and a screen reader, and breaks no policy', async () => {
    const operator = await openConsole();
    const { page } = operator;
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      for (const view of ['overview', 'rooms', 'recordings', 'bans', 'audit', 'tokens', 'settings']) {
        await page.getByTestId(`view-${view}`).click();
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect([view, scheme, await seriousFindings(page)]).toEqual([view, scheme, []]);
      }
    }
    await page.getByTestId('settings-search').fill('no such setting');
    await page.getByTestId('no-settings').waitFor();
    expect(await page.getByTestId('setting').count()).toBe(0);
    expect(operator.console.filter((line) => /content security policy/i.test(line))).toEqual([]);
    await operator.close();
  });
});

describe('the login of the console', () => {
  it('goes through the provider and back', async () => {
    const spare = createServer().listen(0, '127.0.0.1');
    await once(spare, 'listening');
    const { port } = spare.address() as AddressInfo;
    spare.close();
    await once(spare, 'close');
    const provider = await startProvider([`http://127.0.0.1:${port}/api/login/callback`]);
    const own = await startServer({ ...provider.settings, HTTP_ADDR: `127.0.0.1:${port}` });
    try {
      const { page } = await openPage(browser, `http://127.0.0.1:${port}/web/admin/`);
      await page.getByTestId('login-account').click();
      await page.locator('[name=login]').fill('staff');
      await page.locator('[name=password]').fill('any');
      await page.locator('[type=submit]').click();
      await page.locator('[type=submit]').click();
      await page.getByTestId('person').getByText('STAFF Example').waitFor();
      await page.getByTestId('logout').click();
      await page.getByTestId('login').waitFor();
      await page.context().close();
    } finally {
      await own.stop();
      await provider.stop();
    }
  });
});
