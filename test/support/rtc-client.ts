/** A small WebRTC client on the project's own addon: what the load tool and the tests without a browser speak. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { RECORD, RECORD_KIND, RECORD_WORDS, ROUTE_BYTES, type Transport } from '../../src/native/addon.ts';
import { createTransport, generateCertificate } from '../../src/native/transport.ts';
import { createIceCredentials, ICE_CREDENTIALS_RANDOM_BYTES } from '../../src/peer/ice-credentials.ts';
import { writeBindingRequest } from '../../src/protocol/stun/binding.ts';
import { parseStunMessage } from '../../src/protocol/stun/message.ts';
import { readCandidate, readClientAnswer, udpRoute, writeClientOffer } from './client-sdp.ts';
import { StreamLink } from './stream-link.ts';

export { AUDIO_PAYLOAD_TYPE, RTX_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from './client-sdp.ts';

/** One key pair for all clients of a process: making one takes longer than the rest of a join. */
const certificate = generateCertificate();
const CHECK_INTERVAL_MS = 200;
const CONSENT_INTERVAL_MS = 5000;

export interface RtcClientOptions {
  role: 'publish' | 'play';
  /** Which kinds the offer has. */
  kinds?: readonly ('audio' | 'video')[];
  /** Encoding name of the picture in the offer. */
  videoCodec?: string;
  /** Where the server is to be met, whatever address its answer announces. */
  serverAddress?: string;
  /** Connects by the answer's TCP candidate instead of UDP. */
  tcp?: boolean;
  /** A decrypted packet; its bytes are valid only during the call. */
  onRtp?: (packet: Uint8Array) => void;
  onRtcp?: (packet: Uint8Array) => void;
}

export class RtcClient {
  readonly transport: Transport;
  readonly #options: RtcClientOptions;
  readonly #ice = createIceCredentials(randomBytes(ICE_CREDENTIALS_RANDOM_BYTES));
  readonly ssrcs = { audio: randomBytes(4).readUInt32BE(), video: randomBytes(4).readUInt32BE() } as const;
  #peer = 0;
  #route: Uint8Array = new Uint8Array(ROUTE_BYTES);
  #remote = { ufrag: '', password: '' };
  #timer: NodeJS.Timeout | undefined;
  #link: StreamLink | undefined;
  #connected: { resolve: () => void; reject: (error: Error) => void } | undefined;
  /** The server ended the connection. */
  closedByServer = false;

  constructor(options: RtcClientOptions) {
    this.#options = options;
    this.transport = createTransport({
      address: options.serverAddress ?? '127.0.0.1',
      port: 0,
      receiveBufferBytes: 1 << 20,
      sendBufferBytes: 1 << 20,
      certificate,
      onBatch: (count) => this.#handleBatch(count),
      onStreamData: (data) => this.#link?.deliver(data),
    });
  }

  /** The TCP connection, where the client has one. */
  get socket(): Socket | undefined {
    return this.#link?.socket;
  }

  /** Handle of the server in the transport. */
  get peer(): number {
    return this.#peer;
  }

  offer(): string {
    const { role, kinds = ['audio', 'video'], videoCodec = 'VP8' } = this.#options;
    return writeClientOffer({ role, ice: this.#ice, certificate, kinds, videoCodec, ssrcs: this.ssrcs });
  }

  /** Connects by the answer; resolves when SRTP runs. */
  connect(answer: string, timeoutMs = 10_000): Promise<void> {
    const { ice, dtlsRole, fingerprintAlgorithm, fingerprint } = readClientAnswer(answer);
    this.#remote = ice;
    this.#peer = this.transport.createPeer({ role: dtlsRole, fingerprintAlgorithm, fingerprint });
    const address = this.#options.serverAddress ?? '127.0.0.1';
    const port = (protocol: 'udp' | 'tcp'): number => readCandidate(answer, protocol)?.port ?? 0;
    if (this.#options.tcp === true) this.#link = new StreamLink(this.transport, address, port('tcp'));
    this.#route = this.#link?.route ?? udpRoute(address, { address, port: port('udp') });
    const connected = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the client did not connect in time')), timeoutMs);
      this.#connected = {
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
    this.#check();
    this.#timer = setInterval(() => this.#check(), CHECK_INTERVAL_MS);
    return connected;
  }

  sendRtp(packet: Uint8Array): boolean {
    return this.transport.sendRtp(this.#peer, packet, false);
  }

  sendRtcp(packet: Uint8Array): boolean {
    return this.transport.sendRtcp(this.#peer, packet);
  }

  /** Leaves without a word to HTTP; DTLS says close_notify. */
  close(): void {
    clearInterval(this.#timer);
    this.transport.close();
    this.#link?.socket.destroySoon();
  }

  #check(): void {
    const request = writeBindingRequest({
      transactionId: randomBytes(12),
      username: `${this.#remote.ufrag}:${this.#ice.ufrag}`,
      password: this.#remote.password,
      priority: 1,
      useCandidate: true,
      role: { type: 'ice-controlling', tieBreaker: 1n },
    });
    this.transport.sendDatagram(this.#route, request);
    if (this.transport.dtlsTimeout(this.#peer) === 0) this.transport.handleDtlsTimeout(this.#peer);
  }

  #handleBatch(count: number): void {
    const { data, records } = this.transport;
    for (let start = 0; start < count * RECORD_WORDS; start += RECORD_WORDS) {
      const offset = records[start + RECORD.offset] ?? 0;
      const bytes = data.subarray(offset, offset + (records[start + RECORD.length] ?? 0));
      switch (records[start + RECORD.kind]) {
        case RECORD_KIND.rtp:
          this.#options.onRtp?.(bytes);
          break;
        case RECORD_KIND.rtcp:
          this.#options.onRtcp?.(bytes);
          break;
        case RECORD_KIND.stun:
          this.#handleStun(bytes);
          break;
        case RECORD_KIND.dtlsConnected:
          clearInterval(this.#timer);
          this.#timer = setInterval(() => this.#check(), CONSENT_INTERVAL_MS);
          this.#connected?.resolve();
          break;
        case RECORD_KIND.dtlsFailed:
          this.#connected?.reject(new Error('the DTLS handshake failed'));
          break;
        case RECORD_KIND.dtlsClosed:
          this.closedByServer = true;
          break;
        default:
      }
    }
  }

  #handleStun(datagram: Uint8Array): void {
    if (parseStunMessage(datagram)?.class !== 'success') return;
    this.transport.addRoute(this.#peer, this.#route);
    this.transport.selectRoute(this.#peer, this.#route);
    this.transport.startDtls(this.#peer);
  }
}
