/** Chromium publishes RED; it reaches a viewer that takes RED, and is plain Opus to one without and in the recording. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RecordingInfo } from '../../src/recording/recording-info.ts';
import { decodingErrors, probe } from '../../src/recording/testing/media-tools.ts';
import { launchBrowser, openPage, type TestPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { LossyRelay } from '../support/lossy-relay.ts';
import type { InboundStatistics } from '../support/page-client.ts';
import { SMALL_VIDEO } from '../support/watch.ts';
import { startServer, type TestServer } from '../support/server.ts';

const ROOM = 'redundant';
const WATCHED_MS = 5000;

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

/** `network`: of a viewer's media. */
async function openSound(
  action: 'publish' | 'play',
  formats: readonly string[],
  network?: LossyRelay,
): Promise<TestPage> {
  const page = await openPage(browser, `${server.url}/empty`);
  await network?.attach(page);
  await page.call('setPublishing', SMALL_VIDEO);
  await page.call('setSoundFormats', formats);
  const path = action === 'publish' ? 'api/whip/publish' : 'api/whep/play';
  await page.call(action, `${server.url}/${path}/${ROOM}`);
  return page;
}

/** What a viewer hears in a while. */
async function listen(viewer: TestPage) {
  const before = await viewer.inbound('audio');
  await sleep(WATCHED_MS);
  const after = await viewer.inbound('audio');
  const grown = (name: Exclude<keyof InboundStatistics, 'kind' | 'codec'>): number => after[name] - before[name];
  return {
    bytesPerPacket: grown('bytesReceived') / grown('packetsReceived'),
    lost: grown('packetsLost'),
    /** Share of the sound. */
    madeUp: grown('concealedSamples') / grown('totalSamplesReceived'),
    energy: grown('totalAudioEnergy'),
  };
}

/** The room's only recording, when it is finished. */
async function recording(): Promise<RecordingInfo> {
  let found: RecordingInfo | undefined;
  await eventually(
    () => {
      const [name = ''] = readdirSync(join(directory, ROOM)).filter((file) => file.endsWith('.json'));
      found = JSON.parse(readFileSync(join(directory, ROOM, name), 'utf8')) as RecordingInfo;
      expect(found).toMatchObject({ state: 'done', audioCodec: 'opus' });
      return Promise.resolve();
    },
    { timeout: 20_000 },
  );
  if (found === undefined) throw new Error('no recording');
  return found;
}

/** One that loses a tenth of what goes to the viewer. */
function lossyNetwork(): Promise<LossyRelay> {
  return LossyRelay.start({ serverPort: server.udpPort, seed: 1, up: {}, down: { loss: 0.1 } });
}

it('RED goes to the viewer that takes it, and plain Opus to the other and into the recording', async () => {
  const publisher = await openSound('publish', ['red', 'opus']);
  await eventually(async () => expect((await publisher.outbound('audio')).packetsSent).toBeGreaterThan(50));
  const networks = [await lossyNetwork(), await lossyNetwork()];
  // In the order that Chromium has by itself.
  const withRed = await openSound('play', ['opus', 'red'], networks[0]);
  const without = await openSound('play', ['opus'], networks[1]);
  for (const viewer of [withRed, without]) {
    await eventually(async () => expect((await viewer.inbound('audio')).totalAudioEnergy).toBeGreaterThan(0));
  }
  const [red, plain] = await Promise.all([listen(withRed), listen(without)]);
  for (const { energy, lost } of [red, plain]) {
    expect(energy).toBeGreaterThan(0.1);
    expect(lost).toBeGreaterThan(5);
  }
  expect(red.bytesPerPacket).toBeGreaterThan(1.5 * plain.bytesPerPacket);
  expect(plain.madeUp).toBeGreaterThan(0.03);
  expect(red.madeUp).toBeLessThan(plain.madeUp / 3);

  await publisher.call('leave', 0, 'delete');
  await Promise.all([publisher, withRed, without].map((page) => page.close()));
  for (const network of networks) network.close();
  const info = await recording();
  const { name } = info.files.find((file) => file.name.endsWith('ogg')) ?? { name: '' };
  const path = join(directory, name);
  expect(decodingErrors(path)).toBe('');
  const [sound] = probe(path).streams;
  const packets = Number(sound?.nb_read_packets);
  expect(sound?.codec_name).toBe('opus');
  expect(packets).toBeGreaterThan(WATCHED_MS / 20);
  expect(readFileSync(path).length / packets).toBeLessThan(1.3 * plain.bytesPerPacket);
  const muxed = info.files.find((file) => file.name.endsWith('webm'))?.name ?? '';
  expect(decodingErrors(join(directory, muxed))).toBe('');
});
