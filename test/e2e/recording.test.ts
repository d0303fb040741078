/** What Chromium publishes is recorded: each codec, with every frame that it sent. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordingInfo } from '../../src/recording/recording-info.ts';
import { decodingErrors, packetTimes, probe } from '../../src/recording/testing/media-tools.ts';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openPublisher } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

const PUBLISHED_MS = 3000;

let directory: string;
let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'records-'));
  server = await startServer({ RECORD_ENABLED: '1', RECORD_DIR: directory, RECORD_MIN_FREE: '0' });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  rmSync(directory, { recursive: true });
});

/** The finished recordings of a room. */
function recordings(room: string): RecordingInfo[] {
  return readdirSync(join(directory, room))
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(directory, room, name), 'utf8')) as RecordingInfo)
    .filter(({ state }) => state !== 'recording');
}

describe.each([
  { codec: 'VP8', extensions: ['ivf', 'ogg', 'webm'] },
  { codec: 'VP9', extensions: ['ivf', 'ogg', 'mp4'] },
  { codec: 'H264', extensions: ['ogg', 'mp4'] },
  // Its software encoder is slow.
  { codec: 'AV1', extensions: ['ivf', 'ogg', 'mp4'], width: 480, height: 270 },
])('$codec with Opus from Chromium', ({ codec, extensions, ...size }) => {
  it('is recorded whole and plays', async () => {
    const room = `recorded-${codec}`;
    const publisher = await openPublisher(browser, server, room, { codec, ...size });
    await new Promise((resolve) => setTimeout(resolve, PUBLISHED_MS));
    const { framesSent } = await publisher.outbound('video');
    await publisher.close();
    await eventually(
      () => {
        expect(recordings(room)).toHaveLength(1);
        return Promise.resolve();
      },
      { timeout: 20_000 },
    );

    const [info] = recordings(room);
    expect(info).toMatchObject({ state: 'done', videoCodec: codec, audioCodec: 'opus' });
    expect(info?.files.map(({ name }) => name.split('.').at(-1))).toEqual(extensions);
    for (const { name, size: bytes } of info?.files ?? []) {
      const path = join(directory, name);
      expect(readFileSync(path).length).toBe(bytes);
      expect(decodingErrors(path)).toBe('');
      expect(Math.abs(Number(probe(path).format.duration) - (info?.duration ?? 0))).toBeLessThan(0.15);
      // Between the count and the end of the page a few more were sent.
      if (!name.endsWith('ogg')) expect(packetTimes(path, 'video').length).toBeGreaterThanOrEqual(framesSent);
    }
  });
});
