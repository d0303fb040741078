/**
 * Frames of the watch page in Chromium with messages flying over a live picture, and of the same page without them,
 * before and after: whatever else the machine does is in all three.
 */
import type { Browser, Page } from 'playwright-core';
import type { Danmaku } from '../src/chat/protocol.ts';
import { ChatClient } from '../test/server/support/chat-client.ts';
import { launchBrowser, openPage } from '../test/support/browser.ts';
import { playing } from '../test/support/pages.ts';
import { startServer } from '../test/support/server.ts';
import { SMALL_VIDEO } from '../test/support/watch.ts';
import { type Drawing, drawingOf, type FrameTimes, frameTimesOf } from './measure/frame-times.ts';
import { pause, SETTLE_MS } from './measure/pause.ts';
import { BENCH_SETTINGS } from './measure/target.ts';
import { textTable } from './text-table.ts';

const ROOM = 'bench';
const WINDOW = { width: 1920, height: 1080 };
/** What the viewer has set: as many messages as are wanted on the screen, and those that still wait for their lane. */
const SETTINGS = { isOn: true, share: 'all', density: 200 };
/** Each person may say one message a second. */
const PEOPLE = 35;
/** More than find a place: the limit is always reached. */
const MESSAGES_PER_SECOND = 30;
/** Milliseconds that a message flies; so long after the first one there are as many as there will be. */
const FLIGHT_MS = 8000;
const TEXTS = ['哈哈哈哈', 'so good', '前方高能', 'hello from Oslo', '太强了！！', 'lol', '第一次看直播', 'nice shot'];
const COLORS = ['#ffffff', '#ffd84d', '#6fc7ff', '#ff7d9c'];

/** One of the three parts of a run. */
export interface DanmakuPart {
  /** Of the page's own script: requestAnimationFrame. */
  script: FrameTimes;
  /** Of what is drawn, which goes on without the script; a page where nothing moves has nothing to draw. */
  drawn: FrameTimes;
  /** Messages in sight at once: on average, and the fewest. */
  messages: { mean: number; fewest: number };
  /** Pictures of the video that were shown a second. */
  pictures: number;
}

export interface DanmakuFigures {
  before: DanmakuPart;
  flying: DanmakuPart;
  after: DanmakuPart;
}

/** Measures a server, a publisher and a viewer of its own; each part takes `durationMs`. */
export async function measureDanmaku({ durationMs }: { durationMs: number }): Promise<DanmakuFigures> {
  const server = await startServer({ ...BENCH_SETTINGS, MAX_CHATS_PER_ADDRESS: '0', GUEST_CHAT_RATE_PER_ADDRESS: '0' });
  const [browser, publishing] = await Promise.all([launchBrowser(), launchBrowser()]);
  const people: ChatClient[] = [];
  try {
    await publish(publishing, server.url);
    const page = await openWatchPage(browser, server.url);
    while (people.length < PEOPLE) people.push(await ChatClient.join(server.url, ROOM));
    await pause(SETTLE_MS);
    const before = await measurePart(browser, page, durationMs);
    const stop = speak(people);
    await pause(FLIGHT_MS);
    const flying = await measurePart(browser, page, durationMs);
    stop();
    await pause(FLIGHT_MS);
    return { before, flying, after: await measurePart(browser, page, durationMs) };
  } finally {
    for (const client of people) client.close();
    await Promise.all([browser.close(), publishing.close()]);
    await server.stop();
  }
}

/** Sends a picture from a page that shows none: what is measured should not share the machine with a preview. */
async function publish(browser: Browser, origin: string): Promise<void> {
  const page = await openPage(browser, `${origin}/empty`);
  await page.call('setPublishing', SMALL_VIDEO);
  await page.call('publish', `${origin}/api/whip/publish/${ROOM}`);
}

