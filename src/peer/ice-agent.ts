import { isComprehensionRequired } from '../protocol/stun/attributes.ts';
import { type BindingErrorCode, writeBindingError, writeBindingSuccess } from '../protocol/stun/binding.ts';
import { BINDING_METHOD } from '../protocol/stun/header.ts';
import { verifyMessageIntegrity } from '../protocol/stun/integrity.ts';
import { type ReceivedStunMessage, findAttribute, parseStunMessage } from '../protocol/stun/message.ts';
import type { TransportAddress } from '../protocol/stun/transport-address.ts';
import type { IceCredentials } from '../protocol/sdp/types.ts';

/**
 * Silence after which the peer counts as gone, in milliseconds. RFC 7675 5.1 gives consent 30 s. A lite agent asks for
 * no consent of its own; it hears the peer's checks, which come every 2.5 s (Chromium) to 6 s (RFC 7675's longest
 * pause), so that four in a row must be lost. The same time is left to a new or restarted peer for its first check.
 */
export const CONSENT_TIMEOUT_MS = 30_000;

export interface IceAgentOptions {
  local: IceCredentials;
  remote: IceCredentials;
  /** Monotonic milliseconds. */
  now: number;
}

/** What a datagram means for the route it came by. */
export interface IceResult {
  /** Bytes to send back on the same route. */
  response: Uint8Array | undefined;
  /** The check was valid: this route may exchange DTLS and SRTP. */
  validated: boolean;
  /** Select this route for sending: it was nominated, or is the first valid one before any nomination. */
  nominated: boolean;
  /** This check was the first with the credentials of a restart: the earlier ones are no longer answered. */
  restarted: boolean;
}

/**
 * How the route for sending was chosen in the current generation:
 *
 * | state       | valid check without USE-CANDIDATE | with USE-CANDIDATE | first check after a restart |
 * |-------------|-----------------------------------|--------------------|-----------------------------|
 * | none        | select, provisional               | select, nominated  | as in none                  |
 * | provisional | keep                              | select, nominated  | as in none                  |
 * | nominated   | keep                              | select, nominated  | as in none                  |
 *
 * A later nomination replaces the earlier one: Chromium renominates a lite peer when its network changes, and agents
 * that nominate aggressively (RFC 5245 8.1.1.2) keep checking the pair that they use.
 */
type Selection = 'none' | 'provisional' | 'nominated';

const IGNORED: IceResult = { response: undefined, validated: false, nominated: false, restarted: false };

/**
 * The ICE agent of a lite implementation (RFC 8445 2.5): always controlled, answers checks and sends none.
 * Consent (RFC 7675) is taken from the peer's checks, and from any other authenticated traffic by {@link touch}:
 * FFmpeg checks once and then only sends media.
 */
export class IceAgent {
  #local: IceCredentials;
  #remote: IceCredentials;
  /** Credentials before a restart, until the peer uses the new ones (RFC 8445 9). */
  #previous: IceCredentials | undefined;
  #selection: Selection = 'none';
  #lastSignOfLife: number;

  constructor({ local, remote, now }: IceAgentOptions) {
    this.#local = local;
    this.#remote = remote;
    this.#lastSignOfLife = now;
  }

  /** This side's credentials of the current generation. */
  get local(): IceCredentials {
    return this.#local;
  }

  /** The peer's credentials of the current generation. */
  get remote(): IceCredentials {
    return this.#remote;
  }

  /** The username fragments that checks for this agent may start with: the current one, during a restart two. */
  get ufrags(): readonly string[] {
    return this.#previous === undefined ? [this.#local.ufrag] : [this.#local.ufrag, this.#previous.ufrag];
  }

  /** Answers a check (RFC 8445 7.3). Anything but a well-formed binding request is ignored. */
  handleRequest(datagram: Uint8Array, from: TransportAddress, now: number): IceResult {
    const message = parseStunMessage(datagram);
    if (message?.class !== 'request' || message.method !== BINDING_METHOD) return IGNORED;
    const username = findAttribute(message, 'username');
    if (username === undefined || message.integrityOffset === undefined) return refuse(message, 400);
    const credentials = this.#credentialsOf(username.value);
    if (credentials === undefined || !verifyMessageIntegrity(datagram, message, credentials.password)) {
      return refuse(message, 401);
    }
    const unknown = unknownRequired(message);
    if (unknown.length > 0) return refuse(message, 420, credentials.password, unknown);
    // A lite agent never takes the controlling role beside a full one, whatever the tie-breakers say (RFC 8445 6.1.1).
    if (findAttribute(message, 'ice-controlled') !== undefined) return refuse(message, 487, credentials.password);
    return this.#accept(message, credentials, from, now);
  }

  /**
   * Starts a new generation (RFC 8445 9). Checks with the old credentials are answered until the first valid one with
   * the new. A restart that overtakes an unfinished one forgets the credentials that were never used.
   */
  restart(local: IceCredentials, remote: IceCredentials, now: number): void {
    this.#previous ??= this.#local;
    this.#local = local;
    this.#remote = remote;
    this.touch(now);
  }

  /** Notes authenticated traffic of the peer. */
  touch(now: number): void {
    this.#lastSignOfLife = Math.max(this.#lastSignOfLife, now);
  }

  /** When consent expires, in monotonic milliseconds. */
  deadline(): number {
    return this.#lastSignOfLife + CONSENT_TIMEOUT_MS;
  }

  /** True where nothing was heard from the peer for CONSENT_TIMEOUT_MS. */
  isExpired(now: number): boolean {
    return now >= this.deadline();
  }

  /** RFC 8445 7.3: the username's first part must be ours; the second is not checked. */
  #credentialsOf(username: string): IceCredentials | undefined {
    const colon = username.indexOf(':');
    if (colon < 0) return undefined;
    const ufrag = username.slice(0, colon);
    if (ufrag === this.#local.ufrag) return this.#local;
    return ufrag === this.#previous?.ufrag ? this.#previous : undefined;
  }

  #accept(message: ReceivedStunMessage, credentials: IceCredentials, from: TransportAddress, now: number): IceResult {
    const restarted = this.#previous !== undefined && credentials === this.#local;
    if (restarted) {
      this.#previous = undefined;
      this.#selection = 'none';
    }
    this.touch(now);
    return {
      response: writeBindingSuccess({
        transactionId: message.transactionId,
        mappedAddress: from,
        password: credentials.password,
      }),
      validated: true,
      nominated: this.#select(findAttribute(message, 'use-candidate') !== undefined),
      restarted,
    };
  }

  /** Whether the checked route becomes the one for sending. */
  #select(useCandidate: boolean): boolean {
    if (useCandidate) {
      this.#selection = 'nominated';
      return true;
    }
    if (this.#selection !== 'none') return false;
    this.#selection = 'provisional';
    return true;
  }
}

/** RFC 8489 6.3.1: types that this side must understand and does not. */
function unknownRequired(message: ReceivedStunMessage): number[] {
  return message.attributes.flatMap((attribute) =>
    attribute.type === 'unknown' && isComprehensionRequired(attribute.code) ? [attribute.code] : [],
  );
}

function refuse(
  message: ReceivedStunMessage,
  code: BindingErrorCode,
  password?: string,
  unknownAttributes?: readonly number[],
): IceResult {
  const response = writeBindingError({ transactionId: message.transactionId, code, unknownAttributes, password });
  return { ...IGNORED, response };
}
