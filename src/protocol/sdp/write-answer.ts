/** Answers (RFC 9429 5.3, RFC 9725 4.4) as SDP text. */
import { write } from 'sdp-transform';
import type { MediaDescription, SessionDescription } from 'sdp-transform';
import { answerParameters } from './answer-parameters.ts';
import { describeCandidates } from './candidates.ts';
import type { AcceptedMedia, Candidate, Direction, LocalDescription, LocalStream, Negotiation } from './types.ts';

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
  const { offer } = negotiation;
  const session: SessionDescription = {
    version: 0,
    origin: {
      username: '-',
      sessionId: local.sessionId,
      sessionVersion: 1,
      netType: 'IN',
      ipVer: 4,
      address: '0.0.0.0',
    },
    name: '-',
    timing: { start: 0, stop: 0 },
    ...bundleGroup(negotiation),
    ...(offer.extmapAllowMixed && { extmapAllowMixed: 'extmap-allow-mixed' }),
    icelite: 'ice-lite',
    // 'ice2' is RFC 8445 10; 'trickle' allows the client to trickle, though this side never does (RFC 8838).
    iceOptions: offer.trickle ? 'ice2 trickle' : 'ice2',
    media: negotiation.media.map((media, index) => describeMedia(negotiation, media, local, index)),
  };
  return write(session);
}

/** The offer's group without sections that the offer names but does not have; none where the offer has none. */
export function bundleGroup({ offer }: Negotiation): Pick<SessionDescription, 'groups'> {
  const mids = offer.bundle.filter((mid) => offer.media.some((section) => section.hasMid && section.mid === mid));
  return mids.length === 0 ? {} : { groups: [{ type: 'BUNDLE', mids: mids.join(' ') }] };
}

/** Position of the section that describes the bundle's transport: the first that the group names. */
export function taggedIndex({ offer }: Negotiation): number {
  for (const mid of offer.bundle) {
    const index = offer.media.findIndex((section) => section.hasMid && section.mid === mid);
    if (index >= 0) return index;
  }
  return 0;
}

function describeMedia(
  negotiation: Negotiation,
  media: AcceptedMedia,
  local: LocalDescription,
  index: number,
): MediaDescription {
  const { offered } = media;
  const play = negotiation.role === 'play';
  // m- and c-line repeat the default candidate (RFC 8839 4), in all sections of a bundle alike.
  const { address, port } = local.candidates.find((candidate) => candidate.protocol === 'udp') ?? UNKNOWN;
  const stream = play ? local.streams[index] : undefined;
  return {
    type: offered.kind,
    port,
    protocol: offered.protocol,
    connection: { version: address.includes(':') ? 6 : 4, ip: address },
    ...(offered.hasMid && { mid: offered.mid }),
    direction: play ? 'sendonly' : 'recvonly',
    ...describeTransport(negotiation, local, index),
    ...describeFormats(media, negotiation.role),
    ext: media.extensions.map(({ id, uri, direction }) => ({
      value: id,
      uri,
      ...(direction !== undefined && { direction: OPPOSITE[direction] }),
    })),
    ...(stream !== undefined && describeStream(stream, media)),
    ...(!play && describeLayers(offered.sendRids)),
  };
}

function describeTransport(negotiation: Negotiation, local: LocalDescription, index: number) {
  const candidates = index === taggedIndex(negotiation) && {
    candidates: describeCandidates(local.candidates),
    endOfCandidates: 'end-of-candidates' as const,
  };
  const hash = Array.from(local.fingerprint, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
  return {
    iceUfrag: local.ice.ufrag,
    icePwd: local.ice.password,
    fingerprint: { type: 'sha-256', hash },
    setup: negotiation.dtlsRole === 'server' ? 'passive' : 'active',
    rtcpMux: 'rtcp-mux' as const,
    ...(negotiation.offer.media[index]?.reducedSizeRtcp === true && { rtcpRsize: 'rtcp-rsize' as const }),
    // RFC 9725 4.4 wants this in each bundled section of both sides; RFC 8858 4 had kept it to offers. Browsers ignore it.
    ...(negotiation.offer.bundle.length > 0 && { invalid: [{ value: 'rtcp-mux-only' }] }),
    ...candidates,
  };
}

function describeFormats({ codecs }: AcceptedMedia, role: Negotiation['role']) {
  const payloads: number[] = [];
  const rtp: MediaDescription['rtp'] = [];
  const fmtp: MediaDescription['fmtp'] = [];
  const rtcpFb: NonNullable<MediaDescription['rtcpFb']> = [];
  for (const codec of codecs) {
    const { payloadType, clockRate, channels, rtxPayloadType, red } = codec;
    if (red?.preferred === true) payloads.push(red.payloadType);
    payloads.push(payloadType);
    rtp.push({
      payload: payloadType,
      codec: codec.name,
      rate: clockRate,
      ...(channels > 1 && { encoding: channels }),
    });
    for (const value of codec.feedback) {
      const [type = '', subtype] = value.split(' ');
      rtcpFb.push({ payload: payloadType, type, ...(subtype !== undefined && { subtype }) });
    }
    const config = answerParameters(codec, role);
    if (config !== undefined) fmtp.push({ payload: payloadType, config });
    if (rtxPayloadType !== undefined) {
      payloads.push(rtxPayloadType);
      rtp.push({ payload: rtxPayloadType, codec: 'rtx', rate: clockRate });
      fmtp.push({ payload: rtxPayloadType, config: `apt=${payloadType}` });
    }
    if (red === undefined) continue;
    if (!red.preferred) payloads.push(red.payloadType);
    rtp.push({ payload: red.payloadType, codec: 'red', rate: clockRate, encoding: channels });
    fmtp.push({ payload: red.payloadType, config: `${payloadType}/${payloadType}` });
  }
  return { payloads: payloads.join(' '), rtp, fmtp, rtcpFb };
}

/** The stream that a viewer gets (RFC 8830, RFC 5576), with the one that repairs it where RTX is negotiated. */
function describeStream(stream: LocalStream, { codecs }: AcceptedMedia) {
  const { ssrc, rtxSsrc, cname, streamId, trackId } = stream;
  const repaired = rtxSsrc !== undefined && codecs.some((codec) => codec.rtxPayloadType !== undefined);
  const ids = repaired ? [ssrc, rtxSsrc] : [ssrc];
  return {
    msid: [{ id: streamId, appdata: trackId }],
    ssrcs: ids.flatMap((id) => [
      { id, attribute: 'cname', value: cname },
      { id, attribute: 'msid', value: `${streamId} ${trackId}` },
    ]),
    ...(repaired && { ssrcGroups: [{ semantics: 'FID', ssrcs: ids.join(' ') }] }),
  };
}

/** RFC 8853 5.3.2: every layer that is offered is received, in the offer's order. */
function describeLayers(rids: readonly string[]) {
  if (rids.length === 0) return {};
  return {
    rids: rids.map((id) => ({ id, direction: 'recv' })),
    simulcast: { dir1: 'recv' as const, list1: rids.join(';') },
  };
}
