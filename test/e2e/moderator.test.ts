import { SignJWT } from 'jose';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { SMALL_VIDEO } from '../support/watch.ts';

const JWT_SECRET = 'a-secret-of-the-tests-that-is-long-enough';
const ROOM = 'class';

let server: TestServer;
let browser: Browser;
/** The broadcaster, a viewer and the one who keeps order, each with a page of their own. */
let studio: TestPage;
let viewer: TestPage;
let moderator: TestPage;

beforeAll(async () => {
  server = await startServer({ JWT_SECRET, GUEST_ROLE: 'viewer' });
  browser = await launchBrowser();
  studio = await open('publisher.html?countdown=0&', 'publisher', 'Paula');
  await studio.call('setPublishing', { ...SMALL_VIDEO, width: 320, height: 180, framesPerSecond: 10 });
  await goLive();
  viewer = await open('player.html?', 'viewer', 'Ada');
  await viewer.page.getByTestId('start').click();
  await playing(viewer);
  moderator = await openPage(browser, `${server.url}/web/admin/`);
  await moderator.page.getByTestId('token').fill(await token('moderator', 'Mo'));
  await moderator.page.getByTestId('login-submit').click();
  await moderator.page.locator(`[data-testid=room][data-room=${ROOM}]`).getByTestId('open-room').click();
  await sessionsOf('Paula').waitFor();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

function token(role: string, name: string): Promise<string> {
  return new SignJWT({ role, room: ROOM, sub: name.toLowerCase(), name })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(JWT_SECRET));
}

async function open(page: string, role: string, name: string): Promise<TestPage> {
  return openPage(browser, `${server.url}/web/${page}room=${ROOM}#token=${await token(role, name)}`);
}

async function goLive(): Promise<void> {
  await studio.page.getByTestId('start').click();
  await studio.page.locator('[data-testid=state][data-state=live]').waitFor({ timeout: 20_000 });
}

/** The rows of somebody's sessions, as the moderator sees them. */
function sessionsOf(name: string): Locator {
  return moderator.page.getByTestId('participant').filter({ has: moderator.page.getByText(name, { exact: true }) });
}

/** Presses a button of the console, answers its question and waits for the outcome. */
async function order(button: Locator, reason = ''): Promise<void> {
  await button.click();
  if (reason !== '') await moderator.page.getByTestId('reason').fill(reason);
  await moderator.page.getByTestId('confirm').click();
  await moderator.page.getByTestId('dialog').waitFor({ state: 'detached' });
  await moderator.page.getByTestId('outcome').getByText('Done.').waitFor();
}

/** Waits until a page says that its session was ended, and shows that it does not come back by itself. */
async function wasSentAway({ page }: TestPage): Promise<void> {
  await page.locator('[data-testid=failure] [data-code=session_removed]').waitFor();
  await page.getByTestId('failure').getByText('A moderator has ended your session').waitFor();
  await page.locator('[data-testid=state][data-state=error]').waitFor();
}

async function say(text: string): Promise<void> {
  await viewer.page.getByTestId('chat-input').fill(text);
  await viewer.page.getByTestId('chat-input').press('Enter');
  await moderator.page.getByTestId('chat-message').getByText(text).waitFor();
}

const texts = (page: Page): Promise<string[]> => page.getByTestId('chat-text').allInnerTexts();

describe('a moderator in the console', () => {
  it('has the rooms that are theirs, and nothing of the server', async () => {
    expect(await moderator.page.locator('.console-link').count()).toBe(1);
    expect(await moderator.page.getByTestId('person').innerText()).toMatch(/^Mo\s+Moderator$/);
    expect(await moderator.page.getByTestId('save-settings').count()).toBe(0);
    expect(await sessionsOf('Paula').getByText('Publisher').count()).toBe(1);
    expect(await sessionsOf('Ada').getByText('Viewer').count()).toBe(1);
    // The preview is a session too, but not one to be sent away.
    await sessionsOf('Mo').getByText('you').waitFor();
    expect(await sessionsOf('Mo').getByRole('button').count()).toBe(0);
  });

  it('deletes a message, mutes and clears, and both pages show it', async () => {
    const { page } = moderator;
    await studio.page.getByTestId('chat').or(studio.page.getByTestId('chat-open')).waitFor();
    await say('buy this');
    await say('hello there');
    await eventually(async () => expect(await texts(studio.page)).toEqual(['buy this', 'hello there']));
    const message = page.getByTestId('chat-message').filter({ hasText: 'buy this' });
    await order(message.getByTestId('delete-message'), 'advertising');
    for (const other of [viewer, studio]) {
      await eventually(async () => expect(await texts(other.page)).toEqual(['hello there']));
    }

    await order(page.getByTestId('chat-message').first().getByTestId('mute'), 'advertising');
    await viewer.page.getByTestId('chat-obstacle').getByText('advertising').waitFor();
    await page.getByTestId('muted').getByText('advertising').waitFor();
    await order(page.getByTestId('unmute'));
    await viewer.page.getByTestId('chat-input').waitFor();

    await order(page.getByTestId('clear-chat'));
    for (const other of [viewer, studio]) await eventually(async () => expect(await texts(other.page)).toEqual([]));
  });

  it('sees whether the room is locked: then nobody new gets in, and is told why', async () => {
    const { page } = moderator;
    expect(await page.getByTestId('unlock').count()).toBe(0);
    await order(page.getByTestId('lock'), 'full');
    await page.getByTestId('room-view').getByText('Locked').waitFor();
    expect(await page.getByTestId('lock').count()).toBe(0);
    const late = await openPage(browser, `${server.url}/web/player.html?room=${ROOM}&autostart=1`);
    await late.page.locator('[data-testid=failure] [data-code=room_locked]').waitFor();
    await page.getByTestId('back').click();
    await page.locator(`[data-room=${ROOM}]`).getByText('Locked').waitFor();
    await page.getByTestId('open-room').click();
    await order(page.getByTestId('unlock'));
    await page.getByTestId('lock').waitFor();
    await late.page.getByTestId('retry').click();
    await playing(late);
    await late.close();
  });

  it('removes a viewer, who is told so and can come back', async () => {
    await order(sessionsOf('Ada').getByTestId('kick'), 'noise');
    await wasSentAway(viewer);
    await eventually(async () => expect(await sessionsOf('Ada').count()).toBe(0));
    await viewer.page.getByTestId('retry').click();
    await playing(viewer);
  });

  it('ends a broadcast: the studio tells why, the viewers wait, and it can begin again', async () => {
    await order(sessionsOf('Paula').getByTestId('kick'), 'not in class');
    await wasSentAway(studio);
    await viewer.page.locator('[data-testid=state][data-state=waiting]').waitFor();
    await eventually(async () => expect(await sessionsOf('Paula').count()).toBe(0));
    await goLive();
    await viewer.page.locator('[data-testid=state][data-state=playing]').waitFor();
  });

  it('bans a viewer, who is told so when they come back', async () => {
    const { page } = moderator;
    await sessionsOf('Ada').getByTestId('ban').click();
    await page.getByTestId('ban-sessions').getByText('One live session').waitFor();
    await page.getByTestId('ban-reason').fill('insults');
    await page.getByTestId('confirm').click();
    await page.getByTestId('ban-row').getByText('insults').waitFor();
    await viewer.page.locator('[data-testid=failure] [data-code=session_removed]').waitFor();
    await viewer.page.getByTestId('retry').click();
    await viewer.page.locator('[data-testid=failure] [data-code=banned]').waitFor();
    await viewer.page.getByTestId('chat-closed').getByText('You are banned').waitFor();
    await order(page.getByTestId('lift'));
    await viewer.page.getByTestId('retry').click();
    await playing(viewer);
    await viewer.page.getByTestId('chat-input').waitFor();
  });

  it('closes the room for everybody', async () => {
    await order(moderator.page.getByTestId('close-room'), 'the lesson is over');
    await wasSentAway(studio);
    await wasSentAway(viewer);
    await viewer.page.getByTestId('chat-closed').getByText('A moderator has closed the room').waitFor();
    await moderator.page.getByTestId('room-state').getByText('Not open').waitFor();
    await moderator.page.getByTestId('close-room').waitFor({ state: 'detached' });
  });

  it('closes a room that has a chat alone', async () => {
    const { page } = moderator;
    const guest = await openPage(browser, `${server.url}/web/player.html?room=${ROOM}`);
    await guest.page.getByTestId('chat-input').waitFor();
    await page.getByTestId('in-chat').getByText('1 in the chat').waitFor();
    await page.getByTestId('room-state').getByText('Not open').waitFor();
    await order(page.getByTestId('close-room'), 'nobody teaches here');
    await guest.page.getByTestId('chat-closed').getByText('A moderator has closed the room').waitFor();
    expect(await guest.page.getByTestId('chat-input').count()).toBe(0);
    await page.getByTestId('in-chat').waitFor({ state: 'detached' });
    expect(await page.getByTestId('close-room').count()).toBe(0);
    await guest.close();
  });
});
