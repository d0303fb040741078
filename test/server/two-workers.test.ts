/** Media through two real workers: rooms that are on both, and what a worker's death leaves. */
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MediaFrame } from '../../src/recording/media-frame.ts';
import { audioFrames, inOrder, videoFrames } from '../../src/recording/testing/encoded-frames.ts';
import { FramePublisher } from '../support/frame-publisher.ts';
import { RtcClient } from '../support/rtc-client.ts';
import { SDP, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

const REAL_WORKER = fileURLToPath(new URL('../../src/worker/main.ts', import.meta.url));
/** Seconds that a publisher sends: longer than any of these tests. */
const SECONDS = 40;

let frames: MediaFrame[];
beforeAll(async () => {
  frames = inOrder([...videoFrames('VP8', { seconds: SECONDS }), ...(await audioFrames(SECONDS))]);
});

let server: TestServer;
let clients: { close: () => void }[] = [];
afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await server.stop();
});

/** Two workers, each with so many sessions at most. */
async function start(sessions: number, settings: Record<string, string> = {}): Promise<void> {
  server = await startTestServer(
    { MEDIA_WORKERS: '2', PUBLIC_IP: '127.0.0.1', TCP_PORT: 'off', WORKER_LOAD_LIMIT: '0', ...settings },
    { workerEntry: REAL_WORKER, loadLimits: { sessions } },
  );
}

async function publish(room: string): Promise<FramePublisher> {
  const publisher = await FramePublisher.connect(`${server.url}/api/whip/publish/${room}`, 'VP8');
  clients.push({ close: () => publisher.stop() });
  void publisher.send(frames);
  return publisher;
}

interface Viewer {
  /** UDP port of its worker. */
  port: number;
  path: string;
  /** RTP packets so far. */
  packets: () => number;
}

async function play(room: string): Promise<Viewer> {
  let packets = 0;
  const client = new RtcClient({ role: 'play', onRtp: () => packets++ });
  clients.push(client);
  const response = await server.call('POST', `/api/whep/play/${room}`, SDP, client.offer());
  const answer = await response.text();
  expect([response.status, answer]).toEqual([201, expect.any(String)]);
  await client.connect(answer);
  const port = Number(/^a=candidate:\S+ 1 udp \d+ \S+ (\d+)/m.exec(answer)?.[1]);
  return { port, path: response.headers.get('location') ?? '', packets: () => packets };
}

/** Waits until all of them get media. */
async function watching(viewers: readonly Viewer[]): Promise<void> {
  const before = viewers.map((viewer) => viewer.packets());
  await until(
    () => viewers.every((viewer, index) => viewer.packets() > (before[index] ?? 0) + 20),
    `media: ${viewers.map((viewer) => viewer.packets()).join()}`,
    15_000,
  );
}

const killWorker = (port: number): void => {
  const index = server.udpPorts.indexOf(port);
  process.kill(server.workerPids[index] ?? 0, 'SIGKILL');
};

const exists = async ({ path }: Viewer): Promise<boolean> => (await server.call('GET', path)).status === 204;

describe('two workers', () => {
  it('show a room to viewers on both', async () => {
    await start(2);
    await publish('room');
    const viewers = [await play('room'), await play('room'), await play('room')];
    const ports = viewers.map(({ port }) => port);
    expect(new Set(ports)).toEqual(new Set(server.udpPorts));
    expect(ports[1]).toBe(ports[2]);
    await watching(viewers);
    const room = (await (await server.call('GET', '/api/rooms/room')).json()) as Record<string, unknown>;
    expect(room).toMatchObject({ live: true, subscribers: 3 });
    expect(room.tracks).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'video', codec: 'VP8' })]));
  });

  it('show it to viewers who waited on both before anybody published', async () => {
    await start(2);
    const viewers = [await play('room'), await play('room'), await play('room')];
    expect(new Set(viewers.map(({ port }) => port)).size).toBe(2);
    await publish('room');
    await watching(viewers);
  });

  it('keep the viewers of the living one, who go on when the publisher comes back there', async () => {
    await start(2);
    await publish('room');
    const near = await play('room');
    const far = await play('room');
    await watching([near, far]);
    killWorker(near.port);
    await until(() => server.events.some(({ msg }) => msg === 'media worker died'), 'the death is noticed');
    expect([await exists(near), await exists(far)]).toEqual([false, true]);
    await publish('room');
    await watching([far]);
    await until(() => server.events.filter(({ msg }) => msg === 'media worker is ready').length === 3, 'it is back');
    const again = await play('room');
    expect(again.port).toBe(near.port);
    await watching([again, far]);
    expect(await exists(far)).toBe(true);
  });

  it('change the publisher of a room from one to the other before the viewers of both', async () => {
    // Viewers without a publisher are ended at once: they must not be without one for a moment.
    await start(2, { ROOM_LINGER: '0s' });
    await publish('room');
    const near = await play('room');
    const far = await play('room');
    expect(near.port).not.toBe(far.port);
    await watching([near, far]);
    await publish('room');
    await until(() => server.events.some(({ reason }) => reason === 'replaced'), 'the first is replaced');
    await watching([near, far]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await watching([near, far]);
    expect([await exists(near), await exists(far)]).toEqual([true, true]);
  });
});
