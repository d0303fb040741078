import { readUint32 } from '../../util/bytes.ts';
import type { DatagramCipher } from './datagram-cipher.ts';
import {
  DATAGRAM,
  type DatagramHead,
  deriveSessionKeys,
  handshakeKey,
  parseHead,
  parseHello,
  PIPE_NONCE_BYTES,
  PIPE_VERSION,
  type RefusalReason,
  writeAccept,
  writeRefusal,
} from './handshake.ts';
import { type PipeDelivery, PipeSession } from './pipe-session.ts';

/** A session without datagrams for this long is over: the other end pings several times a second, ms. */
const SILENCE_MS = 3000;
/** Sessions of ends that have said hello and nothing more; the oldest makes room. */
const MAXIMUM_HALF_OPEN = 64;
/** Refusals in one second at the most. */
const REFUSALS_PER_SECOND = 10;

/** A session of one that asks for packets. `Address`: how its datagrams are sent. */
export interface RespondingSession<Address> {
  readonly address: Address;
  readonly session: PipeSession;
}

export interface PipeResponderOptions<Address> {
  pipeKey: Uint8Array;
  /** Longest datagram that the way to an address takes, bytes. */
  datagramBytes: (address: Address) => number;
  send: (datagram: Uint8Array, to: Address) => void;
  /** By node:crypto where none is given. */
  cipher?: DatagramCipher | undefined;
  /** From a CSPRNG. */
  randomBytes: (count: number) => Uint8Array;
  /** What an authentic datagram brought. */
  onDelivery: (session: RespondingSession<Address>, delivery: PipeDelivery, now: number) => void;
  /** A session that had brought something is over. */
  onEnded: (session: RespondingSession<Address>, now: number) => void;
}

interface KnownSession<Address> extends RespondingSession<Address> {
  /** It has proved that it has the keys of the session. */
  confirmed: boolean;
}

/** The end of all pipes to a worker: takes those in who have the key, and tells others why not. */
export class PipeResponder<Address> {
  readonly #options: PipeResponderOptions<Address>;
  readonly #handshakeKey: Uint8Array;
  readonly #sessions = new Map<number, KnownSession<Address>>();
  #refusalsSince = Number.NEGATIVE_INFINITY;
  #refusals = 0;

  constructor(options: PipeResponderOptions<Address>) {
    this.#options = options;
    this.#handshakeKey = handshakeKey(options.pipeKey);
  }

  /** Sessions that have proved themselves. */
  get sessions(): RespondingSession<Address>[] {
    return [...this.#sessions.values()].filter(({ confirmed }) => confirmed);
  }

  receive(datagram: Uint8Array, from: Address, now: number): void {
    const head = parseHead(datagram);
    if (head?.type === DATAGRAM.hello) this.#takeHello(datagram, head, from, now);
    if (head?.type !== DATAGRAM.sealed) return;
    const known = this.#sessions.get(head.session);
    const delivery = known?.session.receive(datagram, now);
    if (known === undefined || delivery === undefined) return;
    known.confirmed = true;
    this.#options.onDelivery(known, delivery, now);
  }

  handleTimeout(now: number): void {
    for (const [id, known] of this.#sessions) {
      if (known.session.broken || now - known.session.lastReceived >= SILENCE_MS) this.#end(id, known, now);
      else if (known.confirmed) known.session.handleTimeout(now);
    }
  }

  /** Monotonic ms when handleTimeout has something to do. */
  deadline(): number {
    let deadline = Number.POSITIVE_INFINITY;
    for (const { session, confirmed } of this.#sessions.values()) {
      deadline = Math.min(deadline, session.lastReceived + SILENCE_MS);
      if (confirmed) deadline = Math.min(deadline, session.broken ? 0 : session.deadline());
    }
    return deadline;
  }

  #takeHello(datagram: Uint8Array, head: DatagramHead, from: Address, now: number): void {
    if (head.version !== PIPE_VERSION) {
      this.#refuse(head, 'version', from, now);
      return;
    }
    const hello = parseHello(datagram, this.#handshakeKey);
    if (hello === 'key') this.#refuse(head, 'key', from, now);
    if (hello === 'key' || hello === undefined) return;
    const { pipeKey, datagramBytes, randomBytes, send, cipher } = this.#options;
    const nonce = randomBytes(PIPE_NONCE_BYTES);
    const id = readUint32(randomBytes(4), 0);
    const keys = deriveSessionKeys(pipeKey, hello.nonce, nonce);
    const session = new PipeSession({
      sendKey: keys.fromResponder,
      receiveKey: keys.fromInitiator,
      remoteId: hello.sender,
      datagramBytes: datagramBytes(from),
      send: (bytes) => send(bytes, from),
      cipher,
      now,
    });
    this.#makeRoom();
    this.#sessions.set(id, { address: from, session, confirmed: false });
    send(writeAccept({ receiver: hello.sender, sender: id, nonce }, datagram, this.#handshakeKey), from);
  }

  #makeRoom(): void {
    const halfOpen = [...this.#sessions].filter(([, { confirmed }]) => !confirmed);
    for (const [id] of halfOpen.slice(0, Math.max(0, halfOpen.length - MAXIMUM_HALF_OPEN + 1))) {
      this.#sessions.delete(id);
    }
  }

  #refuse({ session }: DatagramHead, reason: RefusalReason, to: Address, now: number): void {
    if (now - this.#refusalsSince >= 1000) {
      this.#refusalsSince = now;
      this.#refusals = 0;
    }
    if (++this.#refusals > REFUSALS_PER_SECOND) return;
    this.#options.send(writeRefusal({ receiver: session, reason, supportedVersion: PIPE_VERSION }), to);
  }

  #end(id: number, known: KnownSession<Address>, now: number): void {
    this.#sessions.delete(id);
    if (known.confirmed) this.#options.onEnded(known, now);
  }
}
