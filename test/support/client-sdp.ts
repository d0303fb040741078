/** The SDP of the clients on the addon: the offer that they send and what they need of the answer. */
import type { Certificate } from '../../src/native/addon.ts';
import { ROUTE, ROUTE_BYTES } from '../../src/native/addon.ts';
import type { IceCredentials } from '../../src/protocol/sdp/types.ts';

export const VIDEO_PAYLOAD_TYPE = 96;
export const RTX_PAYLOAD_TYPE = 97;
export const AUDIO_PAYLOAD_TYPE = 111;

export interface ClientOffer {
  role: 'publish' | 'play';
  ice: IceCredentials;
  certificate: Certificate;
  /** Which kinds the offer has. */
  kinds: readonly ('audio' | 'video')[];
  /** Encoding name of the picture. */
  videoCodec: string;
  /** What a publisher sends. */
  ssrcs: Readonly<Record<'audio' | 'video', number>>;
}

/** The offer of a client that waits for no candidates of its own: the server learns its address from its checks. */
export function writeClientOffer({ role, ice, certificate, kinds, videoCodec, ssrcs }: ClientOffer): string {
  const fingerprint = Buffer.from(certificate.fingerprint).toString('hex').toUpperCase().match(/../g)?.join(':') ?? '';
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${kinds.map((_, index) => index).join(' ')}`,
    `a=ice-ufrag:${ice.ufrag}`,
    `a=ice-pwd:${ice.password}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:actpass',
    ...kinds.flatMap((kind, index) => [
      ...describe(kind, videoCodec),
      'c=IN IP4 0.0.0.0',
      `a=mid:${index}`,
      `a=${role === 'publish' ? 'sendonly' : 'recvonly'}`,
      'a=rtcp-mux',
      ...(role === 'publish' ? [`a=ssrc:${ssrcs[kind]} cname:client`] : []),
    ]),
    '',
  ].join('\r\n');
}

function describe(kind: 'audio' | 'video', videoCodec: string): string[] {
  if (kind === 'audio') {
    return [`m=audio 9 UDP/TLS/RTP/SAVPF ${AUDIO_PAYLOAD_TYPE}`, `a=rtpmap:${AUDIO_PAYLOAD_TYPE} opus/48000/2`];
  }
  return [
    `m=video 9 UDP/TLS/RTP/SAVPF ${VIDEO_PAYLOAD_TYPE} ${RTX_PAYLOAD_TYPE}`,
    `a=rtpmap:${VIDEO_PAYLOAD_TYPE} ${videoCodec}/90000`,
    `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} nack`,
    `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} nack pli`,
    `a=rtpmap:${RTX_PAYLOAD_TYPE} rtx/90000`,
    `a=fmtp:${RTX_PAYLOAD_TYPE} apt=${VIDEO_PAYLOAD_TYPE}`,
  ];
}

export interface ClientAnswer {
  ice: IceCredentials;
  /** Of this client, so the other one than the server's. */
  dtlsRole: 'client' | 'server';
  fingerprintAlgorithm: string;
  fingerprint: Uint8Array;
}

/** What connects a client. Fields that are missing come out empty and the connection fails. */
export function readClientAnswer(answer: string): ClientAnswer {
  const value = (name: string): string => new RegExp(`^a=${name}:(.*)$`, 'm').exec(answer)?.[1]?.trim() ?? '';
  const [algorithm = '', hex = ''] = value('fingerprint').split(' ');
  return {
    ice: { ufrag: value('ice-ufrag'), password: value('ice-pwd') },
    dtlsRole: value('setup') === 'active' ? 'server' : 'client',
    fingerprintAlgorithm: algorithm.toLowerCase(),
    fingerprint: Uint8Array.from(hex.split(':'), (byte) => Number.parseInt(byte, 16)),
  };
}

/** The first IPv4 candidate of this protocol in an answer. */
export function readCandidate(answer: string, protocol: 'udp' | 'tcp'): { address: string; port: number } | undefined {
  const match = new RegExp(`^a=candidate:\\S+ 1 ${protocol} \\d+ (\\d+(?:\\.\\d+){3}) (\\d+)`, 'im').exec(answer);
  const [, address, port] = match ?? [];
  return address === undefined ? undefined : { address, port: Number(port) };
}

/** A UDP route between two IPv4 addresses. */
export function udpRoute(local: string, remote: { address: string; port: number }): Uint8Array {
  const route = new Uint8Array(ROUTE_BYTES);
  const mapped = (address: string): number[] => [
    ...new Array<number>(10).fill(0),
    ...[0xff, 0xff],
    ...address.split('.').map(Number),
  ];
  route.set(mapped(remote.address), ROUTE.remoteAddress);
  route.set(mapped(local), ROUTE.localAddress);
  route.set([remote.port >> 8, remote.port & 0xff], ROUTE.remotePort);
  return route;
}
