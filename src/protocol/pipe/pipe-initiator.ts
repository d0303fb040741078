import type { DatagramCipher } from './datagram-cipher.ts';
import {
  DATAGRAM,
  deriveSessionKeys,
  handshakeKey,
  parseAccept,
  parseHead,
  parseRefusal,
  PIPE_NONCE_BYTES,
  type Refusal,
  writeHello,
} from './handshake.ts';
import { type PipeDelivery, PipeSession } from './pipe-session.ts';
import { readUint32 } from '../../util/bytes.ts';

/** Between the first two hellos, ms; then twice as long each time, up to the longest. */
const FIRST_HELLO_WAIT_MS = 100;
const LONGEST_HELLO_WAIT_MS = 1000;
/** An end that answers no pings for this long is gone, or has forgotten the session, ms. */
const SILENCE_MS = 1000;
/** Who was not called for this long has not listened either, ms. */
const ABSENCE_MS = 500;

export interface PipeInitiatorOptions {
  pipeKey: Uint8Array;
  /** Longest datagram that the way to the other end takes, bytes. */
  datagramBytes: number;
  send: (datagram: Uint8Array) => void;
  /** By node:crypto where none is given. */
  cipher?: DatagramCipher | undefined;
  /** From a CSPRNG. */
  randomBytes: (count: number) => Uint8Array;
  /** A session stands; what was said in the one before is forgotten. */
  onEstablished: (session: PipeSession, now: number) => void;
  /** The session has ended; the next one is being sought already. */
  onLost: (now: number) => void;
  /** Somebody refuses to talk, for a reason that was not told just before. */
  onRefused: (refusal: Refusal) => void;
  /** Monotonic milliseconds. */
  now: number;
}

/**
 * The end of a pipe that asks for packets. It looks for the other end until there is a session, and again when that
 * falls silent.
 *
 * | state       | accepted    | silent, broken     |
 * |-------------|-------------|--------------------|
 * | connecting  | established | (says hello again) |
 * | established |             | connecting         |
 */
export class PipeInitiator {
  readonly #options: PipeInitiatorOptions;
  readonly #handshakeKey: Uint8Array;
  #id = 0;
  #nonce: Uint8Array = new Uint8Array(0);
  #hello: Uint8Array = new Uint8Array(0);
  #helloDue: number;
  #helloWait = FIRST_HELLO_WAIT_MS;
  #session: PipeSession | undefined;
  #refused: Refusal['reason'] | undefined;
  /** Monotonic ms of the last call of handleTimeout, and since when these have come in time. */
  #calledAt: number;
  #presentSince: number;

  constructor(options: PipeInitiatorOptions) {
    this.#options = options;
    this.#handshakeKey = handshakeKey(options.pipeKey);
    this.#helloDue = options.now;
    this.#calledAt = options.now;
    this.#presentSince = options.now;
    this.#renew();
  }

  /** Number of the session on this side, which datagrams to it bear. */
  get id(): number {
    return this.#id;
  }

  /** Undefined while there is none. */
  get session(): PipeSession | undefined {
    return this.#session;
  }

  /** Takes a datagram that bears this id. */
  receive(datagram: Uint8Array, now: number): PipeDelivery | undefined {
    switch (parseHead(datagram)?.type) {
      case DATAGRAM.accept:
        this.#takeAccept(datagram, now);
        return undefined;
      case DATAGRAM.refusal:
        this.#takeRefusal(datagram);
        return undefined;
      case DATAGRAM.sealed:
        return this.#session?.receive(datagram, now);
      default:
        return undefined;
    }
  }

  handleTimeout(now: number): void {
    if (now - this.#calledAt >= ABSENCE_MS) this.#presentSince = now;
    this.#calledAt = now;
    if (this.#session !== undefined && this.#isOver(this.#session, now)) {
      this.#session = undefined;
      this.#renew();
      this.#helloDue = now;
      this.#helloWait = FIRST_HELLO_WAIT_MS;
      this.#options.onLost(now);
    }
    if (this.#session !== undefined) {
      this.#session.handleTimeout(now);
    } else if (now >= this.#helloDue) {
      this.#helloDue = now + this.#helloWait;
      this.#helloWait = Math.min(LONGEST_HELLO_WAIT_MS, 2 * this.#helloWait);
      this.#options.send(this.#hello);
    }
  }

  /** Monotonic ms when handleTimeout has something to do. */
  deadline(): number {
    const session = this.#session;
    if (session === undefined) return this.#helloDue;
    return session.broken ? 0 : Math.min(session.deadline(), this.#silenceEnds(session));
  }

  #isOver(session: PipeSession, now: number): boolean {
    return session.broken || now >= this.#silenceEnds(session);
  }

  #silenceEnds({ lastReceived }: PipeSession): number {
    return Math.max(lastReceived, this.#presentSince) + SILENCE_MS;
  }

  #renew(): void {
    this.#id = readUint32(this.#options.randomBytes(4), 0);
    this.#nonce = this.#options.randomBytes(PIPE_NONCE_BYTES);
    this.#hello = writeHello({ sender: this.#id, nonce: this.#nonce }, this.#handshakeKey);
  }

  #takeAccept(datagram: Uint8Array, now: number): void {
    if (this.#session !== undefined) return;
    const accept = parseAccept(datagram, this.#hello, this.#handshakeKey);
    if (accept?.receiver !== this.#id) return;
    const { pipeKey, datagramBytes, send, cipher } = this.#options;
    const keys = deriveSessionKeys(pipeKey, this.#nonce, accept.nonce);
    const session = new PipeSession({
      sendKey: keys.fromInitiator,
      receiveKey: keys.fromResponder,
      remoteId: accept.sender,
      datagramBytes,
      send,
      cipher,
      now,
    });
    session.setPinging(true, now);
    this.#session = session;
    this.#refused = undefined;
    this.#options.onEstablished(session, now);
  }

  #takeRefusal(datagram: Uint8Array): void {
    const refusal = parseRefusal(datagram);
    if (this.#session !== undefined || refusal?.receiver !== this.#id || refusal.reason === this.#refused) return;
    this.#refused = refusal.reason;
    this.#options.onRefused(refusal);
  }
}
