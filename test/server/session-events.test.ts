import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../support/event-reader.ts';
import type { EventReader } from '../support/event-reader.ts';
import { OFFER, problemOf, SDP, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

const JSON_BODY = { 'Content-Type': 'application/json' };
const ALL = ['active', 'inactive', 'layers', 'reconnect', 'viewercount'];

let shared: TestServer;
/** The shared one, or one that a test has for itself. */
let server: TestServer;
let room: string;
let session: string;
let rooms = 0;
let readers: EventReader[] = [];
beforeAll(async () => {
  shared = await startTestServer();
});
afterAll(() => shared.stop());
beforeEach(async () => {
  server = shared;
  room = `room-${rooms++}`;
  session = (await server.open('whep/play', room)).path;
});
afterEach(async () => {
  for (const reader of readers) reader.close();
  readers = [];
  if (server !== shared) await server.stop();
});

/** Gives a test a server of its own, and a session on it. */
async function startOwn(settings: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<void> {
  server = await startTestServer(settings);
  session = (await server.open('whep/play', room, headers)).path;
}

const ask = (body: unknown, headers: Record<string, string> = JSON_BODY): Promise<Response> =>
  server.call('POST', `${session}/sse`, headers, typeof body === 'string' ? body : JSON.stringify(body));

async function stream(names: readonly string[]): Promise<string> {
  const response = await ask(names);
  expect(response.status).toBe(201);
  return response.headers.get('location') ?? '';
}

async function read(path: string): Promise<EventReader> {
  const reader = await readEvents(server.url + path);
  readers.push(reader);
  return reader;
}

describe('the Link headers of a viewer’s session', () => {
  it('offer events and layers below the session URL, to viewers alone', async () => {
    const played = await server.call('POST', '/api/whep/play/room', SDP, OFFER);
    const location = played.headers.get('location') ?? '';
    expect(played.headers.get('link')).toContain(
      `<${location}/sse>; rel="urn:ietf:params:whep:ext:core:server-sent-events"; events="${ALL.join()}"`,
    );
    expect(played.headers.get('link')).toContain(`<${location}/layer>; rel="urn:ietf:params:whep:ext:core:layer"`);
    const published = await server.call('POST', '/api/whip/publish/room', SDP, OFFER);
    expect(published.headers.get('link')).not.toContain('urn:ietf:params:whep');
  });
});

describe('POST for an event stream', () => {
  it('answers 201 with a Location of its own below the session', async () => {
    const [first, second] = [await stream(ALL), await stream(['layers'])];
    for (const path of [first, second]) expect(path).toMatch(new RegExp(`^${session}/sse/[\\w-]{24}$`));
    expect(first).not.toBe(second);
  });

  it.each([
    ['an event that there is not', ['active', 'nonsense'], 'unsupported_event'],
    ['something that is no name', [1], 'unsupported_event'],
    ['no event', [], 'malformed_request'],
    ['an object', { active: true }, 'malformed_request'],
    ['no JSON', '[', 'malformed_request'],
    ['nothing', '', 'malformed_request'],
  ])('refuses %s with 400', async (_name, body, code) => {
    const response = await ask(body);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect((await problemOf(response)).code).toBe(code);
  });

  it('refuses another media type with 415, and a large body with 413', async () => {
    expect((await ask(ALL, SDP)).status).toBe(415);
    expect((await ask([...ALL, 'a'.repeat(5000)])).status).toBe(413);
  });

  it('takes a few streams a session and refuses more with 409 until one is closed', async () => {
    const paths = await Promise.all(Array.from({ length: 8 }, () => stream(['active'])));
    const refused = await ask(ALL);
    expect(refused.status).toBe(409);
    expect((await problemOf(refused)).code).toBe('too_many_event_streams');
    expect((await server.call('DELETE', paths[0] ?? '')).status).toBe(200);
    expect((await ask(ALL)).status).toBe(201);
  });

  it('is for viewers that are there: 404 for others', async () => {
    const publisher = await server.open('whip/publish', 'other');
    const asViewer = publisher.path.replace('whip', 'whep');
    for (const path of [publisher.path, asViewer, '/api/whep/session/nobody']) {
      expect((await server.call('POST', `${path}/sse`, JSON_BODY, '["active"]')).status).toBe(404);
    }
  });

  it('tells OPTIONS what it takes', async () => {
    const response = await server.call('OPTIONS', `${session}/sse`);
    expect(response.headers.get('accept-post')).toBe('application/json');
    expect(response.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS');
  });
});

describe('an event stream', () => {
  it('is text/event-stream that nobody keeps, with CORS', async () => {
    const { response } = await read(await stream(ALL));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('tells how the room is and how it changes, without an inactive at first', async () => {
    const events = await read(await stream(ALL));
    await until(() => events.events.length > 0, 'the first event');
    expect(events.events).toEqual([{ name: 'viewercount', data: { viewercount: 1 } }]);
    const publisher = await server.open('whip/publish', room);
    await until(() => events.names().includes('layers'), 'layers');
    expect(events.events.slice(1)).toEqual([
      { name: 'active', data: {} },
      {
        name: 'layers',
        data: {
          '1': {
            active: [
              { id: 'h', encodingId: 'h', rid: 'h', width: 640, height: 480, bitrate: 900 },
              { id: 'l', encodingId: 'l', rid: 'l', width: 160, height: 120, bitrate: 100 },
            ],
            inactive: [],
            layers: [
              { encodingId: 'h', bitrate: 900 },
              { encodingId: 'l', bitrate: 100 },
            ],
          },
        },
      },
    ]);
    await server.open('whep/play', room);
    await until(() => events.names().at(-1) === 'viewercount', 'viewercount');
    expect(events.events.at(-1)?.data).toEqual({ viewercount: 2 });
    await server.call('DELETE', publisher.path);
    await until(() => events.names().includes('inactive'), 'inactive');
  });

  it('holds the events that were asked for and no others, of its own room', async () => {
    const events = await read(await stream(['inactive', 'viewercount']));
    await server.open('whip/publish', 'elsewhere');
    const publisher = await server.open('whip/publish', room);
    await server.call('DELETE', publisher.path);
    await until(() => events.names().includes('inactive'), 'inactive');
    expect(events.names()).toEqual(['viewercount', 'inactive']);
  });

  it('tells a client that comes again how things are now, and ends the response that it had before', async () => {
    const path = await stream(['active', 'inactive', 'layers']);
    const before = await read(path);
    await server.open('whip/publish', room);
    await until(() => before.events.length === 2, 'two events');
    const after = await read(path);
    await until(() => before.ended() && after.events.length === 2, 'the change of readers');
    expect(after.names()).toEqual(['active', 'layers']);
    expect(after.ended()).toBe(false);
  });

  it('goes on for others when one client leaves', async () => {
    const [first, second] = [await read(await stream(['active'])), await read(await stream(['active']))];
    first.close();
    await server.open('whip/publish', room);
    await until(() => second.events.length === 1, 'active');
  });

  it('ends by DELETE, and is 404 from then on', async () => {
    const path = await stream(ALL);
    const events = await read(path);
    expect((await server.call('HEAD', path)).status).toBe(200);
    expect((await server.call('DELETE', path)).status).toBe(200);
    await until(events.ended, 'the end');
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      const response = await server.call(method, path);
      expect(response.status).toBe(404);
      if (method !== 'HEAD') expect((await problemOf(response)).code).toBe('no_such_event_stream');
    }
    expect((await server.call('GET', session)).status).toBe(204);
  });

  it('ends with its session', async () => {
    const path = await stream(ALL);
    const events = await read(path);
    await server.call('DELETE', session);
    await until(events.ended, 'the end');
    expect((await server.call('GET', path)).status).toBe(404);
  });

  it('ends with its worker', async () => {
    await startOwn();
    const events = await read(await stream(ALL));
    process.kill(server.workerPids[0] ?? 0, 'SIGKILL');
    await until(events.ended, 'the end');
  });

  it('asks to reconnect when the server stops, and does not keep it from stopping', async () => {
    await startOwn();
    const events = await read(await stream(['reconnect']));
    const begin = Date.now();
    await server.stop();
    await until(events.ended, 'the end');
    expect(Date.now() - begin).toBeLessThan(3000);
    expect(events.events).toEqual([{ name: 'reconnect', data: {} }]);
  });
});

describe('with tokens', () => {
  it('needs the token of the room for the stream too', async () => {
    const token = { Authorization: 'Bearer secret' };
    await startOwn({ ROOM_TOKENS: `${room}:secret;other:wrong` }, token);
    expect((await ask(ALL)).status).toBe(401);
    const created = await ask(ALL, { ...JSON_BODY, ...token });
    const path = created.headers.get('location') ?? '';
    expect((await server.call('GET', path)).status).toBe(401);
    expect((await server.call('GET', path, { Authorization: 'Bearer wrong' })).status).toBe(403);
    const events = await readEvents(server.url + path, token);
    readers.push(events);
    expect(events.response.status).toBe(200);
  });
});
