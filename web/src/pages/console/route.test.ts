import { describe, expect, it } from 'vitest';
import { hrefOf, parseRoute } from './route.ts';

describe('a route', () => {
  it('comes back from its fragment', () => {
    expect(parseRoute(hrefOf('bans'))).toEqual({ view: 'bans', room: undefined });
    expect(parseRoute(hrefOf('rooms', '教室 1'))).toEqual({ view: 'rooms', room: '教室 1' });
    expect(parseRoute('#/rooms/')).toEqual({ view: 'rooms', room: undefined });
  });

  it('is not made of anything else', () => {
    for (const hash of ['', '#', '#login-error=login_failed', '#/nothing', 'rooms']) {
      expect(parseRoute(hash)).toBeUndefined();
    }
    expect(parseRoute('#/rooms/%E0%A4%A')).toEqual({ view: 'rooms', room: undefined });
  });
});
