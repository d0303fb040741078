import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ServiceError } from '../errors.ts';
import { JsonWebTokens, type JsonWebTokenOptions } from './json-web-tokens.ts';

const SECRET = 'a-shared-secret-of-32-characters';
const key = new TextEncoder().encode(SECRET);
const CLAIMS = { role: 'viewer', room: 'a' };

function tokens(options: Partial<JsonWebTokenOptions> = {}): JsonWebTokens {
  return new JsonWebTokens({ secret: SECRET, keySetUrl: '', issuer: '', audience: '', ...options });
}

function sign(claims: JWTPayload = CLAIMS, expiry: string | number = '1h'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(expiry).sign(key);
}

async function faultOf(reader: JsonWebTokens, token: string): Promise<string> {
  const result = await reader.read(token);
  if (result === undefined) return 'no token';
  return result.ok ? 'none' : result.fault;
}

describe('JsonWebTokens with a shared secret', () => {
  it('reads who it is, what they may do, and until when', async () => {
    const expiry = Math.floor(Date.now() / 1000) + 600;
    const token = await sign({ sub: 'u1', name: 'Ada', role: ['viewer', 'publisher'], room: ['a', 'b*'] }, expiry);
    const result = await tokens().read(token);
    if (result?.ok !== true) throw new Error('refused');
    const { subject, name, grants, expiresAt } = result.claims;
    expect({ subject, name, expiresAt }).toEqual({ subject: 'u1', name: 'Ada', expiresAt: expiry * 1000 });
    expect(grants.map(({ rooms }) => rooms)).toEqual(
      Array(2).fill({ kind: 'some', names: new Set(['a']), prefixes: ['b'] }),
    );
    expect(grants.map(({ actions }) => actions.has('publish'))).toEqual([false, true]);
  });

  it('says what is wrong with a token', async () => {
    const reader = tokens({ issuer: 'me', audience: 'live' });
    const good = { ...CLAIMS, iss: 'me', aud: 'live' };
    const cases: [string, string][] = [
      ['none', await sign(good)],
      ['none', await sign({ ...good, aud: ['other', 'live'] })],
      ['The token has expired.', await sign(good, Math.floor(Date.now() / 1000) - 10)],
      ['The token\'s "aud" is not the one that is wanted here.', await sign({ ...good, aud: 'other' })],
      ['The token has no "aud".', await sign({ ...CLAIMS, iss: 'me' })],
      ['The token\'s "iss" is not the one that is wanted here.', await sign({ ...good, iss: 'you' })],
      ['The token has no "exp".', await new SignJWT(good).setProtectedHeader({ alg: 'HS256' }).sign(key)],
      ["The token's signature is not valid.", `${await sign(good)}A`],
      ['no token', 'opaque'],
      ['no token', 'a.b.c'],
      ['no token', 'a.b.c.d.e'],
    ];
    for (const [fault, token] of cases) expect(await faultOf(reader, token)).toBe(fault);
  });

  it.each([
    { role: 'owner' },
    { role: ['viewer', 'owner'] },
    { role: [] },
    { role: undefined },
    { room: undefined },
    { room: '' },
    { room: [] },
    { room: ['a', 7] },
    { room: '../a' },
    { room: '**' },
  ])('refuses claims that it cannot read: %j', async (change) => {
    expect(await faultOf(tokens(), await sign({ ...CLAIMS, ...change }))).toMatch(/^The token's "r/);
  });

  it.each([{ sub: 42 }, { sub: '' }, { sub: { id: 'u9' } }])(
    'refuses a subject that is no text: %j',
    async (change) => {
      expect(await faultOf(tokens(), await sign({ ...CLAIMS, ...change } as unknown as JWTPayload))).toMatch(
        /^The token's "sub"/,
      );
    },
  );

  it('takes a token no sooner than it says, and as little later as clocks differ', async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(await faultOf(tokens(), await sign({ ...CLAIMS, nbf: now + 60 }))).toBe('The token is not good yet.');
    expect(await faultOf(tokens(), await sign({ ...CLAIMS, nbf: now + 3 }))).toBe('none');
    expect(await faultOf(tokens(), await sign(CLAIMS, now - 3))).toBe('none');
    expect(await faultOf(tokens(), await sign(CLAIMS, now - 9))).toBe('The token has expired.');
  });

  it('lets an admin be one without a room', async () => {
    const result = await tokens().read(await sign({ role: 'admin' }));
    expect(result?.ok === true ? result.claims.grants[0]?.rooms : undefined).toEqual({ kind: 'all' });
  });

  it('takes no unsigned token, and no other algorithm', async () => {
    const unsigned = new UnsecuredJWT(CLAIMS).setExpirationTime('1h').encode();
    expect(await faultOf(tokens(), unsigned)).toMatch(/not accepted here/);
    const long = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS512' }).setExpirationTime('1h').sign(key);
    expect(await faultOf(tokens(), long)).toMatch(/not accepted here/);
  });
});

