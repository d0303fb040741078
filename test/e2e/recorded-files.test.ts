/** Chromium plays what the recorder writes, and seeks in it: when it is finished, and while it grows. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaFrame } from '../../src/recording/media-frame.ts';
import { audioFrames, inOrder, videoFrames } from '../../src/recording/testing/encoded-frames.ts';
import { writeFrames } from '../../src/recording/testing/write-files.ts';
import { launchBrowser } from '../support/browser.ts';

const SECONDS = 6;
const KEYFRAME_INTERVAL = 50;
/** Not at a keyframe. */
const SOUGHT = 4.6;

let browser: Browser;
let page: Page;
let server: Server;
let folder: string;
let file = '';
let audio: MediaFrame[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'played-'));
  audio = await audioFrames(SECONDS);
  server = createServer((request, response) => {
    const bytes = readFileSync(file);
    const [, first = '0', last = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
    const end = last === '' ? bytes.length - 1 : Number(last);
    response.writeHead(206, {
      'Content-Type': file.endsWith('webm') ? 'video/webm' : 'video/mp4',
      'Content-Range': `bytes ${first}-${end}/${bytes.length}`,
      'Accept-Ranges': 'bytes',
    });
    response.end(bytes.subarray(Number(first), end + 1));
  });
  server.listen(0, '127.0.0.1');
  browser = await launchBrowser();
  page = await browser.newPage();
});
afterAll(async () => {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true });
});

interface Played {
  duration: number;
  /** Where it stood after a second of playing, and after a seek and a moment more. */
  played: number;
  sought: number;
  /** Of the picture after the seek. */
  width: number;
  error: string;
}

/** Plays a file for a second from its start, then from `seek` seconds where that is given. */
async function play(path: string, seek?: number): Promise<Played> {
  file = path;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return page.evaluate(
    `(async () => {
      const video = document.createElement('video');
      video.muted = true;
      video.src = ${JSON.stringify(url)} + '?' + Math.random();
      const once = (name) => new Promise((resolve) => video.addEventListener(name, resolve, { once: true }));
      const until = async (holds) => {
        const end = performance.now() + 15000;
        while (!holds() && video.error === null && performance.now() < end) await new Promise((r) => setTimeout(r, 20));
      };
      await until(() => video.readyState >= 1);
      const duration = video.duration;
      await video.play().catch(() => undefined);
      await until(() => video.currentTime >= 1);
      const played = video.currentTime;
      const seek = ${seek ?? 'undefined'};
      if (seek !== undefined) {
        video.currentTime = seek;
        await once('seeked');
        await until(() => video.currentTime >= seek + 0.5);
      }
      const error = video.error === null ? '' : video.error.message;
      return { duration, played, sought: video.currentTime, width: video.videoWidth, error };
    })()`,
  );
}

describe.each([
  ['VP8', 'webm'],
  ['VP9', 'mp4'],
  ['AV1', 'mp4'],
  ['H264', 'mp4'],
] as const)('%s and Opus in %s', (codec, extension) => {
  let frames: MediaFrame[];
  beforeAll(() => {
    frames = inOrder(videoFrames(codec, { seconds: SECONDS, keyframeInterval: KEYFRAME_INTERVAL }), audio);
  });

  it('has its length and can be sought in when it is finished', async () => {
    const result = await play(await writeFrames(folder, extension, frames), SOUGHT);
    expect(result).toMatchObject({ error: '', width: 320 });
    expect(Math.abs(result.duration - SECONDS)).toBeLessThan(0.1);
    expect(result.played).toBeGreaterThanOrEqual(1);
    expect(result.sought).toBeGreaterThanOrEqual(SOUGHT + 0.5);
  });

  it('plays from its start while it grows', async () => {
    const result = await play(await writeFrames(folder, extension, frames, false));
    expect(result).toMatchObject({ error: '', width: 320 });
    expect(result.played).toBeGreaterThanOrEqual(1);
  });

  it('plays on where the picture changes its size', async () => {
    const larger = videoFrames(codec, { seconds: 2, width: 640, height: 360 });
    const changed = [
      ...frames.filter(({ kind, time }) => kind === 'video' && time < 4),
      ...larger.map((frame) => ({ ...frame, time: frame.time + 4 })),
    ];
    const result = await play(await writeFrames(folder, extension, changed), SOUGHT);
    expect(result).toMatchObject({ error: '', width: 640 });
    expect(result.sought).toBeGreaterThanOrEqual(SOUGHT + 0.5);
  });
});
