import { describe, expect, it } from 'vitest';
import { EVENT_SETTINGS } from './event-settings.ts';
import { eventTypes, webhookSecret } from './event-types.ts';

describe('eventTypes', () => {
  it.each([
    ['room.live, ban.*', ['room.live', 'ban.created', 'ban.ended']],
    ['room.*,room.live', ['room.live', 'room.ended']],
    ['', []],
    ['room.live,nonsense', undefined],
  ])('reads %s', (text, types) => {
    const parsed = eventTypes.parse(text);
    expect(parsed === undefined ? undefined : [...parsed]).toEqual(types);
  });

  it('have all but those of viewers where nothing is set', () => {
    const all = [...(eventTypes.parse('*') ?? [])];
    const usual = [...(eventTypes.parse(EVENT_SETTINGS.webhookEvents.default) ?? [])];
    expect(all.filter((type) => !usual.includes(type))).toEqual(['viewer.joined', 'viewer.left']);
  });
});

describe('webhookSecret', () => {
  const secret = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;

  it.each(['', secret(24), secret(32), secret(64)])('takes %s', (text) => {
    expect(webhookSecret.parse(text)).toBe(text);
  });

  it.each([secret(23), secret(65), secret(32).slice(6), 'whsec_', `${secret(32)}=`, `${secret(24)}!`])(
    'refuses %s',
    (text) => {
      expect(webhookSecret.parse(text)).toBeUndefined();
    },
  );
});
