import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { fullOr } from '../support/full.ts';
import { GStreamerClient } from '../support/gstreamer.ts';
import { openPlayer, openPublisher, playing } from '../support/pages.ts';
import { startServer, type TestServer } from '../support/server.ts';

const SECONDS = fullOr(10, 5);

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  // GStreamer's ICE library gathers no loopback candidate and cannot reach loopback from another interface.
  server = await startServer({ PUBLIC_IP: '' });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

it('GStreamer publishes H264 and Opus, Chromium plays it', async () => {
  const publisher = new GStreamerClient('publish', `${server.url}/api/whip/publish/from-gstreamer`);
  await eventually(() => expect([publisher.state, publisher.errors]).toEqual(['connected', []]));
  const player = await openPlayer(browser, server, 'from-gstreamer');
  await playing(player);

  const before = await player.inbound('video');
  await sleep(1000 * SECONDS);
  const video = await player.inbound('video');
  const audio = await player.inbound('audio');

  // The client sends 20 frames a second.
  expect(video.framesDecoded - before.framesDecoded).toBeGreaterThanOrEqual(0.9 * 20 * SECONDS);
  expect(video).toMatchObject({ codec: 'H264', freezeCount: 0, packetsLost: 0 });
  expect(audio.totalAudioEnergy).toBeGreaterThan(0);
  await player.close();
  expect(await publisher.stop()).toBe(0);
  expect(publisher.errors).toEqual([]);
});

it('Chromium publishes VP8 and Opus, GStreamer plays it', async () => {
  const publisher = await openPublisher(browser, server, 'to-gstreamer', { codec: 'VP8' });
  const player = new GStreamerClient('play', `${server.url}/api/whep/play/to-gstreamer`);
  await eventually(() => expect([player.counts.videoFrames > 0, player.errors]).toEqual([true, []]));

  const sentBefore = await publisher.outbound('video');
  const before = player.counts;
  await sleep(1000 * SECONDS);
  const sent = await publisher.outbound('video');
  const after = player.counts;

  // The client tells its counts once a second, so that a second's frames may be missing at either end.
  const frames = after.videoFrames - before.videoFrames;
  expect(frames).toBeGreaterThanOrEqual(0.9 * ((SECONDS - 1) / SECONDS) * (sent.framesSent - sentBefore.framesSent));
  expect(after.differentPictures - before.differentPictures).toBeGreaterThan(0.8 * frames);
  expect(after.loudAudioBuffers).toBeGreaterThan(0);
  expect(await player.stop()).toBe(0);
  expect(player.errors).toEqual([]);
  await publisher.close();
});
