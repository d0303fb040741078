/** Answers (RFC 9429 5.3, RFC 9725 4.4) as SDP text. */
import { answerParameters } from './answer-parameters.ts';
import { candidateText, describeCandidates } from './candidates.ts';
import { type TemplateLine, TextTemplate } from './text-template.ts';
import type { AcceptedMedia, Candidate, Direction, LocalDescription, LocalStream, Negotiation } from './types.ts';

/** What answers say of the server, to everybody alike. */
export type ServerDescription = Pick<LocalDescription, 'fingerprint' | 'candidates'>;
/** What an answer says to one peer alone. */
export type PeerDescription = Pick<LocalDescription, 'sessionId' | 'ice' | 'streams'>;
/** The answers to all offers that come to the same negotiation. */
export type AnswerTemplate = TextTemplate<PeerDescription>;

type Line = TemplateLine<PeerDescription>;

/** The address of the m- and c-lines where no candidate is known (RFC 8840 4). */
const UNKNOWN: Pick<Candidate, 'address' | 'port'> = { address: '0.0.0.0', port: 9 };

/** What to answer to an extension's direction (RFC 8285 7): the offerer's, seen from the other side. */
const OPPOSITE: Record<Direction, Direction> = {
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  sendrecv: 'sendrecv',
  inactive: 'inactive',
};

/** Writes the answer of this ICE-lite server: sections in the offer's order, all on one transport, all accepted. */
export function writeAnswer(negotiation: Negotiation, local: LocalDescription): string {
  return answerTemplate(negotiation, local).fill(local);
}

/** Writes what an answer has for every peer with this negotiation. */
export function answerTemplate(negotiation: Negotiation, server: ServerDescription): AnswerTemplate {
  const { offer, media } = negotiation;
  return new TextTemplate<PeerDescription>([
    'v=0',
    ({ sessionId }) => [`o=- ${sessionId} 1 IN IP4 0.0.0.0`],
    's=-',
    't=0 0',
    ...(offer.extmapAllowMixed ? ['a=extmap-allow-mixed'] : []),
    'a=ice-lite',
    // 'ice2' is RFC 8445 10; 'trickle' allows the client to trickle, though this side never does (RFC 8838).
    offer.trickle ? 'a=ice-options:ice2 trickle' : 'a=ice-options:ice2',
    ...bundleGroup(negotiation),
    ...media.flatMap((section, index) => mediaLines(negotiation, section, server, index)),
  ]);
}

/** The offer's group without sections that the offer names but does not have; no line where the offer has none. */
export function bundleGroup({ offer }: Negotiation): string[] {
  const mids = offer.bundle.filter((mid) => offer.media.some((section) => section.hasMid && section.mid === mid));
  return mids.length === 0 ? [] : [`a=group:BUNDLE ${mids.join(' ')}`];
}

/** Position of the section that describes the bundle's transport: the first that the group names. */
export function taggedIndex({ offer }: Negotiation): number {
  for (const mid of offer.bundle) {
    const index = offer.media.findIndex((section) => section.hasMid && section.mid === mid);
    if (index >= 0) return index;
  }
  return 0;
}

function mediaLines(negotiation: Negotiation, media: AcceptedMedia, server: ServerDescription, index: number): Line[] {
  const { offered } = media;
  const play = negotiation.role === 'play';
  // m- and c-line repeat the default candidate (RFC 8839 4), in all sections of a bundle alike.
  const { address, port } = server.candidates.find((candidate) => candidate.protocol === 'udp') ?? UNKNOWN;
  const { payloadTypes, lines: formats } = describeFormats(media, negotiation.role);
  const repairs = media.codecs.some((codec) => codec.rtxPayloadType !== undefined);
  return [
    `m=${offered.kind} ${port} ${offered.protocol} ${payloadTypes.join(' ')}`,
    `c=IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`,
    ...formats,
    ...media.extensions.map(({ id, uri, direction }) => {
      return `a=extmap:${id}${direction === undefined ? '' : `/${OPPOSITE[direction]}`} ${uri}`;
    }),
    `a=setup:${negotiation.dtlsRole === 'server' ? 'passive' : 'active'}`,
    ...(offered.hasMid ? [`a=mid:${offered.mid}`] : []),
    ({ streams }) => streamId(streams[index]),
    play ? 'a=sendonly' : 'a=recvonly',
    ({ ice }) => [`a=ice-ufrag:${ice.ufrag}`, `a=ice-pwd:${ice.password}`],
    `a=fingerprint:sha-256 ${fingerprintText(server.fingerprint)}`,
    ...(index === taggedIndex(negotiation) ? candidateLines(server.candidates) : []),
    ({ streams }) => streamSources(streams[index], repairs),
    'a=rtcp-mux',
    ...(offered.reducedSizeRtcp ? ['a=rtcp-rsize'] : []),
    ...(play ? [] : layerLines(offered.sendRids)),
    // RFC 9725 4.4 wants this in each bundled section of both sides; RFC 8858 4 had kept it to offers. Browsers ignore it.
    ...(negotiation.offer.bundle.length > 0 ? ['a=rtcp-mux-only'] : []),
  ];
}

