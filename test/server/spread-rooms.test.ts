/** Rooms whose sessions are on several workers, as HTTP sees them; the workers are without media. */
import { afterEach, describe, expect, it } from 'vitest';
import type { LoadLimits } from '../../src/worker-pool/worker-load.ts';
import { readEvents } from '../support/event-reader.ts';
import { OFFER, problemOf, SDP, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

async function start(loadLimits: Partial<LoadLimits>, settings: Record<string, string> = {}): Promise<void> {
  server = await startTestServer({ MEDIA_WORKERS: '2', ...settings }, { loadLimits });
}

interface Opened {
  path: string;
  /** Process id of the worker. */
  worker: number;
}

async function open(kind: 'whip/publish' | 'whep/play', room: string, offer = OFFER): Promise<Opened> {
  const response = await server.call('POST', `/api/${kind}/${room}`, SDP, offer);
  expect(response.status).toBe(201);
  const worker = Number(/a=x-process:(\d+)/.exec(await response.text())?.[1]);
  return { path: response.headers.get('location') ?? '', worker };
}

const publish = (room: string): Promise<Opened> => open('whip/publish', room);
const play = (room: string): Promise<Opened> => open('whep/play', room);
const post = (kind: 'whip/publish' | 'whep/play', room: string): Promise<Response> =>
  server.call('POST', `/api/${kind}/${room}`, SDP, OFFER);

/** What workers were told of where a room's publisher is: whether it is elsewhere. */
function origins(room: string): boolean[] {
  return server.events
    .map(({ msg }) => (typeof msg === 'string' && msg.startsWith('origin ') ? msg.slice(7) : undefined))
    .filter((line) => line !== undefined)
    .map((line) => JSON.parse(line) as { room: string; origin?: { address: string; port: number } })
    .filter((told) => told.room === room)
    .map(({ origin }) => origin !== undefined);
}

const connected = (path: string): Promise<void> => {
  const session = path.split('/').at(-1);
  return until(
    () => server.events.some((event) => event.msg === 'session connected' && event.session === session),
    'the session is connected',
  );
};

describe('a room on two workers', () => {
  it('has its viewers beyond the limit on the other worker, which is told where the publisher is', async () => {
    await start({ sessions: 3 });
    const publisher = await publish('room');
    await connected(publisher.path);
    const viewers = [await play('room'), await play('room'), await play('room'), await play('room')];
    const other = viewers[2]?.worker;
    expect(other).not.toBe(publisher.worker);
    expect(viewers.map(({ worker }) => worker)).toEqual([publisher.worker, publisher.worker, other, other]);
    await until(() => origins('room').length === 4, 'all are told');
    expect(origins('room')).toEqual([false, false, true, true]);
  });

  it('is one room in the API', async () => {
    await start({ sessions: 2 });
    await connected((await publish('room')).path);
    for (let i = 0; i < 3; i++) await play('room');
    const list = (await (await server.call('GET', '/api/rooms')).json()) as object[];
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ name: 'room', live: true, subscribers: 3, tracks: [{ codec: 'VP8' }] });
    const room = (await (await server.call('GET', '/api/rooms/room')).json()) as { sessions: { role: string }[] };
    expect(room).toMatchObject({ live: true, subscribers: 3, warnings: [{ code: 'b_frames' }] });
    expect(room.sessions.map(({ role }) => role)).toEqual(['publish', 'play', 'play', 'play']);
  });

  it('is closed as a whole', async () => {
    await start({ sessions: 2 }, { ADMIN_TOKEN: 'admin-token-of-the-test' });
    const headers = { Authorization: 'Bearer admin-token-of-the-test' };
    await publish('room');
    const viewers = [await play('room'), await play('room')];
    expect(new Set(viewers.map(({ worker }) => worker)).size).toBe(2);
    expect((await server.call('POST', '/api/admin/rooms/room/close', headers)).status).toBe(204);
    await until(async () => (await server.call('GET', '/api/rooms/room', headers)).status === 404, 'it is closed');
    for (const { path } of viewers) expect((await server.call('GET', path, headers)).status).toBe(410);
    expect((await server.call('POST', '/api/admin/rooms/room/close', headers)).status).toBe(404);
  });

  it('is counted as one, and its viewers together', async () => {
    await start({ sessions: 2 }, { MAX_ROOMS: '1', MAX_SUBS_PER_ROOM: '3' });
    await publish('room');
    for (let i = 0; i < 3; i++) await play('room');
    expect((await problemOf(await post('whep/play', 'room'))).code).toBe('room_full');
    expect((await problemOf(await post('whip/publish', 'other'))).code).toBe('too_many_rooms');
    const page = await (await server.call('GET', '/metrics')).text();
    expect(page).toContain('live_webrtc_rooms 1\n');
    expect(page).toContain('live_webrtc_subscribers 3\n');
  });

  it('tells every viewer how many there are on both', async () => {
    await start({ sessions: 2 });
    await publish('room');
    const near = await play('room');
    const far = await play('room');
    expect(far.worker).not.toBe(near.worker);
    const readers = await Promise.all(
      [near, far].map(async ({ path }) => {
        const body = JSON.stringify(['viewercount']);
        const made = await server.call('POST', `${path}/sse`, { 'Content-Type': 'application/json' }, body);
        return readEvents(server.url + (made.headers.get('location') ?? ''));
      }),
    );
    const last = (count: number): Promise<void> =>
      until(
        () => readers.every(({ events }) => JSON.stringify(events.at(-1)?.data) === `{"viewercount":${count}}`),
        `${count} viewers are told`,
      );
    await last(2);
    const third = await play('room');
    await last(3);
    await server.call('DELETE', third.path);
    await last(2);
  });

  it('follows a publisher that takes it over on another worker, and ends the one before', async () => {
    await start({ sessions: 2 });
    const first = await publish('room');
    await connected(first.path);
    const viewer = await play('room');
    expect(viewer.worker).toBe(first.worker);
    const second = await publish('room');
    expect(second.worker).not.toBe(first.worker);
    await until(() => server.events.some(({ msg }) => msg === 'removed replaced'), 'the first is ended');
    expect(server.events).toContainEqual(
      expect.objectContaining({ msg: 'session closed', session: first.path.split('/').at(-1), reason: 'replaced' }),
    );
    expect((await server.call('GET', first.path)).status).toBe(404);
    expect((await server.call('GET', second.path)).status).toBe(204);
    // Before the viewer, then when the second has come; never in between that nobody is there.
    expect(origins('room')).toEqual([false, true]);
    await server.call('DELETE', second.path);
    await until(() => origins('room').length === 3, 'the viewer’s worker hears that nobody is there');
    expect(origins('room').at(-1)).toBe(false);
  });

  it('keeps the viewers of the living worker when the publisher’s dies; whoever comes back goes there', async () => {
    await start({ sessions: 2 });
    const publisher = await publish('room');
    await connected(publisher.path);
    const near = await play('room');
    const far = await play('room');
    await until(() => origins('room').length === 2, 'the other worker is told');
    process.kill(publisher.worker, 'SIGKILL');
    await until(() => origins('room').length === 3, 'the other worker hears that nobody is there');
    expect(origins('room')).toEqual([false, true, false]);
    expect((await server.call('GET', near.path)).status).toBe(404);
    expect((await server.call('GET', far.path)).status).toBe(204);
    expect((await publish('room')).worker).toBe(far.worker);
  });
});