describe('JsonWebTokens with a key set', () => {
  let server: Server;
  let url: string;
  let keys: unknown[] = [];
  let asked = 0;
  let status = 200;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      asked++;
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  });
  afterAll(() => server.close());

  async function makeKey(
    algorithm: string,
    kid: string,
  ): Promise<{ jwk: unknown; sign: () => Promise<string>; spki: string }> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    return {
      jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm },
      spki: await exportSPKI(publicKey),
      sign: () =>
        new SignJWT(CLAIMS).setProtectedHeader({ alg: algorithm, kid }).setExpirationTime('1h').sign(privateKey),
    };
  }

  it.each(['RS256', 'ES256', 'EdDSA'])('checks %s', async (algorithm) => {
    const one = await makeKey(algorithm, 'one');
    keys = [one.jwk];
    expect(await faultOf(tokens({ secret: '', keySetUrl: url }), await one.sign())).toBe('none');
  });

  it('finds a key that the signer has come to use since', async () => {
    const [old, next] = await Promise.all([makeKey('ES256', 'old'), makeKey('ES256', 'next')]);
    const reader = tokens({ keySetUrl: url });
    keys = [old.jwk];
    expect(await faultOf(reader, await old.sign())).toBe('none');
    keys = [next.jwk];
    // Not at once: tokens of unknown keys must not make this server ask all the time.
    const before = asked;
    expect(await faultOf(reader, await next.sign())).toMatch(/signature/);
    expect(asked).toBe(before);
    vi.useFakeTimers({ now: Date.now() + 11_000, toFake: ['Date'] });
    expect(await faultOf(reader, await next.sign())).toBe('none');
    expect(await faultOf(reader, await old.sign())).toMatch(/signature/);
    vi.useRealTimers();
  });

  it('goes on with the keys that it knows while the set cannot be read, for a day', async () => {
    const one = await makeKey('ES256', 'one');
    keys = [one.jwk];
    const reader = tokens({ keySetUrl: url });
    const begin = Date.now();
    const after = async (minutes: number): Promise<string> => {
      vi.useFakeTimers({ now: begin + minutes * 60_000, toFake: ['Date'] });
      const before = asked;
      const fault = await faultOf(reader, await one.sign()).catch((error: unknown) => {
        return error instanceof ServiceError ? error.code : String(error);
      });
      await vi.waitFor(() => expect(asked).toBeGreaterThan(before));
      // The answer is here as well.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return fault;
    };
    expect(await after(0)).toBe('none');
    status = 500;
    expect([await after(11), await after(12), await after(1439), await after(1441)]).toEqual([
      ...['none', 'none', 'none', 'key_set_unavailable'],
    ]);
    status = 200;
    expect(await after(1450)).toBe('none');
    // A key that is withdrawn is known to be when the set has been read again.
    keys = [(await makeKey('ES256', 'two')).jwk];
    expect([await after(1461), await after(1472)]).toEqual(['none', expect.stringMatching(/signature/)]);
    vi.useRealTimers();
  });

  it('never checks a shared secret against a public key', async () => {
    const one = await makeKey('RS256', 'one');
    keys = [one.jwk];
    const forged = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(one.spki));
    expect(await faultOf(tokens({ secret: '', keySetUrl: url }), forged)).toMatch(/not accepted here/);
    expect(await faultOf(tokens({ keySetUrl: url }), forged)).toMatch(/signature/);
  });

  it('tells a key set that does not answer from a bad token', async () => {
    const one = await makeKey('ES256', 'one');
    status = 500;
    await expect(tokens({ keySetUrl: url }).read(await one.sign())).rejects.toMatchObject({
      code: 'key_set_unavailable',
    });
    status = 200;
    const nobody = tokens({ keySetUrl: 'http://127.0.0.1:1/keys' });
    await expect(nobody.read(await one.sign())).rejects.toMatchObject({ code: 'key_set_unavailable' });
  });
});
