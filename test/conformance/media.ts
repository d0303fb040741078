/** Publishers and viewers with real ICE, DTLS and SRTP, for rows that need a connection. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROUTE_BYTES } from '../../src/native/addon.ts';
import { parseCompound } from '../../src/protocol/rtcp/compound.ts';
import type { RtcpPacket } from '../../src/protocol/rtcp/compound.ts';
import { parseRtpHeader, rtpPayload, writeRtpPacket } from '../../src/protocol/rtp/packet.ts';
import type { RtpHeader } from '../../src/protocol/rtp/packet.ts';
import { writeBindingRequest } from '../../src/protocol/stun/binding.ts';
import type { BindingRequest } from '../../src/protocol/stun/binding.ts';
import { parseStunMessage } from '../../src/protocol/stun/message.ts';
import { AUDIO_PAYLOAD_TYPE, RtcClient, VIDEO_PAYLOAD_TYPE } from '../support/rtc-client.ts';
import type { RtcClientOptions } from '../support/rtc-client.ts';
import { attribute, candidatesOf } from './offers.ts';
import { newRoom } from './target.ts';
import type { Session, Target } from './target.ts';

/** A VP8 keyframe of 320 x 240 in one packet, as far as a server reads it (RFC 7741 4.2, 4.3). */
export const VP8_KEYFRAME = Uint8Array.of(0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00, 1, 2, 3, 4);

export interface ReceivedPacket {
  header: RtpHeader;
  payload: Uint8Array;
}

/** A client with its session, and what it has received. */
export interface Peer {
  client: RtcClient;
  session: Session;
  offer: string;
  packets: ReceivedPacket[];
  reports: RtcpPacket[];
}

interface PeerOptions {
  /** Changes the offer before it is sent. */
  changeOffer?: (offer: string) => string;
  videoCodec?: string;
}

/** Opens a session and connects it; it ends with the row. */
export async function connect(
  target: Target,
  role: RtcClientOptions['role'],
  room: string,
  options: PeerOptions = {},
): Promise<Peer> {
  const packets: ReceivedPacket[] = [];
  const reports: RtcpPacket[] = [];
  const client = new RtcClient({
    role,
    ...(target.own === undefined && { serverAddress: target.host }),
    ...(options.videoCodec !== undefined && { videoCodec: options.videoCodec }),
    onRtp(packet) {
      const header = parseRtpHeader(packet);
      if (header !== undefined) packets.push({ header, payload: rtpPayload(packet, header).slice() });
    },
    onRtcp: (packet) => void reports.push(...parseCompound(packet.slice())),
  });
  target.defer(() => client.close());
  const offer = (options.changeOffer ?? ((text: string) => text))(client.offer());
  const session = await target.open(role, offer, room);
  await client.connect(session.answer);
  return { client, session, offer, packets, reports };
}

/** A room to play: our own server lets viewers wait, others want a publisher first. */
export async function playableRoom(target: Target): Promise<string> {
  const room = newRoom();
  if (target.own === undefined) {
    const sender = new Sender(await connect(target, 'publish', room));
    const timer = setInterval(() => sender.sendBoth(), 50);
    target.defer(() => clearInterval(timer));
    await sleep(500);
  }
  return room;
}

/** Numbers a publisher's packets. */
export class Sender {
  readonly peer: Peer;
  readonly #sequences = { audio: 1000, video: 2000 };
  #time = 0;

  constructor(peer: Peer) {
    this.peer = peer;
  }

  /** The next packet of a kind; its sequence number. Lost ones only count. */
  send(kind: 'audio' | 'video', payload: Uint8Array, options: { lost?: boolean; marker?: boolean } = {}): number {
    const sequence = this.#sequences[kind]++;
    if (options.lost === true) return sequence;
    this.peer.client.sendRtp(
      writeRtpPacket({
        payloadType: kind === 'audio' ? AUDIO_PAYLOAD_TYPE : VIDEO_PAYLOAD_TYPE,
        sequence,
        timestamp: this.timestamp(kind),
        ssrc: this.peer.client.ssrcs[kind],
        marker: options.marker ?? true,
        payload,
      }),
    );
    return sequence;
  }

  /** One picture and one packet of sound, and time goes on. */
  sendBoth(): void {
    this.nextFrame();
    this.send('video', VP8_KEYFRAME);
    this.send('audio', Uint8Array.of(0xfc, 0xff, 0xfe));
  }

  nextFrame(): void {
    this.#time += 50;
  }

  /** RTP time of the present frame. */
  timestamp(kind: 'audio' | 'video'): number {
    return kind === 'audio' ? this.#time * 48 : this.#time * 90;
  }
}

/** A route to the server, as the addon writes it. */
export function routeTo(target: Target, port: number): Uint8Array {
  const route = new Uint8Array(ROUTE_BYTES);
  const address = [...new Array<number>(10).fill(0), 0xff, 0xff, ...target.host.split('.').map(Number)];
  route.set(address, 0);
  route.set(address, 16);
  route.set([port >> 8, port & 0xff], 32);
  return route;
}

/** Where a session's media goes. */
export function mediaPort(session: Session): number {
  return candidatesOf(session.answer).find(({ transport }) => transport === 'udp')?.port ?? 0;
}

/** A connectivity check for an offer and its answer. */
export function bindingRequest(
  { offer, session }: Pick<Peer, 'offer' | 'session'>,
  changes: CheckChanges = {},
): Uint8Array {
  return writeBindingRequest({
    transactionId: randomBytes(12),
    username: `${attribute(session.answer, 'ice-ufrag')}:${attribute(offer, 'ice-ufrag')}`,
    password: attribute(session.answer, 'ice-pwd'),
    ...changes,
  });
}

type CheckChanges = Partial<Pick<BindingRequest, 'transactionId' | 'priority' | 'role' | 'useCandidate' | 'password'>>;

/** Sends a connectivity check for an offer and its answer; true where it succeeds. */
export async function checkSucceeds(
  target: Target,
  peer: Pick<Peer, 'offer' | 'session'>,
  changes: CheckChanges = {},
): Promise<boolean> {
  const transactionId = randomBytes(12);
  const request = bindingRequest(peer, { ...changes, transactionId });
  const response = await exchange(target, mediaPort(peer.session), request, 1000);
  const message = response && parseStunMessage(response);
  return message?.class === 'success' && Buffer.compare(message.transactionId, transactionId) === 0;
}

/** The first datagram that comes back for one, from a port of its own; undefined where none comes in time. */
async function exchange(
  target: Target,
  port: number,
  datagram: Uint8Array,
  milliseconds: number,
): Promise<Uint8Array | undefined> {
  const socket = createSocket('udp4').bind(0);
  try {
    await once(socket, 'listening');
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(milliseconds) });
    socket.send(datagram, port, target.host);
    const [message] = (await answered) as [Buffer];
    return message;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
