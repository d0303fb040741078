import { describe, expect, it } from 'vitest';
import type { IceCredentials } from '../protocol/sdp/types.ts';
import type { StunAttribute } from '../protocol/stun/attributes.ts';
import { type BindingRequest, writeBindingRequest, writeBindingSuccess } from '../protocol/stun/binding.ts';
import { verifyMessageIntegrity } from '../protocol/stun/integrity.ts';
import { parseStunMessage, writeStunMessage } from '../protocol/stun/message.ts';
import { CONSENT_TIMEOUT_MS, IceAgent, type IceResult } from './ice-agent.ts';

const local: IceCredentials = { ufrag: 'locl', password: 'local-password-of-22-ch' };
const remote: IceCredentials = { ufrag: 'remt', password: 'remote-password-of-22-c' };
const newLocal: IceCredentials = { ufrag: 'newl', password: 'new-local-password-22-c' };
const newRemote: IceCredentials = { ufrag: 'newr', password: 'new-remote-password-22-' };

const transactionId = Uint8Array.from({ length: 12 }, (_, index) => index);
const home = { address: '192.0.2.7', port: 50_000 };
const mobile = { address: '2001:db8::7', port: 50_001 };
const controlling = { type: 'ice-controlling', tieBreaker: 1n } as const;

const createAgent = (now = 0): IceAgent => new IceAgent({ local, remote, now });

function check(changes: Partial<BindingRequest> = {}): Uint8Array {
  const username = `${local.ufrag}:${remote.ufrag}`;
  return writeBindingRequest({
    ...{ transactionId, username, password: local.password, priority: 100, role: controlling },
    ...changes,
  });
}

const newCheck = (changes: Partial<BindingRequest> = {}): Uint8Array =>
  check({ username: 'newl:newr', password: newLocal.password, ...changes });

function responseOf({ response }: IceResult, password = local.password): unknown {
  const message = response && parseStunMessage(response);
  if (response === undefined || message === undefined) return undefined;
  expect(message.method).toBe(1);
  expect(message.transactionId).toEqual(transactionId);
  expect(message.hasFingerprint).toBe(true);
  const attributes = message.attributes.map((attribute) =>
    attribute.type === 'error-code' ? attribute.code : attribute,
  );
  return { class: message.class, isVerified: verifyMessageIntegrity(response, message, password), attributes };
}

const success = (address: typeof home): unknown => ({
  class: 'success',
  isVerified: true,
  attributes: [{ type: 'xor-mapped-address', ...address }],
});

describe('a valid check', () => {
  it('is answered with the address it came from', () => {
    const agent = createAgent();
    expect(responseOf(agent.handleRequest(check(), home, 1))).toEqual(success(home));
    expect(responseOf(agent.handleRequest(check(), mobile, 1))).toEqual(success(mobile));
  });

  it('validates every address, and selects the first before any nomination', () => {
    const agent = createAgent();
    expect(agent.handleRequest(check(), home, 1)).toMatchObject({ validated: true, nominated: true });
    expect(agent.handleRequest(check(), mobile, 2)).toMatchObject({ validated: true, nominated: false });
    expect(agent.handleRequest(check(), home, 3)).toMatchObject({ validated: true, nominated: false });
  });

  it('selects what the peer nominates, and again what it nominates later', () => {
    const agent = createAgent();
    agent.handleRequest(check(), home, 1);
    expect(agent.handleRequest(check({ useCandidate: true }), mobile, 2)).toMatchObject({ nominated: true });
    expect(agent.handleRequest(check(), home, 3)).toMatchObject({ validated: true, nominated: false });
    expect(agent.handleRequest(check({ useCandidate: true }), home, 4)).toMatchObject({ nominated: true });
    expect(agent.handleRequest(check({ useCandidate: true }), home, 5)).toMatchObject({ nominated: true });
  });

  it('does not select a route without USE-CANDIDATE after a nomination that came first', () => {
    const agent = createAgent();
    expect(agent.handleRequest(check({ useCandidate: true }), home, 1)).toMatchObject({ nominated: true });
    expect(agent.handleRequest(check(), mobile, 2)).toMatchObject({ validated: true, nominated: false });
  });

  it('needs no PRIORITY and no ICE-CONTROLLING, which FFmpeg leaves out', () => {
    const request = check({ priority: undefined, role: undefined, useCandidate: true });
    const result = createAgent().handleRequest(request, home, 1);
    expect(result).toMatchObject({ validated: true, nominated: true });
    expect(responseOf(result)).toEqual(success(home));
  });

  it('needs only this side of the username', () => {
    expect(createAgent().handleRequest(check({ username: 'locl:other' }), home, 1).validated).toBe(true);
  });

  it('may carry attributes that need no understanding', () => {
    const attributes: StunAttribute[] = [
      { type: 'username', value: 'locl:remt' },
      { type: 'unknown', code: 0xc057, value: Uint8Array.of(0, 1, 0, 10) },
    ];
    const request = writeStunMessage(
      { class: 'request', method: 1, transactionId, attributes },
      { password: local.password, fingerprint: false },
    );
    expect(createAgent().handleRequest(request, home, 1).validated).toBe(true);
  });
});

