/**
 * The handshake of a pipe: who has the pipe key says hello with a nonce, the other side accepts with its own, and both
 * derive the session's keys from all three. The first six bytes of every datagram, and the whole of a refusal, are the
 * same in all versions.
 *
 *      hello    version 1  sender(4)    nonce(16)  zero(4)   tag(16)
 *      accept   version 2  receiver(4)  sender(4)  nonce(16) tag(16)
 *      refusal  version 3  receiver(4)  reason(1)  supported version(1)
 *      sealed   version 4  receiver(4)  counter(6) ciphertext tag(16)
 *
 * No answer is longer than the hello before it, so that forged senders gain nothing.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { byteAt, concatenate, readUint32, writeUint32 } from '../../util/bytes.ts';

/** The version of the protocol that this code speaks. */
export const PIPE_VERSION = 1;
/** Bytes of the secret that all ends share. */
export const PIPE_KEY_BYTES = 32;
/** Random bytes that each side adds. */
export const PIPE_NONCE_BYTES = 16;

export const DATAGRAM = { hello: 1, accept: 2, refusal: 3, sealed: 4 } as const;

const HANDSHAKE_BYTES = 42;
const REFUSAL_BYTES = 8;
const TAG_BYTES = 16;
const SIGNED_BYTES = HANDSHAKE_BYTES - TAG_BYTES;
const REASONS = ['version', 'key'] as const;

/** Why an end refuses a hello. */
export type RefusalReason = (typeof REASONS)[number];

/** One direction of a session: AES-128 key, and four bytes before the counter in each nonce. */
export interface DirectionKey {
  key: Uint8Array;
  salt: Uint8Array;
}

/** Keys of both directions. */
export interface SessionKeys {
  fromInitiator: DirectionKey;
  fromResponder: DirectionKey;
}

export interface Hello {
  sender: number;
  nonce: Uint8Array;
}

export interface Accept {
  /** The sender of the hello. */
  receiver: number;
  sender: number;
  nonce: Uint8Array;
}

export interface Refusal {
  /** The sender of the hello. */
  receiver: number;
  reason: RefusalReason;
  /** What the refusing end speaks. */
  supportedVersion: number;
}

/** What every datagram begins with; `session` is the sender of a hello, the receiver of all others. */
export interface DatagramHead {
  version: number;
  type: number;
  session: number;
}

/** Undefined where it is too short. */
export function parseHead(datagram: Uint8Array): DatagramHead | undefined {
  if (datagram.length < REFUSAL_BYTES) return undefined;
  return { version: byteAt(datagram, 0), type: byteAt(datagram, 1), session: readUint32(datagram, 2) };
}

/** Writes the first six bytes. */
export function writeHead(into: Uint8Array, type: number, session: number): void {
  into[0] = PIPE_VERSION;
  into[1] = type;
  writeUint32(into, 2, session);
}

/** The key of the handshake's tags. */
export function handshakeKey(pipeKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', pipeKey, '', 'live-webrtc pipe 1 handshake', 32));
}

/** The session's keys (RFC 5869), from the secret and what both sides made up. */
export function deriveSessionKeys(pipeKey: Uint8Array, helloNonce: Uint8Array, acceptNonce: Uint8Array): SessionKeys {
  const salt = concatenate([helloNonce, acceptNonce]);
  const bytes = new Uint8Array(hkdfSync('sha256', pipeKey, salt, 'live-webrtc pipe 1 session', 40));
  const direction = (at: number): DirectionKey => ({
    key: bytes.slice(at, at + 16),
    salt: bytes.slice(at + 16, at + 20),
  });
  return { fromInitiator: direction(0), fromResponder: direction(20) };
}

export function writeHello({ sender, nonce }: Hello, key: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(HANDSHAKE_BYTES);
  writeHead(datagram, DATAGRAM.hello, sender);
  datagram.set(nonce, 6);
  datagram.set(tagOf(key, [datagram.subarray(0, SIGNED_BYTES)]), SIGNED_BYTES);
  return datagram;
}

/** A hello of this version; 'key' where another key has signed it, undefined where it is none. */
export function parseHello(datagram: Uint8Array, key: Uint8Array): Hello | 'key' | undefined {
  const head = parseHead(datagram);
  if (head?.version !== PIPE_VERSION || head.type !== DATAGRAM.hello) return undefined;
  if (datagram.length !== HANDSHAKE_BYTES) return undefined;
  if (!isSigned(datagram, key, [])) return 'key';
  return { sender: head.session, nonce: datagram.slice(6, 6 + PIPE_NONCE_BYTES) };
}

/** `hello`: the datagram that is answered; the tag covers it too. */
export function writeAccept({ receiver, sender, nonce }: Accept, hello: Uint8Array, key: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(HANDSHAKE_BYTES);
  writeHead(datagram, DATAGRAM.accept, receiver);
  writeUint32(datagram, 6, sender);
  datagram.set(nonce, 10);
  datagram.set(tagOf(key, [hello, datagram.subarray(0, SIGNED_BYTES)]), SIGNED_BYTES);
  return datagram;
}

/** Undefined where it is none, or not one to this hello by somebody with the key. */
export function parseAccept(datagram: Uint8Array, hello: Uint8Array, key: Uint8Array): Accept | undefined {
  const head = parseHead(datagram);
  if (head?.version !== PIPE_VERSION || head.type !== DATAGRAM.accept) return undefined;
  if (datagram.length !== HANDSHAKE_BYTES || !isSigned(datagram, key, [hello])) return undefined;
  return {
    receiver: head.session,
    sender: readUint32(datagram, 6),
    nonce: datagram.slice(10, 10 + PIPE_NONCE_BYTES),
  };
}

export function writeRefusal({ receiver, reason, supportedVersion }: Refusal): Uint8Array {
  const datagram = new Uint8Array(REFUSAL_BYTES);
  writeHead(datagram, DATAGRAM.refusal, receiver);
  datagram[6] = REASONS.indexOf(reason) + 1;
  datagram[7] = supportedVersion;
  return datagram;
}

/** A refusal of any version. Nothing proves who sent it: it may explain a silence, and end nothing. */
export function parseRefusal(datagram: Uint8Array): Refusal | undefined {
  const head = parseHead(datagram);
  const reason = REASONS[byteAt(datagram, 6) - 1];
  if (head?.type !== DATAGRAM.refusal || datagram.length !== REFUSAL_BYTES || reason === undefined) return undefined;
  return { receiver: head.session, reason, supportedVersion: byteAt(datagram, 7) };
}

function tagOf(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest().subarray(0, TAG_BYTES);
}

function isSigned(datagram: Uint8Array, key: Uint8Array, before: readonly Uint8Array[]): boolean {
  const tag = tagOf(key, [...before, datagram.subarray(0, SIGNED_BYTES)]);
  return timingSafeEqual(tag, datagram.subarray(SIGNED_BYTES));
}
