import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, matchEventTypes } from '../util/event-types.ts';
import { type EventDeclaration, EVENTS, writeEvent, type ServerEvent } from './catalogue.ts';

const ban: ServerEvent = {
  id: 7,
  type: 'ban.created',
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  room: null,
  data: { ban: 1, network: '192.0.2.0/24', reason: '刷屏', createdBy: 'operator' },
};

describe('the catalogue', () => {
  it('writes all of an event for admins and webhooks, and no address for others', () => {
    expect(JSON.parse(writeEvent(ban, 'full'))).toEqual({ ...ban, time: '2026-01-02T03:04:05.006Z' });
    const { ban: id, reason, createdBy } = ban.data;
    expect(JSON.parse(writeEvent(ban, 'public'))).toMatchObject({ room: null, data: { ban: id, reason, createdBy } });
    expect(writeEvent(ban, 'public')).not.toContain('192.0.2');
  });

  it('has no member that could hold a secret, and shows addresses to admins alone', () => {
    for (const { data } of Object.values<EventDeclaration>(EVENTS)) {
      for (const [name, { adminsOnly }] of Object.entries(data)) {
        expect(name).not.toMatch(/token|session|secret|url/i);
        expect(adminsOnly === true).toBe(name === 'address' || name === 'network');
      }
    }
  });

  it('keeps bans to moderators, and shows viewers no more than beginnings and ends', () => {
    const shownTo = (audience: string): string[] => EVENT_TYPES.filter((type) => EVENTS[type].audience === audience);
    expect(shownTo('read-events')).toEqual(['room.live', 'room.ended']);
    expect(shownTo('moderate')).toEqual(['ban.created', 'ban.ended']);
  });
});

describe('matchEventTypes', () => {
  it.each([
    ['room.live', ['room.live']],
    ['room.*', ['room.live', 'room.ended']],
    ['*', EVENT_TYPES],
    ['room', undefined],
    ['room.', undefined],
    ['nothing.*', undefined],
    ['.*', undefined],
    ['', undefined],
  ])('reads %s', (name, types) => {
    expect(matchEventTypes(name)).toEqual(types);
  });
});