describe('a check that is refused', () => {
  const refusal = (code: number, isVerified: boolean, ...more: StunAttribute[]): unknown => ({
    class: 'error',
    isVerified,
    attributes: [code, ...more],
  });

  it.each([
    ['another user', check({ username: 'othr:remt' })],
    ['a user that only starts like ours', check({ username: 'loclx:remt' })],
    ['a username without a colon', check({ username: 'locl' })],
    ['another password', check({ password: remote.password })],
  ])('%s: 401 without integrity', (_, request) => {
    const result = createAgent().handleRequest(request, home, 1);
    expect(result).toMatchObject({ validated: false, nominated: false });
    expect(responseOf(result)).toEqual(refusal(401, false));
  });

  it.each([
    ['no USERNAME', [], local.password],
    ['no MESSAGE-INTEGRITY', [{ type: 'username', value: 'locl:remt' }], undefined],
  ] as [string, StunAttribute[], string | undefined][])('%s: 400 without integrity', (_, attributes, password) => {
    const request = writeStunMessage({ class: 'request', method: 1, transactionId, attributes }, { password });
    const result = createAgent().handleRequest(request, home, 1);
    expect(result).toMatchObject({ validated: false, nominated: false });
    expect(responseOf(result)).toEqual(refusal(400, false));
  });

  it('an unknown attribute that must be understood: 420 with its type', () => {
    const attributes: StunAttribute[] = [
      { type: 'username', value: 'locl:remt' },
      { type: 'unknown', code: 0x7ffe, value: new Uint8Array(0) },
      { type: 'unknown', code: 0x8ffe, value: new Uint8Array(0) },
    ];
    const message = { class: 'request', method: 1, transactionId, attributes } as const;
    const result = createAgent().handleRequest(writeStunMessage(message, local), home, 1);
    expect(result).toMatchObject({ validated: false, nominated: false });
    expect(responseOf(result)).toEqual(refusal(420, true, { type: 'unknown-attributes', codes: [0x7ffe] }));
  });

  it.each([0n, 2n ** 64n - 1n])('a controlled peer with tie-breaker %s: 487, so that it changes', (tieBreaker) => {
    const agent = createAgent();
    const role = { type: 'ice-controlled', tieBreaker } as const;
    const result = agent.handleRequest(check({ role, useCandidate: true }), home, 1);
    expect(result).toMatchObject({ validated: false, nominated: false });
    expect(responseOf(result)).toEqual(refusal(487, true));
    expect(agent.handleRequest(check(), home, 2)).toMatchObject({ validated: true, nominated: true });
  });

  it('leaves no trace in selection and consent', () => {
    const agent = createAgent();
    agent.handleRequest(check({ password: 'wrong', useCandidate: true }), mobile, 1000);
    expect(agent.deadline()).toBe(CONSENT_TIMEOUT_MS);
    expect(agent.handleRequest(check(), home, 2000).nominated).toBe(true);
  });
});

describe('a datagram that is no binding request', () => {
  const attributes: StunAttribute[] = [{ type: 'username', value: 'locl:remt' }];
  it.each([
    ['an indication', writeStunMessage({ class: 'indication', method: 1, transactionId, attributes }, local)],
    ['a response', writeBindingSuccess({ transactionId, mappedAddress: home, password: local.password })],
    ['another method', writeStunMessage({ class: 'request', method: 3, transactionId, attributes }, local)],
    ['a truncated request', check().subarray(0, -4)],
    ['no STUN', Uint8Array.of(0x80, 96, 0, 1)],
  ])('is ignored: %s', (_, datagram) => {
    const agent = createAgent();
    expect(agent.handleRequest(datagram, home, 1000)).toEqual({
      response: undefined,
      validated: false,
      nominated: false,
      restarted: false,
    });
    expect(agent.deadline()).toBe(CONSENT_TIMEOUT_MS);
  });
});

