import type { DatagramCipher } from '../protocol/pipe/datagram-cipher.ts';
import type { Refusal } from '../protocol/pipe/handshake.ts';
import { PipeInitiator } from '../protocol/pipe/pipe-initiator.ts';
import type { PipeSession } from '../protocol/pipe/pipe-session.ts';
import type { PipeSubscription } from './pipe-subscription.ts';

export interface PipeLinkOptions {
  pipeKey: Uint8Array;
  /** Longest datagram that the way takes, bytes. */
  datagramBytes: number;
  send: (datagram: Uint8Array) => void;
  /** By node:crypto where none is given. */
  cipher?: DatagramCipher | undefined;
  randomBytes: (count: number) => Uint8Array;
  onRefused: (refusal: Refusal) => void;
  /** There is something to do at once. */
  onWork: () => void;
  /** Monotonic milliseconds. */
  now: number;
}

/** This worker's pipe to one other worker, with all that comes through it. */
export class PipeLink {
  readonly #initiator: PipeInitiator;
  readonly #subscriptions = new Set<PipeSubscription>();
  #byNumber = new Map<number, PipeSubscription>();
  #nextNumber = 1;
  #unusedSince: number;

  constructor(options: PipeLinkOptions) {
    this.#unusedSince = options.now;
    this.#initiator = new PipeInitiator({
      ...options,
      onEstablished: (session) => {
        this.#established(session);
        options.onWork();
      },
      onLost: (now) => this.#lost(now),
    });
  }

  /** The session that datagrams for this link bear. */
  get id(): number {
    return this.#initiator.id;
  }

  /** The present session, for its figures; undefined while the other worker is sought. */
  get session(): PipeSession | undefined {
    return this.#initiator.session;
  }

  /** Monotonic ms since when nothing has been asked of the other worker; undefined while something is. */
  get unusedSince(): number | undefined {
    return this.#subscriptions.size === 0 ? this.#unusedSince : undefined;
  }

  add(subscription: PipeSubscription): void {
    this.#subscriptions.add(subscription);
    const { session } = this.#initiator;
    if (session !== undefined) this.#open(subscription, session);
  }

  remove(subscription: PipeSubscription, now: number): void {
    if (!this.#subscriptions.delete(subscription)) return;
    this.#byNumber.delete(subscription.number);
    this.#unusedSince = now;
    subscription.close(now);
  }

  receive(datagram: Uint8Array, now: number): void {
    const delivery = this.#initiator.receive(datagram, now);
    if (delivery === undefined) return;
    for (const message of delivery.messages) this.#byNumber.get(message.subscription)?.handleMessage(message, now);
    for (const frame of delivery.frames) this.#byNumber.get(frame.subscription)?.handleFrame(frame, now);
  }

  handleTimeout(now: number): void {
    for (const subscription of this.#subscriptions) subscription.handleTimeout(now);
    this.#initiator.handleTimeout(now);
  }

  deadline(): number {
    let deadline = this.#initiator.deadline();
    for (const subscription of this.#subscriptions) deadline = Math.min(deadline, subscription.deadline());
    return deadline;
  }

  #established(session: PipeSession): void {
    this.#byNumber = new Map();
    for (const subscription of this.#subscriptions) this.#open(subscription, session);
  }

  #lost(now: number): void {
    this.#byNumber = new Map();
    for (const subscription of this.#subscriptions) subscription.lost(now);
  }

  #open(subscription: PipeSubscription, session: PipeSession): void {
    const number = this.#nextNumber++;
    this.#byNumber.set(number, subscription);
    subscription.open(session, number);
  }
}
