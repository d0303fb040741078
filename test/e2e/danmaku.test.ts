import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../server/support/test-server.ts';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startTestServer({});
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/**
 * What the tests do in the page: window.hear() has messages come over the page's own WebSocket, far more than the server
 * would let through; window.flying() is what flies.
 */
const IN_PAGE = `{
  let socket;
  let id = 1e6;
  const Original = WebSocket;
  window.WebSocket = class extends Original { constructor(...given) { super(...given); socket = this; } };
  const author = { id: 'a', name: 'A', role: 'viewer', isGuest: true };
  const texts = ['lol', '前方高能', 'a message of some length, as they come', '666'];
  const sizes = ['small', 'medium', 'small', 'large'];
  window.hear = (count) => {
    const events = Array.from({ length: count }, () => {
      id++;
      const place = id % 20 === 0 ? 'top' : id % 33 === 0 ? 'bottom' : 'rolling';
      const danmaku = { color: '#ffffff', size: sizes[id % 4], place };
      return { type: 'message', message: { id, time: Date.now(), author, text: texts[id % 4] + id, danmaku } };
    });
    socket.onmessage({ data: JSON.stringify(events) });
  };
  window.flying = () => [...document.querySelectorAll('[data-testid=danmaku] .flying')];
  window.active = () => flying().filter((element) => element.getAnimations()
    .some(({ effect }) => effect.getComputedTiming().progress !== null));
}`;

async function openWatchPage(settings: object): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.addInitScript(IN_PAGE);
  await page.addInitScript(
    `localStorage.setItem('live-webrtc.danmaku', '${JSON.stringify({ isOn: true, ...settings })}')`,
  );
  await page.goto(`${server.url}/web/player.html?room=fly&lang=en`);
  await page.getByTestId('chat-input').waitFor();
  return page;
}

