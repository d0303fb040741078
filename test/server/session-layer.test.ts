import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { problemOf, SDP, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

const JSON_BODY = { 'Content-Type': 'application/json' };

let server: TestServer;
let session: string;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  session = (await server.open('whep/play', 'room')).path;
});

const choose = (body: unknown, headers: Record<string, string> = JSON_BODY): Promise<Response> =>
  server.call('POST', `${session}/layer`, headers, typeof body === 'string' ? body : JSON.stringify(body));

/** What the worker was asked last; it writes that to the log. */
async function asked(): Promise<unknown> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  const line = server.events.map(({ msg }) => msg).findLast((msg) => typeof msg === 'string' && /^layer /.test(msg));
  return JSON.parse(String(line).slice('layer '.length));
}

describe('the layer of a viewer', () => {
  it.each([
    ['encodingId', { mediaId: '1', encodingId: 'l' }, { mediaId: '1', rid: 'l' }],
    ['rid', { rid: 'h' }, { rid: 'h' }],
    ['both, where they agree', { rid: 'h', encodingId: 'h' }, { rid: 'h' }],
    ['size', { maxWidth: 640, maxHeight: 360 }, { maxWidth: 640, maxHeight: 360 }],
    [
      'spatial and temporal layer',
      { spatialLayerId: 0, temporalLayerId: 1 },
      { spatialLayerId: 0, temporalLayerId: 1 },
    ],
    [
      'bounds of them',
      { maxSpatialLayerId: 0, maxTemporalLayerId: 3 },
      { maxSpatialLayerId: 0, maxTemporalLayerId: 3 },
    ],
    ['nothing', {}, {}],
    ['mediaId alone', { mediaId: '1' }, { mediaId: '1' }],
    ['null, which is nothing', { encodingId: null, maxWidth: null, spatialLayerId: null }, {}],
  ])('is chosen by %s: 200', async (_name, body, request) => {
    const response = await choose(body);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    expect(await asked()).toEqual(request);
  });

  it('is the server’s choice again after DELETE', async () => {
    await choose({ rid: 'l' });
    expect((await server.call('DELETE', `${session}/layer`)).status).toBe(200);
    expect(await asked()).toEqual({});
  });

  it.each([
    ['an unknown layer', { rid: 'x' }, 'no_such_layer'],
    ['an unknown section', { mediaId: '7' }, 'no_such_media'],
    ['an unknown spatial layer', { spatialLayerId: 1 }, 'no_such_layer'],
  ])('is refused with 422: %s', async (_name, body, code) => {
    const response = await choose(body);
    expect(response.status).toBe(422);
    expect((await problemOf(response)).code).toBe(code);
  });

  it.each([
    ['no JSON', '{'],
    ['an array', []],
    ['null', 'null'],
    ['a number for a rid', { rid: 1 }],
    ['two layers', { rid: 'h', encodingId: 'l' }],
    ['a width that is none', { maxWidth: 0 }],
    ['a height that is text', { maxHeight: '720' }],
    ['a layer below the lowest', { spatialLayerId: -1 }],
    ['half a layer', { temporalLayerId: 0.5 }],
    ['half a pixel', { maxHeight: 720.5 }],
  ])('is refused with 400: %s', async (_name, body) => {
    const response = await choose(body);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).code).toBe('malformed_request');
  });

  it('takes JSON alone, from viewers alone', async () => {
    expect((await choose({}, SDP)).status).toBe(415);
    const publisher = await server.open('whip/publish', 'other');
    const path = `${publisher.path.replace('whip', 'whep')}/layer`;
    expect((await server.call('POST', path, JSON_BODY, '{}')).status).toBe(404);
    expect((await server.call('OPTIONS', `${session}/layer`)).headers.get('accept-post')).toBe('application/json');
  });
});
