import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { ACTIONS, type Action, ROLES, type Role } from './actions.ts';
import { Authenticator } from './authenticator.ts';
import { type AccessTarget, judge } from './identity.ts';
import { JsonWebTokens } from './json-web-tokens.ts';
import { equalSecrets, StaticTokens } from './static-tokens.ts';

const SECRET = 'a-shared-secret-of-32-characters';

interface Given {
  authToken?: string;
  adminToken?: string;
  roomTokens?: ReadonlyMap<string, string>;
  guestRole?: Role | undefined;
  secret?: string;
}

function authenticator(given: Given): Authenticator {
  const { authToken = '', adminToken = '', roomTokens = new Map<string, string>(), secret = '' } = given;
  return new Authenticator({
    tokens: new StaticTokens({ authToken, roomTokens, adminToken }),
    jsonWebTokens: new JsonWebTokens({ secret, keySetUrl: '', issuer: '', audience: '' }),
    logins: undefined,
    guestRole: 'guestRole' in given ? given.guestRole : authToken === '' ? 'publisher' : undefined,
    roomsWithToken: new Set(roomTokens.keys()),
  });
}

const play = (room: string): AccessTarget => ({ action: 'play', room });
const statistics = (room: string): AccessTarget => ({ action: 'see-statistics', room });
const LETTERS = { granted: 'yes', unauthorized: '401', forbidden: '403' };

/** The verdicts on the list of rooms, playing a, b and free, seeing a and free, anything, and the admin API. */
async function judgeAll(control: Authenticator, ...tokens: string[]): Promise<string> {
  const targets: AccessTarget[] = [{ action: 'list-rooms' }, play('a'), play('b'), play('free')];
  targets.push(statistics('a'), statistics('free'), 'anything', { action: 'administer' });
  const identity = await control.identify(tokens);
  return targets.map((target) => LETTERS[judge(identity, target)]).join(' ');
}

function sign(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));
}

