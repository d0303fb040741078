import { describe, expect, it } from 'vitest';
import { writeBindingError, writeBindingRequest, writeBindingSuccess } from './binding.ts';
import { verifyMessageIntegrity } from './integrity.ts';
import { parseStunMessage } from './message.ts';
import { VECTOR_TRANSACTION_ID as transactionId } from './testing/rfc5769.ts';

const password = 'VOkJxbRl1RmTxUk/WvJxBt';

function read(datagram: Uint8Array): { class?: string; attributes?: unknown; isVerified: boolean } {
  const message = parseStunMessage(datagram);
  expect(message).toMatchObject({ method: 1, transactionId, hasFingerprint: true });
  return {
    class: message?.class ?? 'malformed',
    attributes: message?.attributes,
    isVerified: message !== undefined && verifyMessageIntegrity(datagram, message, password),
  };
}

describe('binding', () => {
  it('writes a check with all that a controlling agent sends', () => {
    const role = { type: 'ice-controlling', tieBreaker: 5n } as const;
    const request = { transactionId, username: 'a:b', password, priority: 1, useCandidate: true, role };
    expect(read(writeBindingRequest(request))).toEqual({
      class: 'request',
      attributes: [{ type: 'username', value: 'a:b' }, role, { type: 'use-candidate' }, { type: 'priority', value: 1 }],
      isVerified: true,
    });
  });

  it('writes a check without the optional attributes', () => {
    expect(read(writeBindingRequest({ transactionId, username: 'a:b', password, useCandidate: false }))).toEqual({
      class: 'request',
      attributes: [{ type: 'username', value: 'a:b' }],
      isVerified: true,
    });
  });

  it('writes a success response', () => {
    const mappedAddress = { address: '2001:db8::1', port: 5000 };
    expect(read(writeBindingSuccess({ transactionId, mappedAddress, password }))).toEqual({
      class: 'success',
      attributes: [{ type: 'xor-mapped-address', ...mappedAddress }],
      isVerified: true,
    });
  });

  it('writes an error response without and with integrity', () => {
    expect(read(writeBindingError({ transactionId, code: 401 }))).toEqual({
      class: 'error',
      attributes: [{ type: 'error-code', code: 401, reason: 'Unauthenticated' }],
      isVerified: false,
    });
    expect(read(writeBindingError({ transactionId, code: 420, unknownAttributes: [3], password }))).toEqual({
      class: 'error',
      attributes: [
        { type: 'error-code', code: 420, reason: 'Unknown Attribute' },
        { type: 'unknown-attributes', codes: [3] },
      ],
      isVerified: true,
    });
  });
});
