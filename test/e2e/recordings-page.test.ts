import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordingsFolder, writeRecording } from '../server/support/recordings.ts';
import { startTestServer, type TestServer } from '../server/support/test-server.ts';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { makeMedia } from '../support/recorded-media.ts';
import { SCROLL } from '../support/scroll.ts';

/** Seconds. */
const DURATION = 12;
const DAY = 24 * 3600_000;

let browser: Browser;
let media: Record<'vp8' | 'vp9' | 'h264' | 'sound' | 'growing', Buffer>;
let directory: string;
let server: TestServer;
let page: Page;
/** What the browser complained about, and requests to other origins. */
let complaints: string[];

beforeAll(async () => {
  const [vp8, vp9, h264, sound, growing] = await Promise.all([
    makeMedia({ codec: 'VP8', extension: 'webm', duration: DURATION }),
    makeMedia({ codec: 'VP9', extension: 'mp4', duration: DURATION }),
    makeMedia({ codec: 'H264', extension: 'mp4', duration: DURATION }),
    makeMedia({ codec: undefined, extension: 'ogg', duration: DURATION }),
    makeMedia({ codec: 'VP8', extension: 'webm', duration: DURATION, grows: true }),
  ]);
  media = { vp8, vp9, h264, sound, growing };
  browser = await launchBrowser();
});

afterAll(() => browser.close());

beforeEach(() => {
  directory = recordingsFolder();
  complaints = [];
});

afterEach(async () => {
  await page.context().close();
  await server.stop();
  rmSync(directory, { recursive: true });
});

const SHAPE = { duration: DURATION, width: 320, height: 180, audioCodec: 'opus' } as const;
/** Local noon, so that no time zone moves it to another day. */
const noon = (day: number): number => new Date(2026, 2, day, 12).getTime();

function writeShelf(): void {
  const { vp8, vp9, h264, sound } = media;
  writeRecording(
    directory,
    { id: 'vp8', room: 'demo', startedAt: noon(3), ...SHAPE, videoCodec: 'VP8' },
    { webm: vp8, ogg: sound, ivf: 'DKIF' },
  );
  writeRecording(
    directory,
    { id: 'h264', room: 'hall', startedAt: noon(2), ...SHAPE, duration: 4000, videoCodec: 'H264' },
    { mp4: h264, ogg: 'OggS' },
  );
  writeRecording(
    directory,
    { id: 'vp9', room: '现场', startedAt: noon(1), ...SHAPE, videoCodec: 'VP9', state: 'failed', error: 'Disk full.' },
    { mp4: vp9 },
  );
  writeRecording(
    directory,
    { id: 'sound', room: 'radio', startedAt: noon(1) - DAY * 40, ...SHAPE, videoCodec: undefined },
    { ogg: sound },
  );
}

async function start(settings: Record<string, string> = {}): Promise<void> {
  server = await startTestServer({ RECORD_DIR: directory, ...settings });
}

/** Opens the shelf; `before` sees the page before it loads anything. */
async function openShelf(
  query = '',
  before: (page: Page) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) complaints.push(request.url());
  });
  await before(page);
  await page.goto(`${server.url}/web/recordings.html${query}`);
}

const card = (id: string): Locator => page.locator(`[data-testid=recording][data-id="${id}"]`);