async function openWatchPage(browser: Browser, origin: string): Promise<Page> {
  const watcher = await openPage(browser, `${origin}/web/player.html?room=${ROOM}`);
  const { page } = watcher;
  await page.setViewportSize(WINDOW);
  await page.evaluate(`localStorage.setItem('live-webrtc.danmaku', '${JSON.stringify(SETTINGS)}')`);
  await page.reload();
  await page.getByTestId('start').click();
  await playing(watcher);
  return page;
}

/** Lets one after the other say something that flies, until the returned function is called. */
function speak(people: readonly ChatClient[]): () => void {
  let said = 0;
  const timer = setInterval(() => {
    const person = people[said % people.length];
    const danmaku: Danmaku = {
      color: COLORS[said % COLORS.length] ?? '#ffffff',
      size: said % 9 === 0 ? 'medium' : 'small',
      place: said % 25 === 0 ? 'top' : 'rolling',
    };
    person?.send({ type: 'send', clientId: `m${said}`, text: `${TEXTS[said % TEXTS.length]} ${said}`, danmaku });
    said++;
  }, 1000 / MESSAGES_PER_SECOND);
  return () => clearInterval(timer);
}

async function measurePart(browser: Browser, page: Page, durationMs: number): Promise<DanmakuPart> {
  await browser.startTracing(page, { categories: ['viz'] });
  const { times, messages, pictures } = await page.evaluate<InPage>(watchFrames(durationMs));
  const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: Drawing[] };
  return {
    script: frameTimesOf(times),
    drawn: frameTimesOf(drawingOf(trace.traceEvents)),
    messages: {
      mean: messages.reduce((sum, count) => sum + count, 0) / messages.length,
      fewest: Math.min(...messages),
    },
    pictures: (pictures * 1000) / durationMs,
  };
}

interface InPage {
  /** When each frame began: milliseconds. */
  times: number[];
  /** In sight, twice a second. */
  messages: number[];
  pictures: number;
}

/** To be evaluated in the page. Nothing is asked of the page's layout. */
function watchFrames(durationMs: number): string {
  return `new Promise((resolve) => {
    const times = [];
    const messages = [];
    const video = document.querySelector('[data-testid=video]');
    const shown = () => {
      const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
      return totalVideoFrames - droppedVideoFrames;
    };
    const before = shown();
    const count = () => document.getAnimations().filter(({ effect }) =>
      effect?.target?.classList.contains('flying') && effect.getComputedTiming().progress !== null).length;
    requestAnimationFrame(function frame(now) {
      times.push(now);
      if (now - times[0] >= 500 * messages.length) messages.push(count());
      if (now - times[0] < ${durationMs}) requestAnimationFrame(frame);
      else resolve({ times, messages, pictures: shown() - before });
    });
  })`;
}

const HEAD = ['', 'frames/s', 'longest', '> 20 ms', 'drawn/s', 'longest', '> 20 ms', 'messages', 'video/s'];

/** The table and one line that says what it comes to. */
export function describeDanmaku({ before, flying, after }: DanmakuFigures): string {
  const rows = [row('without', before), row('with messages', flying), row('without', after)];
  const quiet = (before.script.perSecond + after.script.perSecond) / 2;
  return [
    textTable([HEAD, ...rows]),
    '',
    `With ${flying.messages.mean.toFixed(0)} messages in sight the page has ${flying.script.perSecond.toFixed(1)} frames a ` +
      `second, ${(flying.script.perSecond / quiet).toFixed(2)} of those without; ` +
      `${flying.drawn.perSecond.toFixed(1)} a second are drawn.`,
  ].join('\n');
}

function row(name: string, { script, drawn, messages, pictures }: DanmakuPart): string[] {
  return [
    name,
    ...[script, drawn].flatMap(({ perSecond, longest, lateShare }) => [
      perSecond.toFixed(1),
      `${longest.toFixed(1)} ms`,
      `${(100 * lateShare).toFixed(1)} %`,
    ]),
    `${messages.mean.toFixed(0)} (${messages.fewest} at least)`,
    pictures.toFixed(1),
  ];
}
