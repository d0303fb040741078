import { isDeepStrictEqual } from 'node:util';
import { IceAgent } from '../../../src/peer/ice-agent.ts';
import { writeBindingError, writeBindingRequest, writeBindingSuccess } from '../../../src/protocol/stun/binding.ts';
import { fingerprint } from '../../../src/protocol/stun/fingerprint.ts';
import { MAGIC_COOKIE, STUN_HEADER_BYTES, isStun } from '../../../src/protocol/stun/header.ts';
import { verifyMessageIntegrity } from '../../../src/protocol/stun/integrity.ts';
import {
  type ReceivedStunMessage,
  findAttribute,
  parseStunMessage,
  stunUsername,
  writeStunMessage,
} from '../../../src/protocol/stun/message.ts';
import {
  SAMPLE_IPV4_RESPONSE,
  SAMPLE_IPV6_RESPONSE,
  SAMPLE_REQUEST,
  VECTOR_PASSWORD,
  VECTOR_TRANSACTION_ID as transactionId,
} from '../../../src/protocol/stun/testing/rfc5769.ts';
import { type FuzzTarget, invariant } from '../target.ts';

const local = { ufrag: 'evtj', password: VECTOR_PASSWORD };
const remote = { ufrag: 'h6vY', password: 'a-password-of-22-chars' };
const from = { address: '192.0.2.7', port: 50_000 };
const username = 'evtj:h6vY';
/** More than any answer of the agent needs; a longer one would lend itself to amplification. */
const MAX_RESPONSE_BYTES = 128;

const corpus = [
  ...[SAMPLE_REQUEST, SAMPLE_IPV4_RESPONSE, SAMPLE_IPV6_RESPONSE],
  writeBindingRequest({ transactionId, username, password: local.password }),
  writeBindingRequest({
    ...{ transactionId, username, password: local.password, priority: 0x6e0001ff, useCandidate: true },
    role: { type: 'ice-controlling', tieBreaker: 0x932ff9b151263b36n },
  }),
  writeBindingSuccess({ transactionId, mappedAddress: { address: '2001:db8::7', port: 1 }, password: local.password }),
  writeBindingError({ transactionId, code: 420, unknownAttributes: [1, 2], password: local.password }),
  writeStunMessage({ class: 'indication', method: 1, transactionId, attributes: [] }),
  writeStunMessage({
    ...{ class: 'request', method: 1, transactionId },
    attributes: [
      { type: 'mapped-address', ...from },
      { type: 'unknown', code: 0xc057, value: Uint8Array.of(0, 1, 0, 10) },
      { type: 'unknown', code: 0x0025, value: new Uint8Array(0) },
      { type: 'ice-controlled', tieBreaker: 1n },
    ],
  }),
];

/**
 * The input with the length field, cookie and FINGERPRINT of a message: nearly every mutation breaks one of these, and
 * nothing behind them would be reached.
 */
function repair(input: Uint8Array): Uint8Array {
  const datagram = input.slice(0, input.length & ~3);
  if (datagram.length < STUN_HEADER_BYTES) return datagram;
  const view = new DataView(datagram.buffer);
  view.setUint8(0, view.getUint8(0) & 0x3f);
  view.setUint16(2, datagram.length - STUN_HEADER_BYTES);
  view.setUint32(4, MAGIC_COOKIE);
  const last = datagram.length - 8;
  if (last >= STUN_HEADER_BYTES && view.getUint32(last) === 0x80280004) {
    view.setUint32(last + 4, fingerprint(datagram, last));
  }
  return datagram;
}

/** The message with nothing but its values. */
function valuesOf(message: ReceivedStunMessage): unknown {
  const { method, attributes } = message;
  return { class: message.class, method, transactionId: message.transactionId, attributes };
}

function pathOf(message: ReceivedStunMessage): string {
  const types = new Set(message.attributes.map((attribute) => attribute.type));
  return `${message.class} ${[...types].sort().join(' ')} ${message.integrityOffset !== undefined} ${message.hasFingerprint}`;
}

function checkDatagram(datagram: Uint8Array): string {
  const claimed = stunUsername(datagram);
  const message = parseStunMessage(datagram);
  invariant(isStun(datagram) || (message === undefined && claimed === undefined), 'only STUN is parsed');
  if (message === undefined) return claimed === undefined ? 'malformed' : 'malformed with username';
  const named = findAttribute(message, 'username');
  invariant(named === undefined || named.value === claimed, 'stunUsername agrees with the parser');
  verifyMessageIntegrity(datagram, message, VECTOR_PASSWORD);

  const written = writeStunMessage(message, { password: VECTOR_PASSWORD });
  const again = parseStunMessage(written);
  invariant(again !== undefined, 'what was parsed can be written and parsed');
  invariant(isDeepStrictEqual(valuesOf(again), valuesOf(message)), 'writing and parsing keeps every value');
  invariant(verifyMessageIntegrity(written, again, VECTOR_PASSWORD), 'what was written verifies');
  return pathOf(message);
}

const stun: FuzzTarget = {
  name: 'stun',
  format: 'binary',
  corpus,
  run: (input) => `${checkDatagram(input)}; ${checkDatagram(repair(input))}`,
};

const iceAgent: FuzzTarget = {
  name: 'ice-agent',
  format: 'binary',
  corpus,
  run(input) {
    const agent = new IceAgent({ local, remote, now: 0 });
    const datagram = isStun(input) ? input : repair(input);
    const message = parseStunMessage(datagram);
    const asReceived = agent.handleRequest(datagram, from, 1);
    const isAuthentic = message !== undefined && verifyMessageIntegrity(datagram, message, local.password);
    invariant(isAuthentic || !asReceived.validated, 'only an authentic check validates its route');

    // The fuzzer knows no password: what it made is signed again, to get behind the verification.
    const signed = message && writeStunMessage(message, { password: local.password });
    const result = signed === undefined ? asReceived : agent.handleRequest(signed, from, 2);
    const { response } = result;
    invariant(!result.nominated || result.validated, 'only a validated route is nominated');
    invariant((response?.length ?? 0) <= MAX_RESPONSE_BYTES + (signed?.length ?? 0), 'responses do not amplify');
    if (response === undefined) return message === undefined ? 'malformed' : 'ignored';
    const parsed = parseStunMessage(response);
    invariant(parsed !== undefined, 'the agent writes well-formed responses');
    const error = findAttribute(parsed, 'error-code');
    return `${parsed.class} ${error?.code ?? ''} ${result.nominated}`;
  },
};

export const STUN_TARGETS: readonly FuzzTarget[] = [stun, iceAgent];