/** Ids of the cards, in their order. */
function shown(): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('[data-testid=recording]')].map((item) => item.dataset.id)`);
}

/** Waits until the page says why there is no list. */
const told = (state: string): Promise<void> =>
  page.locator(`[data-testid=message][data-state="${state}"]`).waitFor({ timeout: 10_000 });

const mediaElement = (): Locator => page.getByTestId('media');

interface MediaState {
  time: number;
  width: number | undefined;
  tag: string;
}

function mediaState(): Promise<MediaState> {
  return page.evaluate(`(() => {
    const { currentTime, videoWidth, tagName } = document.querySelector('[data-testid=media]');
    return { time: currentTime, width: videoWidth, tag: tagName };
  })()`);
}

/** Sends the open recording to a time, in seconds. */
async function seek(time: number): Promise<void> {
  await page.evaluate(`document.querySelector('[data-testid=media]').currentTime = ${time}`);
}

/** Waits until the open recording plays beyond a time, in seconds. */
const playsBeyond = (time: number): Promise<void> =>
  eventually(async () => expect((await mediaState()).time).toBeGreaterThan(time), { timeout: 15_000 });

async function play(id: string): Promise<void> {
  await card(id).getByTestId('play').click();
  await playsBeyond(0.2);
}

describe('the shelf', () => {
  it('has a card for each recording with all that is known of it', async () => {
    writeShelf();
    await start();
    await openShelf();
    await eventually(async () => expect(await shown()).toEqual(['vp8', 'h264', 'vp9', 'sound']));
    const total = media.vp8.length + media.sound.length + 4;
    expect(await card('vp8').getByTestId('facts').textContent()).toBe(
      `${Math.round(total / 1000)} kB · 320 × 180 · VP8 + Opus`,
    );
    expect(await card('vp8').textContent()).toMatch(/0:12.*demo.*Done.*Mar 3, 2026, 12:00.PM/u);
    expect(await card('h264').textContent()).toContain('1:06:40');
    expect(await card('vp9').getByTestId('reason').textContent()).toBe('Reason: Disk full.');
    expect(await card('sound').getByTestId('facts').textContent()).toContain('Sound only · Opus');
    const files = await card('vp8').getByTestId('download').allTextContents();
    expect(files).toEqual(['WEBM', 'IVF', 'OGG']);
    expect(await card('vp8').getByTestId('play').getAttribute('aria-label')).toMatch(/^Play demo, Mar 3, 2026/);
    for (const id of ['vp8', 'h264', 'vp9']) {
      await card(id).locator('[data-testid=thumbnail][data-has-frame=true]').waitFor({ timeout: 15_000 });
    }
    expect(await card('sound').locator('[data-has-frame=true]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('is searched by room and time, and sorted', async () => {
    writeShelf();
    await start();
    await openShelf();
    const search = page.getByTestId('search');
    const finds = async (text: string, expected: string[]): Promise<void> => {
      await search.fill(text);
      await eventually(async () => expect(await shown()).toEqual(expected));
    };
    await finds('HALL', ['h264']);
    await finds('2026-03', ['vp8', 'h264', 'vp9']);
    await finds('现场', ['vp9']);
    await finds('nobody', []);
    await told('no-match');
    await page.getByTestId('show-all').click();
    await page.locator('[data-testid=search]:focus').waitFor();
    await eventually(async () => expect(await shown()).toHaveLength(4));
    await page.getByTestId('day').fill('2026-03-02');
    await eventually(async () => expect(await shown()).toEqual(['h264']));
    await page.getByTestId('clear-search').click();
    for (const [order, expected] of [
      ['longest', ['h264', 'vp8', 'vp9', 'sound']],
      ['room', ['vp8', 'h264', 'sound', 'vp9']],
      ['newest', ['vp8', 'h264', 'vp9', 'sound']],
    ] as const) {
      await page.getByTestId('order').selectOption(order);
      await eventually(async () => expect(await shown()).toEqual(expected));
    }
    await page.getByTestId('order').selectOption('largest');
    const sizes = await Promise.all((await shown()).map((id) => card(id).getByTestId('facts').textContent()));
    const bytes = sizes.map((text) => parseFloat(text ?? '') * (text?.includes('MB') === true ? 1000 : 1));
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
  });

  it('takes the room that the other pages hand on, and hands it back', async () => {
    writeShelf();
    await start();
    await openShelf('?room=hall');
    await eventually(async () => expect(await shown()).toEqual(['h264']));
    await page.getByTestId('nav-player').click();
    await page.waitForURL('**/web/player.html?room=hall');
    await page.getByTestId('nav-recordings').click();
    await page.waitForURL('**/web/recordings.html?room=hall');
    await eventually(async () => expect(await shown()).toEqual(['h264']));
  });

  it('stays fluid with a thousand recordings', async () => {
    for (let index = 0; index < 1000; index++) {
      writeRecording(
        directory,
        { id: `id${index}`, room: `room-${index % 25}`, startedAt: noon(1) + index * 60_000, ...SHAPE },
        { webm: media.vp8 },
      );
    }
    await start();
    await openShelf();
    await eventually(async () => expect((await shown()).length).toBeGreaterThan(0));
    expect((await shown()).length).toBeLessThan(200);
    const longest: number = await page.evaluate(SCROLL);
    expect(longest).toBeLessThan(1500);
    expect((await shown()).length).toBeGreaterThan(48);
    const before = performance.now();
    await page.getByTestId('search').fill('room-24');
    await eventually(async () => expect(await page.getByTestId('count').textContent()).toBe('40 of 1000 recordings'), {
      interval: 10,
    });
    expect(performance.now() - before).toBeLessThan(5000);
    expect(await page.locator('video').count()).toBe(0);
  });
});

describe('a recording', () => {
  it.each(['vp8', 'h264', 'vp9'])('plays in the page and is where it is sent to: %s', async (id) => {
    writeShelf();
    await start();
    const ranges: string[] = [];
    await openShelf('', (opened) => {
      opened.on('request', (request) => {
        const { range } = request.headers();
        if (range !== undefined && request.url().includes(`_${id}.`)) ranges.push(range);
      });
      return Promise.resolve();
    });
    await play(id);
    expect((await mediaState()).width).toBe(320);
    await seek(9);
    await playsBeyond(9.2);
    expect(ranges.length).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await page.getByTestId('dialog').waitFor({ state: 'detached' });
    const focused: string = await page.evaluate(`document.activeElement.closest('[data-id]').dataset.id`);
    expect(focused).toBe(id);
    expect(complaints).toEqual([]);
  });

  it('of sound alone plays in an audio element', async () => {
    writeShelf();
    await start();
    await openShelf();
    await play('sound');
    expect((await mediaState()).tag).toBe('AUDIO');
    await seek(9);
    await playsBeyond(9.2);
    await page.getByTestId('close').click();
    await page.getByTestId('dialog').waitFor({ state: 'detached' });
  });

  it('is saved under its name, whole', async () => {
    writeShelf();
    await start();
    await openShelf();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      card('vp8').locator('[data-testid=download]').first().click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^demo_2026\d{4}T\d{6}Z_vp8\.webm$/);
    expect(readFileSync(await download.path()).equals(media.vp8)).toBe(true);
  });

  it.each([
    ['webm', 'VP8'],
    ['mp4', 'H264'],
  ] as const)(
    'that goes on plays from its start, and its card and its end move on: %s',
    async (extension, videoCodec) => {
      await start();
      const content = extension === 'webm' ? media.growing : media.h264;
      const half = Math.round(content.length / 2);
      const info = writeRecording(
        directory,
        { id: 'now', room: 'demo', ...SHAPE, state: 'recording', endedAt: undefined, videoCodec },
        { [extension]: content.subarray(0, half) },
      );
      await openShelf();
      await card('now').waitFor();
      expect(await card('now').getByTestId('record-state').textContent()).toBe('Recording');
      await play('now');
      expect((await mediaState()).time).toBeLessThan(4);
      const facts = await card('now').getByTestId('facts').textContent();
      appendFileSync(join(directory, info.files[0]?.name ?? ''), content.subarray(half));
      await eventually(async () => expect(await card('now').getByTestId('facts').textContent()).not.toBe(facts));
      await playsBeyond(DURATION * 0.75);
      await seek(1);
      await eventually(async () => expect((await mediaState()).time).toBeLessThan(4));
      await playsBeyond(1.2);
      expect(complaints).toEqual([]);
    },
  );

  it('that has gone meanwhile says so', async () => {
    // Nothing that the browser could have kept of it plays.
    writeRecording(directory, { id: 'gone', ...SHAPE }, { webm: 'x' });
    await start();
    await openShelf();
    await card('gone').waitFor();
    rmSync(join(directory, 'room'), { recursive: true });
    await card('gone').getByTestId('play').click();
    await page.getByTestId('play-problem').filter({ hasText: 'not there any more' }).waitFor();
  });

  it('that the browser cannot play says so, and can still be saved', async () => {
    writeRecording(directory, { id: 'broken', ...SHAPE }, { webm: 'this is no WebM' });
    await start();
    await openShelf();
    await card('broken').getByTestId('play').click();
    await page.getByTestId('play-problem').waitFor();
    expect(await page.getByTestId('play-problem').textContent()).toContain('Download it');
    expect(await page.getByTestId('dialog').getByTestId('download').count()).toBe(1);
  });
});

describe('the shelf without recordings', () => {
  it('says whether recording is on', async () => {
    await start();
    await openShelf();
    await told('off');
    await page.context().close();
    await server.stop();
    await start({ RECORD_ENABLED: '1' });
    await openShelf();
    await told('empty');
    expect(complaints).toEqual([]);
  });

  it('asks for a token, and shows what the token may see', async () => {
    writeShelf();
    await start({ AUTH_TOKEN: 'global', ROOM_TOKENS: 'hall:own' });
    await openShelf();
    await told('token');
    const show = async (token: string): Promise<void> => {
      await page.getByTestId('token').fill(token);
      await page.getByTestId('token').press('Enter');
    };
    await show('wrong');
    await eventually(async () => expect(await page.getByTestId('message').textContent()).toContain('does not know'));
    await show('global');
    await eventually(async () => expect(await shown()).toEqual(['vp8', 'vp9', 'sound']));
    await play('vp8');
    await page.keyboard.press('Escape');
    await show('own');
    await eventually(async () => expect(await shown()).toEqual(['h264']));
    await page.reload();
    await eventually(async () => expect(await shown()).toEqual(['h264']));
  });

  it('asks again by itself when the server is away', async () => {
    writeShelf();
    await start();
    let isAway = true;
    await openShelf('', (opened) =>
      opened.route('**/api/records', (route) => (isAway ? route.abort() : route.continue())),
    );
    await told('unreachable');
    isAway = false;
    await eventually(async () => expect(await shown()).toHaveLength(4));
  });
});

describe('links', () => {
  it('that are older than an hour are renewed before a recording is played', async () => {
    writeShelf();
    await start();
    let lists = 0;
    await openShelf('', async (opened) => {
      await opened.clock.install();
      opened.on('request', (request) => (lists += Number(request.url().endsWith('/api/records'))));
    });
    await card('vp8').waitFor();
    expect(lists).toBe(1);
    await page.clock.fastForward('00:59:00');
    await card('vp8').getByTestId('play').click();
    await page.getByTestId('close').click();
    expect(lists).toBe(1);
    await page.clock.fastForward('00:02:00');
    await card('vp8').getByTestId('play').click();
    await mediaElement().waitFor();
    expect(lists).toBe(2);
  });
});