describe('Authenticator', () => {
  it('lets everybody in where no token is configured, but not to the admin API', async () => {
    const control = authenticator({});
    expect(control.isOpen).toBe(true);
    expect(control.hasAdmins).toBe(false);
    for (const tokens of [[], ['x']]) {
      expect(await judgeAll(control, ...tokens)).toBe('yes yes yes yes yes yes yes 401');
    }
  });

  it('wants AUTH_TOKEN everywhere', async () => {
    const control = authenticator({ authToken: 'global' });
    expect(await judgeAll(control, 'global')).toBe('yes yes yes yes yes yes yes 403');
    for (const tokens of [[], [''], ['globa'], ['global '], ['GLOBAL']]) {
      expect(await judgeAll(control, ...tokens)).toBe('401 401 401 401 401 401 401 401');
    }
  });

  const roomTokens = new Map([
    ['a', 'token-a'],
    ['b', 'token-b'],
  ]);

  it('wants the token of a room in its place', async () => {
    const control = authenticator({ authToken: 'global', roomTokens });
    expect(control.isOpen).toBe(false);
    expect(await judgeAll(control, 'global')).toBe('yes 403 403 yes yes yes yes 403');
    expect(await judgeAll(control, 'token-a')).toBe('403 yes 403 403 yes 403 yes 403');
    expect(await judgeAll(control, 'token-b')).toBe('403 403 yes 403 403 403 yes 403');
    expect(await judgeAll(control, 'wrong')).toBe('401 401 401 401 401 401 401 401');
    expect(await judgeAll(control)).toBe('401 401 401 401 401 401 401 401');
  });

  it('leaves the rest open where only rooms have tokens', async () => {
    const control = authenticator({ roomTokens });
    expect(control.isOpen).toBe(false);
    expect(await judgeAll(control)).toBe('yes 401 401 yes 401 yes yes 401');
    expect(await judgeAll(control, 'token-a')).toBe('yes yes 403 yes yes yes yes 403');
    expect(await judgeAll(control, 'wrong')).toBe('yes 401 401 yes 401 yes yes 401');
  });

  it('adds up what a token, or several, are good for', async () => {
    const shared = authenticator({ authToken: 'same', roomTokens: new Map([['a', 'same']]) });
    expect(await judgeAll(shared, 'same')).toMatch(/^yes yes yes yes/);
    const control = authenticator({ authToken: 'global', roomTokens });
    expect(await judgeAll(control, 'wrong', 'token-a')).toMatch(/^403 yes 403 403/);
    expect(await judgeAll(control, 'global', 'token-a')).toMatch(/^yes yes 403 yes/);
  });

  it('opens everything to ADMIN_TOKEN', async () => {
    const control = authenticator({ authToken: 'global', adminToken: 'admin', roomTokens });
    expect(control.hasAdmins).toBe(true);
    expect(await judgeAll(control, 'admin')).toBe('yes yes yes yes yes yes yes yes');
  });

  it('lets guests do no more than GUEST_ROLE says', async () => {
    const control = authenticator({ authToken: 'global', roomTokens, guestRole: 'viewer' });
    expect(control.isOpen).toBe(false);
    expect(await judgeAll(control)).toBe('yes 401 401 yes 401 401 yes 401');
    expect(judge(await control.identify([]), { action: 'publish', room: 'free' })).toBe('unauthorized');
    expect(judge(await control.identify(['global']), { action: 'publish', room: 'free' })).toBe('granted');
  });

  it('takes a JWT beside the other tokens', async () => {
    const control = authenticator({ authToken: 'global', secret: SECRET });
    expect(control.hasAdmins).toBe(true);
    const token = await sign({ sub: 'u1', name: 'Ada', role: 'viewer', room: ['a', 'fr*'] });
    expect(await judgeAll(control, token)).toBe('yes yes 403 yes 403 403 yes 403');
    expect(await control.identify([token])).toMatchObject({ isKnown: true, subject: 'u1', name: 'Ada' });
    expect(await judgeAll(control, 'global')).toBe('yes yes yes yes yes yes yes 403');
    const bad = await control.identify([`${token}x`]);
    expect([bad.isKnown, bad.fault]).toEqual([false, "The token's signature is not valid."]);
  });

  it('gives each role what the table says, and nothing in other rooms', async () => {
    const control = authenticator({ guestRole: undefined, secret: SECRET });
    for (const role of ROLES) {
      const identity = await control.identify([await sign({ role, room: 'a' })]);
      for (const action of Object.keys(ACTIONS) as Action[]) {
        const allowed = (ACTIONS[action].roles as readonly Role[]).includes(role);
        expect(judge(identity, { action, room: 'a' }), `${role} ${action}`).toBe(allowed ? 'granted' : 'forbidden');
        const elsewhere = allowed && role === 'admin';
        expect(judge(identity, { action, room: 'b' }), `${role} ${action}`).toBe(elsewhere ? 'granted' : 'forbidden');
      }
    }
  });

  it('lets nobody hide behind the name of somebody else: what another person may adds nothing', async () => {
    const control = authenticator({ secret: SECRET, guestRole: undefined, adminToken: 'admin' });
    const [banned, other] = [
      await sign({ sub: 'banned', role: 'moderator', room: 'a' }),
      await sign({ sub: 'other', role: 'viewer', room: 'b' }),
    ];
    const nobody = await sign({ role: 'viewer', room: 'free' });
    const mayModerate = async (...tokens: string[]): Promise<[string | undefined, string]> => {
      const identity = await control.identify(tokens);
      return [identity.subject, LETTERS[judge(identity, { action: 'moderate', room: 'a' })]];
    };
    expect(await mayModerate(other, banned)).toEqual(['other', '403']);
    expect(await mayModerate(banned, other)).toEqual(['banned', 'yes']);
    expect(await mayModerate(nobody, banned)).toEqual(['banned', 'yes']);
    expect(await mayModerate(other, 'admin')).toEqual(['other', 'yes']);
  });

  it('takes an end of time as one', async () => {
    const control = authenticator({ secret: SECRET });
    const endless = await new SignJWT({ role: 'viewer', room: 'a' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(1e15)
      .sign(new TextEncoder().encode(SECRET));
    const { expiresAt = 0 } = await control.identify([endless]);
    expect(new Date(expiresAt).toISOString()).toMatch(/^\+275760/);
  });
});

describe('equalSecrets', () => {
  it('compares whole secrets', () => {
    expect(equalSecrets('abc', 'abc')).toBe(true);
    for (const other of ['', 'ab', 'abcd', 'abC']) expect(equalSecrets('abc', other)).toBe(false);
  });
});
