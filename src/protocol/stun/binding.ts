import type { StunAttribute } from './attributes.ts';
import { BINDING_METHOD } from './header.ts';
import { writeStunMessage } from './message.ts';
import type { TransportAddress } from './transport-address.ts';

/** A connectivity check of a full agent (RFC 8445 7.2.4). */
export interface BindingRequest {
  /** 12 random bytes. */
  transactionId: Uint8Array;
  /** The receiver's ufrag, a colon, the sender's ufrag. */
  username: string;
  /** The receiver's ICE password. */
  password: string;
  /** Of a peer-reflexive candidate that the check may find; 1 to 2^31 - 1. */
  priority?: number | undefined;
  useCandidate?: boolean | undefined;
  /** The sender's role and tie-breaker, 64 bits. */
  role?: { type: 'ice-controlling' | 'ice-controlled'; tieBreaker: bigint } | undefined;
}

/** Writes a connectivity check. */
export function writeBindingRequest(request: BindingRequest): Uint8Array {
  const attributes: StunAttribute[] = [{ type: 'username', value: request.username }];
  if (request.role !== undefined) attributes.push(request.role);
  if (request.useCandidate === true) attributes.push({ type: 'use-candidate' });
  if (request.priority !== undefined) attributes.push({ type: 'priority', value: request.priority });
  const { transactionId, password } = request;
  return writeStunMessage({ class: 'request', method: BINDING_METHOD, transactionId, attributes }, { password });
}

export interface BindingSuccess {
  /** That of the request. */
  transactionId: Uint8Array;
  /** Where the request came from. */
  mappedAddress: TransportAddress;
  /** The responder's own ICE password. */
  password: string;
}

/** Writes the answer to a valid check (RFC 8445 7.3.1.2). */
export function writeBindingSuccess({ transactionId, mappedAddress, password }: BindingSuccess): Uint8Array {
  const { address, port } = mappedAddress;
  const attributes: StunAttribute[] = [{ type: 'xor-mapped-address', address, port }];
  return writeStunMessage({ class: 'success', method: BINDING_METHOD, transactionId, attributes }, { password });
}

/** The errors that a check may meet (RFC 8489 14.8, RFC 8445 16.2) and their reason phrases. */
const BINDING_ERRORS = {
  400: 'Bad Request',
  401: 'Unauthenticated',
  420: 'Unknown Attribute',
  487: 'Role Conflict',
} as const;
export type BindingErrorCode = keyof typeof BINDING_ERRORS;

export interface BindingError {
  /** That of the request. */
  transactionId: Uint8Array;
  code: BindingErrorCode;
  /** For 420: the types that were not understood. */
  unknownAttributes?: readonly number[] | undefined;
  /** The responder's own ICE password; left out where the request proved none (400, 401: RFC 8489 9.1.3). */
  password?: string | undefined;
}

/** Writes the refusal of a check. */
export function writeBindingError(error: BindingError): Uint8Array {
  const { transactionId, code, password } = error;
  const attributes: StunAttribute[] = [{ type: 'error-code', code, reason: BINDING_ERRORS[code] }];
  if (error.unknownAttributes !== undefined) {
    attributes.push({ type: 'unknown-attributes', codes: error.unknownAttributes });
  }
  return writeStunMessage({ class: 'error', method: BINDING_METHOD, transactionId, attributes }, { password });
}