/** So many lanes that a hundred messages fly at once, however slow the machine. */
async function makeHigh(page: Page): Promise<void> {
  await page.evaluate(`document.querySelector('[data-testid=danmaku]').style.height = '6000px'`);
  // The lanes are new with the next frame.
  await page.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))`);
}

interface Sample {
  count: number;
  /** Pairs of texts in each other's way. */
  overlaps: string[];
  /** What the animations change. */
  properties: string[];
}

const SAMPLE = `(() => {
  const boxes = active().map((element) => ({ element, box: element.getBoundingClientRect() }));
  const overlaps = [];
  for (const [index, one] of boxes.entries()) {
    for (const other of boxes.slice(index + 1)) {
      const [a, b] = [one.box, other.box];
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 1 && height > 1) overlaps.push(one.element.textContent + ' and ' + other.element.textContent);
    }
  }
  const animations = document.getAnimations().filter(({ effect }) => effect.target.classList.contains('flying'));
  const described = ['offset', 'computedOffset', 'easing', 'composite'];
  const properties = animations.flatMap(({ effect }) => effect.getKeyframes().flatMap(Object.keys));
  return { count: boxes.length, overlaps, properties: [...new Set(properties)].filter((name) => !described.includes(name)) };
})()`;

it('a hundred messages at once are moved by the compositor alone, never cover each other, and go when they have flown', async () => {
  const page = await openWatchPage({ share: 'all', density: 200, speed: 2 });
  await makeHigh(page);
  const samples: Sample[] = [];
  for (let wave = 0; wave < 8; wave++) {
    await page.evaluate('hear(60)');
    await page.waitForTimeout(400);
    samples.push(await page.evaluate<Sample>(SAMPLE));
  }
  expect(samples.flatMap(({ overlaps }) => overlaps)).toEqual([]);
  expect(Math.max(...samples.map(({ count }) => count))).toBeGreaterThanOrEqual(100);
  expect(new Set(samples.flatMap(({ properties }) => properties))).toEqual(new Set(['transform']));
  // Each has a layer of its own, and nothing of it is ever laid out again.
  expect(await page.evaluate('getComputedStyle(flying()[0]).willChange')).toBe('transform');
  expect(await page.evaluate('flying()[0].style.left')).toBe('');
  await eventually(async () => expect(await page.evaluate('flying().length')).toBe(0), { timeout: 15_000 });
  expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  await page.close();
});

const inStage = (where: string): string => `${where}.querySelector('[data-testid=stage] [data-testid=danmaku]')`;

it('are seen in full screen, as the stage goes there and not the video', async () => {
  const page = await openWatchPage({ share: 'all' });
  await page.getByTestId('fullscreen').click();
  await eventually(async () => {
    const test = '[document.fullscreenElement?.dataset.testid, document.fullscreenElement?.clientWidth].join()';
    expect(await page.evaluate(test)).toBe('stage,1280');
  });
  await page.evaluate('hear(5)');
  await eventually(async () => expect(await page.evaluate('active().length')).toBeGreaterThan(0));
  // Over the picture and not below it, all over the screen.
  expect(
    await page.evaluate(`active().every((element) => document.fullscreenElement.contains(element)) &&
    document.querySelector('[data-testid=danmaku]').clientHeight === innerHeight`),
  ).toBe(true);
  await page.getByTestId('stage').hover();
  await page.getByTestId('fullscreen').click();
  await eventually(async () => expect(await page.evaluate('document.fullscreenElement')).toBe(null));
  await eventually(async () => {
    await page.evaluate('hear(1)');
    expect(await page.evaluate('active().length')).toBeGreaterThan(0);
  });
  await page.close();
});

it('fly in a window of their own as well, and in the page again when that is closed', async () => {
  const page = await openWatchPage({ share: 'all' });
  const layer = inStage('documentPictureInPicture.window.document');
  for (const close of [
    'documentPictureInPicture.window.close()',
    `documentPictureInPicture.window.document
      .querySelector('[data-testid=picture-in-picture]').click()`,
  ]) {
    await eventually(async () => {
      await page.evaluate('hear(1)');
      expect(await page.evaluate('active().length')).toBeGreaterThan(0);
    });
    await page.getByTestId('stage').hover();
    await page.getByTestId('picture-in-picture').click();
    await eventually(async () => expect(await page.evaluate(`${layer} !== null`)).toBe(true));
    // What flew in the page has not come along as something that stands still.
    expect(await page.evaluate(`${layer}.childElementCount`)).toBe(0);
    expect(await page.evaluate(`${inStage('document')} === null`)).toBe(true);
    const moves = `[...${layer}.children].filter((element) => element.getAnimations()
      .some(({ effect }) => effect.getComputedTiming().progress > 0)).length`;
    await eventually(async () => {
      await page.evaluate('hear(1)');
      expect(await page.evaluate(moves)).toBeGreaterThan(0);
    });
    expect(await page.evaluate(`getComputedStyle(${layer}).position`)).toBe('absolute');

    await page.evaluate(close);
    await eventually(async () => expect(await page.evaluate(`${inStage('document')} !== null`)).toBe(true));
    expect(
      await page.evaluate('[documentPictureInPicture.window, document.querySelector(".stage-place")].join()'),
    ).toBe(',');
    await eventually(async () => expect(await page.evaluate('flying().length')).toBe(0));
    await eventually(async () => {
      await page.evaluate('hear(1)');
      expect(await page.evaluate('active().length')).toBeGreaterThan(0);
    });
  }
  await page.close();
});

it('no more fly than are wanted, whatever is said', async () => {
  const page = await openWatchPage({ share: 'all', density: 60 });
  await makeHigh(page);
  const most = await page.evaluate<number>(`new Promise((resolve) => {
    let most = 0;
    const begin = performance.now();
    let heard = 0;
    requestAnimationFrame(function frame(now) {
      most = Math.max(most, flying().length);
      const due = Math.floor((performance.now() - begin) / 2);
      if (due > heard) hear(due - heard);
      heard = due;
      if (due < 1500) requestAnimationFrame(frame);
      else resolve(most);
    });
  })`);
  expect(most).toBeLessThanOrEqual(60);
  expect(most).toBeGreaterThan(50);
  // The list has kept up as well.
  await page.getByTestId('chat-text').last().waitFor();
  await page.close();
});
