/** One WebRTC connection of the load: joins by WHIP or WHEP and keeps its consent alive. */
import { randomBytes } from 'node:crypto';
import { createIceCredentials, ICE_CREDENTIALS_RANDOM_BYTES } from '../../src/peer/ice-credentials.ts';
import { writeBindingRequest, writeBindingSuccess } from '../../src/protocol/stun/binding.ts';
import type { ReceivedStunMessage } from '../../src/protocol/stun/message.ts';
import { remoteAddress } from '../../src/worker/route-address.ts';
import { readCandidate, readClientAnswer, writeClientOffer } from '../../test/support/client-sdp.ts';
import type { LoadSocket } from './socket.ts';
import type { SocketPool } from './socket-pool.ts';

const CHECK_INTERVAL_MS = 100;
const CONSENT_INTERVAL_MS = 5000;
const CONNECT_TIMEOUT_MS = 20_000;
/** The highest, so that a server that takes itself for the controlling side gives way (RFC 8445 7.3.1.1). */
const TIE_BREAKER = 2n ** 64n - 1n;

/** What a connection tells its owner of. */
export interface ConnectionEvents {
  /** An RTP packet; times in milliseconds of the machine's clock, `sentAt` is NaN where the payload has none. */
  onRtp?(ssrc: number, payloadType: number, sequence: number, sentAt: number, now: number): void;
  onRtcp?(packet: Uint8Array): void;
  onClosedByServer?(): void;
}

export class LoadConnection {
  readonly events: ConnectionEvents;
  readonly ice = createIceCredentials(randomBytes(ICE_CREDENTIALS_RANDOM_BYTES));
  readonly ssrcs = { audio: randomBytes(4).readUInt32BE(), video: randomBytes(4).readUInt32BE() } as const;
  readonly #role: 'publish' | 'play';
  #socket: LoadSocket | undefined;
  #route: Uint8Array = new Uint8Array();
  #peer = 0;
  #remote = { ufrag: '', password: '' };
  #timer: NodeJS.Timeout | undefined;
  #resource: string | undefined;
  #settle: ((error?: Error) => void) | undefined;
  #isLeaving = false;

  constructor(role: 'publish' | 'play', events: ConnectionEvents) {
    this.#role = role;
    this.events = events;
  }

  /** Posts the offer and connects by the answer; resolves when SRTP runs. */
  async join(pool: SocketPool, url: string): Promise<void> {
    const { certificate } = pool;
    const offer = { role: this.#role, ice: this.ice, certificate, videoCodec: 'VP8', ssrcs: this.ssrcs } as const;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp' },
      body: writeClientOffer({ ...offer, kinds: ['audio', 'video'] }),
    });
    const answer = await response.text();
    if (response.status !== 201) throw new Error(`${url} answered ${response.status}: ${answer}`);
    const location = response.headers.get('location');
    this.#resource = location === null ? undefined : new URL(location, url).href;
    await this.#connect(pool, answer);
  }

  #connect(pool: SocketPool, answer: string): Promise<void> {
    const { ice, dtlsRole, fingerprintAlgorithm, fingerprint } = readClientAnswer(answer);
    const candidate = readCandidate(answer, 'udp');
    if (candidate === undefined) throw new Error('the answer has no IPv4 candidate');
    const { socket, route } = pool.place(candidate);
    this.#remote = ice;
    this.#socket = socket;
    this.#route = route;
    this.#peer = socket.add(this, { role: dtlsRole, fingerprintAlgorithm, fingerprint });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle?.(new Error('no connection in time')), CONNECT_TIMEOUT_MS);
      this.#settle = (error) => {
        clearTimeout(timer);
        this.#settle = undefined;
        if (error === undefined) resolve();
        else reject(error);
      };
      this.#timer = setInterval(() => this.#check(), CHECK_INTERVAL_MS);
      this.#check();
    });
  }

  sendRtp(packet: Uint8Array): boolean {
    return this.#socket?.transport.sendRtp(this.#peer, packet, false) ?? false;
  }

  sendRtcp(packet: Uint8Array): boolean {
    return this.#socket?.transport.sendRtcp(this.#peer, packet) ?? false;
  }

  /** Ends the session by DELETE where the server gave it an address, and the connection. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    if (this.#resource !== undefined) await fetch(this.#resource, { method: 'DELETE' });
    clearInterval(this.#timer);
    this.#socket?.remove(this, this.#peer);
  }

  /** For the socket: a STUN message for this connection, and where it came from. */
  handleStun(message: ReceivedStunMessage, route: Uint8Array): void {
    const transport = this.#socket?.transport;
    if (transport === undefined) return;
    if (message.class === 'request') {
      const { transactionId } = message;
      const success = { transactionId, mappedAddress: remoteAddress(route), password: this.ice.password };
      transport.sendDatagram(route, writeBindingSuccess(success));
    } else if (message.class === 'success' && this.#settle !== undefined) {
      transport.addRoute(this.#peer, this.#route);
      transport.selectRoute(this.#peer, this.#route);
      transport.startDtls(this.#peer);
    }
  }

  /** For the socket: SRTP runs. */
  handleConnected(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#check(), CONSENT_INTERVAL_MS);
    this.#settle?.();
  }

  /** For the socket: the handshake failed, or the server ended the connection. */
  handleEnd(): void {
    clearInterval(this.#timer);
    if (this.#settle === undefined) {
      if (!this.#isLeaving) this.events.onClosedByServer?.();
    } else this.#settle(new Error('the DTLS handshake failed'));
  }

  #check(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    const request = writeBindingRequest({
      transactionId: socket.transactionFor(this),
      username: `${this.#remote.ufrag}:${this.ice.ufrag}`,
      password: this.#remote.password,
      priority: 1,
      useCandidate: true,
      role: { type: 'ice-controlling', tieBreaker: TIE_BREAKER },
    });
    socket.transport.sendDatagram(this.#route, request);
    if (socket.transport.dtlsTimeout(this.#peer) === 0) socket.transport.handleDtlsTimeout(this.#peer);
  }
}
