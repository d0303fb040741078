import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChatClient } from '../server/support/chat-client.ts';
import { startTestServer, type TestServer } from '../server/support/test-server.ts';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';

/** More than two pages, and than the server lets one person say quickly. */
const SAID = 240;
const PEOPLE = 50;

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startTestServer({ GUEST_CHAT_RATE_PER_ADDRESS: '0' });
  browser = await launchBrowser();
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => ChatClient.join(server.url, 'long')));
  for (let number = 1; number <= SAID; number++) {
    const speaker = people[number % PEOPLE];
    // The room takes a hundred a second.
    await eventually(async () => expect(await speaker?.say(`number ${number}`)).toMatchObject({ type: 'ack' }));
  }
  for (const person of people) person.close();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function numbers(page: Page): Promise<number[]> {
  const texts = await page.getByTestId('chat-text').allTextContents();
  return texts.map((text) => Number(text.replace('number ', '')));
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

it('shows what was said before to who scrolls up, and where it began', async () => {
  const page = await browser.newPage();
  await page.goto(`${server.url}/web/player.html?room=long&lang=en`);
  const list = page.getByTestId('chat-list');
  const message = (number: number) => list.getByText(`number ${number}`, { exact: true });
  await message(SAID).waitFor();
  expect(await numbers(page)).toEqual(range(141, 240));

  await list.evaluate((element) => ((element as unknown as { scrollTop: number }).scrollTop = 0));
  const before = (await message(141).boundingBox())?.y ?? 0;
  await eventually(async () => expect(await numbers(page)).toEqual(range(41, 240)));
  // What the reader saw is where it was.
  expect(Math.abs(((await message(141).boundingBox())?.y ?? 0) - before)).toBeLessThan(3);

  // What is said meanwhile moves nothing, and the way back tells of it.
  const ann = await ChatClient.join(server.url, 'long');
  await ann.say('number 241');
  await page.getByTestId('chat-newest').getByText('1 new message').waitFor();
  expect(Math.abs(((await message(141).boundingBox())?.y ?? 0) - before)).toBeLessThan(3);

  await page.getByTestId('chat-earlier').press('Enter');
  await eventually(async () => expect(await numbers(page)).toEqual(range(1, 241)));
  await page.getByTestId('chat-beginning').getByText('beginning of the chat').waitFor();
  expect(await page.getByTestId('chat-earlier').count()).toBe(0);
  await page.getByTestId('chat-newest').click();
  await message(241).waitFor();
  expect(await numbers(page)).toEqual(range(1, 241));

  await page.goto(`${server.url}/web/player.html?room=long&lang=zh`);
  await page.getByTestId('chat-earlier').getByText('更早的消息').waitFor();
  ann.close();
  await page.close();
});
