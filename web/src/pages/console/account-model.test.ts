import { describe, expect, it } from 'vitest';
import { loginError, viewsFor } from './account-model.ts';

describe('viewsFor', () => {
  it('shows nobody what they may not use', () => {
    expect(viewsFor(['play', 'list-rooms'])).toEqual([]);
    expect(viewsFor(['play', 'moderate'])).toEqual(['rooms']);
    expect(viewsFor(['moderate', 'administer'])).toContain('settings');
  });
});

describe('loginError', () => {
  it('is what the login has put into the fragment', () => {
    expect(loginError('#login-error=login_refused')).toBe('login_refused');
    expect(loginError('#/rooms')).toBeUndefined();
  });
});
