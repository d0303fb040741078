/** A small WebRTC client on the project's own addon: what the load tool and the tests without a browser speak. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { RECORD, RECORD_KIND, RECORD_WORDS, ROUTE_BYTES, type Transport } from '../../src/native/addon.ts';
import { createTransport, generateCertificate } from '../../src/native/transport.ts';
import { createIceCredentials, ICE_CREDENTIALS_RANDOM_BYTES } from '../../src/peer/ice-credentials.ts';
import { writeBindingRequest } from '../../src/protocol/stun/binding.ts';
import { parseStunMessage } from '../../src/protocol/stun/message.ts';
import { StreamLink } from './stream-link.ts';

/** One key pair for all clients of a process: making one takes longer than the rest of a join. */
const certificate = generateCertificate();
const CHECK_INTERVAL_MS = 200;
const CONSENT_INTERVAL_MS = 5000;

export const VIDEO_PAYLOAD_TYPE = 96;
export const RTX_PAYLOAD_TYPE = 97;
export const AUDIO_PAYLOAD_TYPE = 111;

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
    const fingerprint =
      Buffer.from(certificate.fingerprint).toString('hex').toUpperCase().match(/../g)?.join(':') ?? '';
    const kinds = this.#options.kinds ?? ['audio', 'video'];
    const direction = this.#options.role === 'publish' ? 'sendonly' : 'recvonly';
    return [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      't=0 0',
      `a=group:BUNDLE ${kinds.map((_, index) => index).join(' ')}`,
      `a=ice-ufrag:${this.#ice.ufrag}`,
      `a=ice-pwd:${this.#ice.password}`,
      `a=fingerprint:sha-256 ${fingerprint}`,
      'a=setup:actpass',
      ...kinds.flatMap((kind, index) => [
        ...this.#describe(kind),
        'c=IN IP4 0.0.0.0',
        `a=mid:${index}`,
        `a=${direction}`,
        'a=rtcp-mux',
        ...(this.#options.role === 'publish' ? [`a=ssrc:${this.ssrcs[kind]} cname:client`] : []),
      ]),
      '',
    ].join('\r\n');
  }

  /** Connects by the answer; resolves when SRTP runs. */
  connect(answer: string, timeoutMs = 10_000): Promise<void> {
    const value = (name: string): string => new RegExp(`^a=${name}:(.*)$`, 'm').exec(answer)?.[1]?.trim() ?? '';
    const [algorithm = '', hex = ''] = value('fingerprint').split(' ');
    const port = (protocol: string): number =>
      Number(new RegExp(`^a=candidate:\\S+ 1 ${protocol} \\d+ \\S+ (\\d+)`, 'm').exec(answer)?.[1]);
    this.#remote = { ufrag: value('ice-ufrag'), password: value('ice-pwd') };
    this.#peer = this.transport.createPeer({
      role: value('setup') === 'active' ? 'server' : 'client',
      fingerprintAlgorithm: algorithm.toLowerCase(),
      fingerprint: Uint8Array.from(hex.split(':'), (byte) => Number.parseInt(byte, 16)),
    });
    const address = this.#options.serverAddress ?? '127.0.0.1';
    if (this.#options.tcp === true) this.#link = new StreamLink(this.transport, address, port('tcp'));
    this.#route = this.#link?.route ?? routeTo(address, port('udp'));
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

  #describe(kind: 'audio' | 'video'): string[] {
    const codec = this.#options.videoCodec ?? 'VP8';
    if (kind === 'audio') {
      return [`m=audio 9 UDP/TLS/RTP/SAVPF ${AUDIO_PAYLOAD_TYPE}`, `a=rtpmap:${AUDIO_PAYLOAD_TYPE} opus/48000/2`];
    }
    return [
      `m=video 9 UDP/TLS/RTP/SAVPF ${VIDEO_PAYLOAD_TYPE} ${RTX_PAYLOAD_TYPE}`,
      `a=rtpmap:${VIDEO_PAYLOAD_TYPE} ${codec}/90000`,
      `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} nack`,
      `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} nack pli`,
      `a=rtpmap:${RTX_PAYLOAD_TYPE} rtx/90000`,
      `a=fmtp:${RTX_PAYLOAD_TYPE} apt=${VIDEO_PAYLOAD_TYPE}`,
    ];
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

/** A route from the same loopback address. */
function routeTo(address: string, port: number): Uint8Array {
  const route = new Uint8Array(ROUTE_BYTES);
  const bytes = [...new Array<number>(10).fill(0), 0xff, 0xff, ...address.split('.').map(Number)];
  route.set(bytes, 0);
  route.set(bytes, 16);
  route.set([port >> 8, port & 0xff], 32);
  return route;
}
