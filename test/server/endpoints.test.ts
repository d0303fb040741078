import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFER, problemOf, SDP, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ MAX_SDP_BYTES: '2048' });
});
afterAll(() => server.stop());

describe.each([
  ['WHIP', 'whip/publish', 'whip'],
  ['WHEP', 'whep/play', 'whep'],
] as const)('%s endpoint', (_, endpoint, protocol) => {
  const path = `/api/${endpoint}/room`;

  it('answers an offer with 201, the answer, the session and its tag', async () => {
    const response = await server.call('POST', path, SDP, OFFER);
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/sdp');
    expect(response.headers.get('location')).toMatch(new RegExp(`^/api/${protocol}/session/[\\w-]{22,}$`));
    expect(response.headers.get('etag')).toBe('"tag-1"');
    expect(await response.text()).toMatch(/^v=0\r\n/);
  });

  it('gives every session an id of its own', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => server.open(endpoint, 'room')));
    expect(new Set(ids.map((session) => session.path)).size).toBe(20);
  });

  it.each(['APPLICATION/SDP', 'application/sdp; charset=utf-8', ' application/sdp ;x="a;b" '])(
    'takes the media type %j',
    async (type) => {
      const response = await server.call('POST', path, { 'Content-Type': type }, OFFER);
      expect(response.status).toBe(201);
    },
  );

  it.each(['text/plain', 'application/sdpx', 'application', 'application/sdp, text/plain', 'application/sdp;x'])(
    'refuses the media type %j with 415 and Accept',
    async (type) => {
      const response = await server.call('POST', path, { 'Content-Type': type }, OFFER);
      expect(response.status).toBe(415);
      expect(response.headers.get('accept')).toBe('application/sdp');
      expect((await problemOf(response)).code).toBe('wrong_media_type');
    },
  );

  it('refuses a body without a media type with 415', async () => {
    const response = await server.call('POST', path, {}, new Blob([OFFER]));
    expect(response.status).toBe(415);
  });

  it('refuses an empty body and malformed SDP with 400', async () => {
    for (const body of [undefined, '', 'hello']) {
      const response = await server.call('POST', path, SDP, body);
      expect(response.status).toBe(400);
      expect((await problemOf(response)).code).toBe('malformed_sdp');
    }
  });

  it('refuses a body that is not UTF-8 with 400', async () => {
    const response = await server.call('POST', path, SDP, new Uint8Array([0x76, 0x3d, 0x30, 0xff]));
    expect(response.status).toBe(400);
  });

  it('refuses a body over MAX_SDP_BYTES with 413, announced or streamed', async () => {
    const announced = await server.call('POST', path, SDP, OFFER + 'x'.repeat(2048));
    expect(announced.status).toBe(413);
    expect((await problemOf(announced)).code).toBe('body_too_large');
    const body = new Blob([OFFER, 'x'.repeat(2048)]).stream();
    const streamed = await fetch(server.url + path, {
      method: 'POST',
      headers: SDP,
      body,
      duplex: 'half',
    });
    expect(streamed.status).toBe(413);
  });

  it('takes a body of MAX_SDP_BYTES', async () => {
    const response = await server.call('POST', path, SDP, OFFER + 'x'.repeat(2048 - OFFER.length));
    expect(response.status).toBe(201);
  });

  it.each([
    ['unservable_offer', 422, null],
    ['no_publisher', 409, '2'],
    ['room_taken', 409, '5'],
    ['room_full', 503, '10'],
    ['too_many_rooms', 503, '10'],
  ])('passes a refusal by the worker on: %s', async (code, status, retryAfter) => {
    const response = await server.call('POST', path, SDP, `${OFFER}a=x-test:refuse ${code}\r\n`);
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(retryAfter);
    expect((await problemOf(response)).code).toBe(code);
  });

  it('answers OPTIONS with 200, Accept-Post and the methods', async () => {
    const response = await server.call('OPTIONS', path);
    expect(response.status).toBe(200);
    expect(response.headers.get('accept-post')).toBe('application/sdp');
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
    expect(await response.text()).toBe('');
  });

  it('answers GET with 204 and no content', async () => {
    const response = await server.call('GET', path);
    expect(response.status).toBe(204);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'PROPFIND', 'QUERY'])('refuses %s with 405 and Allow', async (method) => {
    const response = await server.call(method, path);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
    expect((await problemOf(response)).code).toBe('method_not_allowed');
  });

  it.each([
    'a/b',
    '.hidden',
    '..a',
    'a b',
    'a\u0000',
    'emoji\u{1F600}',
    'x'.repeat(65),
    'x'.repeat(2000),
    'a\u200Db',
    '<script>',
    'a%b',
  ])('refuses the room name %j with 400', async (name) => {
    const response = await server.call('POST', `/api/${endpoint}/${encodeURIComponent(name)}`, SDP, OFFER);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).code).toBe('bad_room_name');
  });

  it('refuses a room name that is no UTF-8, or missing, with 400', async () => {
    for (const name of ['%FF', '%zz', '%', '%C3', '']) {
      const response = await server.call('POST', `/api/${endpoint}/${name}`, SDP, OFFER);
      expect(response.status).toBe(400);
      await problemOf(response);
    }
  });

  it.each(['a', 'a.b-c_d', 'x'.repeat(64), '房间', 'Zürich', 'комната', 'हिन्दी', '\u{20000}'.repeat(64), '٣'])(
    'takes the room name %j',
    async (name) => {
      const response = await server.call('POST', `/api/${endpoint}/${encodeURIComponent(name)}`, SDP, OFFER);
      expect(response.status).toBe(201);
    },
  );

  it('tells no paths or stacks in a refusal', async () => {
    const response = await server.call('POST', path, SDP, 'hello');
    expect(await response.text()).not.toMatch(/node_modules|\.ts|\.js| {4}at /);
  });
});

describe('HEAD', () => {
  it('answers 200 with the media type on a WHEP endpoint', async () => {
    const response = await server.call('HEAD', '/api/whep/play/room');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/sdp');
  });

  it('answers a 2xx without content on a WHIP endpoint', async () => {
    const response = await server.call('HEAD', '/api/whip/publish/room');
    expect(response.status).toBe(204);
  });
});

describe('room names', () => {
  it('are one room in whatever form of Unicode they come', async () => {
    await server.open('whip/publish', encodeURIComponent('Caf\u0065\u0301'));
    const rooms = (await (await server.call('GET', '/api/rooms')).json()) as { name: string }[];
    expect(rooms.map(({ name }) => name)).toContain('Caf\u00E9');
    const room = await server.call('GET', `/api/rooms/${encodeURIComponent('Caf\u0065\u0301')}`);
    expect(room.status).toBe(200);
  });
});

describe('other addresses', () => {
  it.each(['/nothing', '/api', '/api/nothing', '/api/whip', '/api/whip/publish/a/b', '/API/rooms'])(
    'answer 404 at %s',
    async (path) => {
      const response = await server.call('GET', path);
      expect(response.status).toBe(404);
      expect((await problemOf(response)).code).toBe('not_found');
    },
  );
});
