import { describe, expect, it } from 'vitest';
import { accessFromUrl, isRoomName, playerUrl, withoutToken } from './access.ts';

const url = (rest: string): URL => new URL(`https://x.example/web/player.html${rest}`);

describe('accessFromUrl', () => {
  it('reads the query', () => {
    expect(accessFromUrl(url('?room=%E6%88%BF%E9%97%B4&token=a%2Bb&autostart=1'))).toEqual({
      room: '房间',
      token: 'a+b',
      autostart: true,
    });
  });

  it('prefers the fragment, which stays out of logs', () => {
    expect(accessFromUrl(url('?room=a&token=query#token=fragment'))).toEqual({
      room: 'a',
      token: 'fragment',
      autostart: false,
    });
  });

  it('tells what is missing from what is empty', () => {
    expect(accessFromUrl(url('?token='))).toEqual({ room: null, token: '', autostart: false });
  });
});

describe('withoutToken', () => {
  it('takes the token out of query and fragment and leaves the rest', () => {
    expect(withoutToken(url('?room=a&token=x&lang=zh#token=y')).href).toBe(url('?room=a&lang=zh').href);
    expect(withoutToken(url('#section')).href).toBe(url('#section').href);
  });
});

describe('playerUrl', () => {
  const base = 'https://x.example/web/publisher.html?room=old#token=secret';

  it('leads to the room, without a token unless asked', () => {
    expect(playerUrl('a b', '', base)).toBe('https://x.example/web/player.html?room=a+b');
  });

  it('carries a token so that the player reads it back', () => {
    const link = new URL(playerUrl('房间', 'a&b=c#d', base));
    expect(accessFromUrl(link)).toMatchObject({ room: '房间', token: 'a&b=c#d' });
    expect(link.search).not.toContain('token');
  });
});

describe('isRoomName', () => {
  it.each(['a', '直播间', 'room-1_x.y', 'é', 'x'.repeat(64), '𠮷'.repeat(64)])('takes %s', (name) => {
    expect(isRoomName(name)).toBe(true);
  });

  it.each(['', '.a', 'a b', 'a/b', 'x'.repeat(65), 'a\n', '😀'])('refuses %j', (name) => {
    expect(isRoomName(name)).toBe(false);
  });
});