function fingerprintText(fingerprint: Uint8Array): string {
  return Array.from(fingerprint, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}

function candidateLines(candidates: readonly Candidate[]): string[] {
  const lines = describeCandidates(candidates).map((candidate) => `a=candidate:${candidateText(candidate)}`);
  return [...lines, 'a=end-of-candidates'];
}

/** Payload types in the order of preference; then the lines of all formats by their kind. */
function describeFormats({ codecs }: AcceptedMedia, role: Negotiation['role']) {
  const payloadTypes: number[] = [];
  const rtpmap: string[] = [];
  const fmtp: string[] = [];
  const feedback: string[] = [];
  for (const codec of codecs) {
    const { payloadType, clockRate, channels, rtxPayloadType, red } = codec;
    if (red?.preferred === true) payloadTypes.push(red.payloadType);
    payloadTypes.push(payloadType);
    rtpmap.push(`a=rtpmap:${payloadType} ${codec.name}/${clockRate}${channels > 1 ? `/${channels}` : ''}`);
    for (const value of codec.feedback) feedback.push(`a=rtcp-fb:${payloadType} ${value}`);
    const parameters = answerParameters(codec, role);
    if (parameters !== undefined) fmtp.push(`a=fmtp:${payloadType} ${parameters}`);
    if (rtxPayloadType !== undefined) {
      payloadTypes.push(rtxPayloadType);
      rtpmap.push(`a=rtpmap:${rtxPayloadType} rtx/${clockRate}`);
      fmtp.push(`a=fmtp:${rtxPayloadType} apt=${payloadType}`);
    }
    if (red === undefined) continue;
    if (!red.preferred) payloadTypes.push(red.payloadType);
    rtpmap.push(`a=rtpmap:${red.payloadType} red/${clockRate}/${channels}`);
    fmtp.push(`a=fmtp:${red.payloadType} ${payloadType}/${payloadType}`);
  }
  return { payloadTypes, lines: [...rtpmap, ...fmtp, ...feedback] };
}

/** The MediaStream that a viewer gets (RFC 8830). */
function streamId(stream: LocalStream | undefined): string[] {
  return stream === undefined ? [] : [`a=msid:${stream.streamId} ${stream.trackId}`];
}

/** Its SSRC (RFC 5576), with the one that repairs it where RTX is negotiated. */
function streamSources(stream: LocalStream | undefined, repairs: boolean): string[] {
  if (stream === undefined) return [];
  const { ssrc, rtxSsrc, cname, trackId } = stream;
  const describe = (id: number): string[] => [
    `a=ssrc:${id} cname:${cname}`,
    `a=ssrc:${id} msid:${stream.streamId} ${trackId}`,
  ];
  if (rtxSsrc === undefined || !repairs) return describe(ssrc);
  return [...describe(ssrc), ...describe(rtxSsrc), `a=ssrc-group:FID ${ssrc} ${rtxSsrc}`];
}

/** RFC 8853 5.3.2: every layer that is offered is received, in the offer's order. */
function layerLines(rids: readonly string[]): string[] {
  if (rids.length === 0) return [];
  return [...rids.map((rid) => `a=rid:${rid} recv`), `a=simulcast:recv ${rids.join(';')}`];
}