describe('load', () => {
  const busy = (room: string, share: number): Promise<Opened> =>
    open('whep/play', room, `${OFFER}a=x-test:busy ${share}\r\n`);
  const hasRoom = async (): Promise<string[]> => {
    const page = await (await server.call('GET', '/metrics')).text();
    return [...page.matchAll(/^live_webrtc_worker_has_room\{worker="\d"\} (\d)$/gm)].map((match) => match[1] ?? '');
  };

  it('of a worker beyond its limit keeps others away; with all full, 503 says when to come again', async () => {
    await start({});
    await publish('room');
    const first = await busy('room', 0.1);
    for (let i = 0; i < 3; i++) expect((await play('room')).worker).toBe(first.worker);
    const loud = await busy('room', 0.97);
    expect(loud.worker).toBe(first.worker);
    await until(async () => (await hasRoom()).join() === '0,1', 'the worker is full');
    const others = [await play('room'), await play('room'), await publish('other'), await busy('room', 0.99)];
    for (const { worker } of others) expect(worker).not.toBe(first.worker);
    await until(async () => (await hasRoom()).join() === '0,0', 'both are full');
    for (const response of [await post('whep/play', 'room'), await post('whip/publish', 'third')]) {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('10');
      expect((await problemOf(response)).code).toBe('worker_overloaded');
    }
    // Those who watch stay.
    for (const { path } of [first, loud, ...others]) expect((await server.call('GET', path)).status).toBe(204);
    expect(server.events.some(({ msg }) => msg === 'session closed')).toBe(false);
    const metrics = await (await server.call('GET', '/metrics')).text();
    expect(metrics).toContain('live_webrtc_refusals_total{role="play",code="worker_overloaded"} 1');
  });

  it('of a worker that refuses by itself sends the session to another', async () => {
    await start({});
    await publish('room');
    const offer = `${OFFER}a=x-test:refuse worker_overloaded\r\n`;
    const response = await server.call('POST', '/api/whep/play/room', SDP, offer);
    expect((await problemOf(response)).code).toBe('worker_overloaded');
    expect(response.headers.get('retry-after')).toBe('10');
    const counts = (await (await server.call('GET', '/api/rooms/room')).json()) as { subscribers: number };
    expect(counts.subscribers).toBe(0);
  });
});