describe('a restart', () => {
  function restartedAgent(): IceAgent {
    const agent = createAgent();
    agent.handleRequest(check({ useCandidate: true }), home, 1);
    agent.restart(newLocal, newRemote, 2);
    return agent;
  }

  it('names the new credentials at once and both username fragments', () => {
    const agent = restartedAgent();
    expect(agent.local).toEqual(newLocal);
    expect(agent.remote).toEqual(newRemote);
    expect(agent.ufrags).toEqual(['newl', 'locl']);
  });

  it('goes on answering the old credentials until a valid check with the new', () => {
    const agent = restartedAgent();
    const old = agent.handleRequest(check({ useCandidate: true }), home, 3);
    expect(old).toMatchObject({ validated: true, nominated: true, restarted: false });
    expect(responseOf(old)).toEqual(success(home));
    expect(agent.handleRequest(newCheck({ password: 'wrong' }), mobile, 4)).toMatchObject({ restarted: false });
    expect(agent.handleRequest(check(), home, 5).validated).toBe(true);

    const first = agent.handleRequest(newCheck(), mobile, 6);
    expect(first).toMatchObject({ validated: true, restarted: true });
    expect(responseOf(first, newLocal.password)).toEqual(success(mobile));
    expect(agent.ufrags).toEqual(['newl']);
    const late = agent.handleRequest(check(), home, 7);
    expect(late.validated).toBe(false);
    expect(responseOf(late)).toMatchObject({ class: 'error', attributes: [401] });
    expect(agent.handleRequest(newCheck(), mobile, 8)).toMatchObject({ validated: true, restarted: false });
  });

  it('does not accept the old password with the new username fragment', () => {
    const agent = restartedAgent();
    expect(agent.handleRequest(check({ username: 'newl:newr' }), home, 3).validated).toBe(false);
    expect(agent.handleRequest(newCheck({ username: 'locl:remt' }), home, 3).validated).toBe(false);
  });

  it('selects the first valid route of the new generation, then the nominated one', () => {
    const agent = restartedAgent();
    expect(agent.handleRequest(newCheck(), mobile, 3)).toMatchObject({ nominated: true });
    expect(agent.handleRequest(newCheck(), home, 4)).toMatchObject({ validated: true, nominated: false });
    expect(agent.handleRequest(newCheck({ useCandidate: true }), home, 5)).toMatchObject({ nominated: true });
  });

  it('keeps the selection while only the old credentials are heard', () => {
    const agent = restartedAgent();
    expect(agent.handleRequest(check(), mobile, 3)).toMatchObject({ validated: true, nominated: false });
  });

  it('that overtakes an unfinished one still answers the credentials in use', () => {
    const agent = restartedAgent();
    const newest: IceCredentials = { ufrag: 'nwst', password: 'newest-password-of-22-c' };
    agent.restart(newest, newRemote, 3);
    expect(agent.ufrags).toEqual(['nwst', 'locl']);
    expect(agent.handleRequest(check(), home, 4).validated).toBe(true);
    expect(agent.handleRequest(newCheck(), home, 5).validated).toBe(false);
    const newestCheck = check({ username: 'nwst:newr', password: newest.password });
    expect(agent.handleRequest(newestCheck, home, 6)).toMatchObject({ validated: true, restarted: true });
  });

  it('gives the peer the whole time-out again', () => {
    const agent = createAgent();
    agent.restart(newLocal, newRemote, 20_000);
    expect(agent.deadline()).toBe(20_000 + CONSENT_TIMEOUT_MS);
  });
});

describe('consent', () => {
  it('expires when the peer is silent', () => {
    const agent = createAgent(1000);
    expect(agent.deadline()).toBe(1000 + CONSENT_TIMEOUT_MS);
    agent.handleRequest(check(), home, 5000);
    expect(agent.deadline()).toBe(5000 + CONSENT_TIMEOUT_MS);
    expect(agent.isExpired(5000 + CONSENT_TIMEOUT_MS - 1)).toBe(false);
    expect(agent.isExpired(5000 + CONSENT_TIMEOUT_MS)).toBe(true);
  });

  it('is renewed by other authenticated traffic, never shortened', () => {
    const agent = createAgent();
    agent.touch(9000);
    expect(agent.deadline()).toBe(9000 + CONSENT_TIMEOUT_MS);
    agent.touch(8000);
    expect(agent.deadline()).toBe(9000 + CONSENT_TIMEOUT_MS);
  });

  it('outlives four lost checks of the slowest regular rhythm', () => {
    expect(CONSENT_TIMEOUT_MS).toBeGreaterThanOrEqual(5 * 6000);
  });
});
