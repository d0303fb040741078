import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClientMessage } from './client-message.ts';

const parse = (value: unknown): ReturnType<typeof parseClientMessage> => parseClientMessage(JSON.stringify(value));

describe('parseClientMessage', () => {
  it('reads every message', () => {
    const danmaku = { color: '#00ff7f', size: 'small', place: 'bottom' };
    const messages = [
      { type: 'join', version: 1 },
      { type: 'join', version: 1, nickname: 'Ann', key: 'abcdefghijklmnop', since: 0 },
      { type: 'send', clientId: 'a-_9', text: 'x' },
      { type: 'send', clientId: 'a', text: 'x', replyTo: 7, danmaku },
      { type: 'edit', clientId: 'a', id: 1, text: 'y' },
      { type: 'delete', clientId: 'a', id: 1 },
      { type: 'history', clientId: 'a', before: 1 },
    ];
    for (const message of messages) expect(parse(message)).toEqual({ ok: true, message });
  });

  it('says what is wrong, and with which message', () => {
    const wrong: [unknown, string][] = [
      [[], 'JSON object'],
      [{ type: 'x' }, 'type'],
      [{ type: 'join', version: '1' }, 'version'],
      [{ type: 'join', version: 1, nickname: 1 }, 'nickname'],
      [{ type: 'join', version: 1, key: 'short' }, 'key'],
      [{ type: 'join', version: 1, since: -1 }, 'since'],
      [{ type: 'send', clientId: 'a b', text: '' }, 'clientId'],
      [{ type: 'send', clientId: 'x'.repeat(65), text: '' }, 'clientId'],
      [{ type: 'send', clientId: 'a' }, 'text'],
      [{ type: 'send', clientId: 'a', text: '', replyTo: 1.5 }, 'replyTo'],
      [{ type: 'send', clientId: 'a', text: '', danmaku: 1 }, 'danmaku'],
      [{ type: 'send', clientId: 'a', text: '', danmaku: { color: 'red' } }, 'danmaku.color'],
      [{ type: 'send', clientId: 'a', text: '', danmaku: { color: '#123456' } }, 'danmaku.size'],
      [{ type: 'send', clientId: 'a', text: '', danmaku: { color: '#123456', size: 'small' } }, 'danmaku.place'],
      [{ type: 'edit', clientId: 'a', text: '' }, 'id'],
      [{ type: 'delete', clientId: 'a', id: '1' }, 'id'],
      [{ type: 'history', before: 1 }, 'clientId'],
      [{ type: 'history', clientId: 'a' }, 'before'],
      [{ type: 'history', clientId: 'a', before: -1 }, 'before'],
    ];
    for (const [value, part] of wrong) {
      const parsed = parse(value);
      expect(parsed.ok ? '' : parsed.fault).toContain(part);
    }
    expect(parse({ type: 'send', clientId: 'mine' })).toMatchObject({ clientId: 'mine' });
  });

  it('takes any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseClientMessage(text).ok === 'boolean'));
    fc.assert(fc.property(fc.jsonValue(), (value) => typeof parse(value).ok === 'boolean'));
  });
});
