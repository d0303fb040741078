import { expect } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type EventReader, readEvents } from '../../support/event-reader.ts';
import { expectEmpty, expectProblem, linksOf } from '../checks.ts';
import { connect, Sender } from '../media.ts';
import { PLAY_OFFER } from '../offers.ts';
import type { RowId } from '../rows.ts';
import type { RowTest, Session, Target } from '../target.ts';
import { newRoom } from '../target.ts';

const EVENTS = 'urn:ietf:params:whep:ext:core:server-sent-events';
const LAYER = 'urn:ietf:params:whep:ext:core:layer';
const NAMES = ['active', 'inactive', 'layers', 'reconnect', 'viewercount'];
const JSON_BODY = { 'Content-Type': 'application/json' };

/** The URL that a session's Link header gives for an extension. */
function linked({ response, url }: Session, relation: string): string {
  const link = linksOf(response).find((one) => one.includes(`rel="${relation}"`));
  return new URL(/^<([^>]*)>/.exec(link ?? '')?.[1] ?? '', url).href;
}

const post = (target: Target, url: string, body: unknown): Promise<Response> =>
  target.call('POST', url, { headers: JSON_BODY, body: JSON.stringify(body) });

/** Opens a stream of events; it ends with the row. */
async function follow(target: Target, session: Session, names: readonly string[]): Promise<EventReader> {
  const url = linked(session, EVENTS);
  const created = await post(target, url, names);
  expect(created.status).toBe(201);
  const location = new URL(created.headers.get('location') ?? '', url).href;
  const headers = target.token === undefined ? {} : { Authorization: `Bearer ${target.token}` };
  const reader = await readEvents(location, headers);
  target.defer(() => reader.close());
  expect(reader.response.status).toBe(200);
  expect(reader.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return reader;
}

export const EXTENSION_TESTS = {
  'extensions.links': {
    async run(target) {
      const session = await target.open('play', PLAY_OFFER);
      const links = linksOf(session.response);
      expect(links.find((link) => link.includes(`rel="${EVENTS}"`))).toContain(`events="${NAMES.join(',')}"`);
      expect(links.some((link) => link.includes(`rel="${LAYER}"`))).toBe(true);
    },
  },

  'events.stream': {
    async run(target) {
      const room = newRoom();
      const events = await follow(target, await target.open('play', PLAY_OFFER, room), NAMES);
      const publisher = await connect(target, 'publish', room);
      const sender = new Sender(publisher);
      await eventually(
        () => {
          sender.sendBoth();
          expect(events.names()).toEqual(expect.arrayContaining(['viewercount', 'active', 'layers']));
        },
        { interval: 20 },
      );
      expect(events.names()).not.toContain('inactive');
      const [section] = Object.values(events.events.find(({ name }) => name === 'layers')?.data ?? {}) as unknown[];
      expect(section).toMatchObject({ active: [{ width: 320, height: 240 }] });
      await target.call('DELETE', publisher.session.url);
      await eventually(() => expect(events.names()).toContain('inactive'));
    },
  },

  'events.unsupported': {
    async run(target) {
      const response = await post(target, linked(await target.open('play', PLAY_OFFER), EVENTS), ['active', 'other']);
      expect(response.headers.get('location')).toBeNull();
      await expectProblem(response, 400);
    },
  },

  'events.end': {
    async run(target) {
      const session = await target.open('play', PLAY_OFFER);
      const events = await follow(target, session, ['active']);
      await target.call('DELETE', session.url);
      await eventually(() => expect(events.ended()).toBe(true));
    },
  },

  'layer.choose': {
    async run(target) {
      const url = linked(await target.open('play', PLAY_OFFER), LAYER);
      for (const body of [{ encodingId: 'h' }, { mediaId: '1', rid: 'h' }, { maxWidth: 640, maxHeight: 360 }]) {
        await expectEmpty(await post(target, url, body), 200);
      }
      await expectEmpty(await post(target, url, { mediaId: '1' }), 200);
      await expectEmpty(await post(target, url, {}), 200);
    },
  },

  'layer.unknown': {
    async run(target) {
      const room = newRoom();
      const sender = new Sender(await connect(target, 'publish', room));
      sender.sendBoth();
      const url = linked(await target.open('play', PLAY_OFFER, room), LAYER);
      for (const body of [{ encodingId: 'h' }, { mediaId: '7' }, { spatialLayerId: 0 }, { maxTemporalLayerId: 1 }]) {
        await expectProblem(await post(target, url, body), 422);
      }
    },
  },
} satisfies Partial<Record<RowId, RowTest>>;
