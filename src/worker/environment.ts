import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { createIceCredentials, ICE_CREDENTIALS_RANDOM_BYTES } from '../peer/ice-credentials.ts';
import type { IceCredentials } from '../protocol/sdp/types.ts';
import { RandomStore } from '../util/random-store.ts';

export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Milliseconds since the epoch. */
  wallClock(): number;
}

/** What must not be guessed, or must differ from peer to peer. */
export interface Randomness {
  iceCredentials(): IceCredentials;
  /** 1 to 2^32 - 1. */
  ssrc(): number;
  /** Name of an ICE session, fit for an ETag. */
  tag(): string;
  /** Decimal, below 2^63 (RFC 8866 5.2). */
  sdpSessionId(): string;
  /** A name for a stream or an RTCP source. */
  name(): string;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
};

const random = new RandomStore((length) => randomBytes(length));

export const systemRandomness: Randomness = {
  iceCredentials: () => createIceCredentials(random.take(ICE_CREDENTIALS_RANDOM_BYTES)),
  ssrc: () => random.take(4).readUInt32BE() || 1,
  tag: () => random.take(9).toString('base64url'),
  sdpSessionId: () => (random.take(8).readBigUInt64BE() >> 1n).toString(),
  name: () => random.take(9).toString('base64url'),
};
