import { isIP } from 'node:net';
import { parse } from 'sdp-transform';
import { parseFragment, writeFragment } from '../../../src/protocol/sdp/fragment.ts';
import { matchCodec } from '../../../src/protocol/sdp/match-codec.ts';
import { negotiatePlay, negotiatePublish } from '../../../src/protocol/sdp/negotiate.ts';
import { parseOffer } from '../../../src/protocol/sdp/parse-offer.ts';
import type { Codec, LocalDescription, Negotiation, SdpResult } from '../../../src/protocol/sdp/types.ts';
import { writeAnswer } from '../../../src/protocol/sdp/write-answer.ts';
import { readOffers, sdpLines } from '../corpus.ts';
import { type FuzzTarget, invariant } from '../target.ts';

const ice = { ufrag: 'locl+/12', password: 'local-password-24-chars/' };
const local: LocalDescription = {
  ...{ sessionId: '4611686018427387904', ice, fingerprint: new Uint8Array(32).fill(0xab) },
  candidates: [
    { address: '192.0.2.1', port: 8189, protocol: 'udp' },
    { address: '2001:db8::1', port: 8189, protocol: 'udp' },
  ],
  streams: [1, 2].map((ssrc) => {
    return { ssrc, rtxSsrc: ssrc + 10, cname: 'cname', streamId: 'stream', trackId: `track${ssrc}` };
  }),
};

const text = (input: Uint8Array): string => Buffer.from(input).toString('utf8');
const prototypeSize = Object.getOwnPropertyNames(Object.prototype).length;

/** The refusal as a path, or undefined for a success. */
function refusalPath<T>(result: SdpResult<T>): string | undefined {
  if (result.ok) return undefined;
  invariant(result.detail.length > 0 && !/[\r\n]/.test(result.detail), 'a refusal is one sentence');
  return result.detail.replaceAll(/"[^"]*"|\d+/g, '');
}

/** What every client expects of every answer (RFC 9429 5.3). */
function checkAnswer(negotiation: Negotiation): void {
  const answer = writeAnswer(negotiation, local);
  invariant(answer.endsWith('\r\n'), 'the last line is ended');
  for (const line of answer.slice(0, -2).split('\r\n')) invariant(/^[a-z]=[^\r\n]+$/.test(line), `"${line}" is SDP`);
  const { media } = parse(answer);
  const { offer, role } = negotiation;
  invariant(media.length === offer.media.length, 'the answer has the sections of the offer');
  for (const [index, section] of media.entries()) {
    const offered = offer.media[index];
    invariant(section.type === offered?.kind, 'the sections are in the order of the offer');
    invariant(!offered.hasMid || String(section.mid) === offered.mid, 'the sections keep their MIDs');
    invariant(section.port > 0, 'every section is accepted');
    invariant(section.direction === (role === 'play' ? 'sendonly' : 'recvonly'), 'the direction is the role’s');
    invariant(section.iceUfrag === ice.ufrag && section.icePwd === ice.password, 'every section has the credentials');
    const payloads = String(section.payloads).split(' ');
    invariant(new Set(payloads).size === payloads.length, 'a payload type is listed once');
    invariant(
      payloads.every((payload) => /^\d{1,3}$/.test(payload) && Number(payload) < 128),
      'below 128',
    );
    const described = section.rtp.map(({ payload }) => String(payload));
    invariant(
      payloads.every((payload) => described.includes(payload)),
      'every payload type has its a=rtpmap',
    );
    const ids = (section.ext ?? []).map(({ value }) => value);
    invariant(new Set(ids).size === ids.length, 'an extension id is used once');
  }
}

/** A profile that is no number matches nothing, not even itself. */
function hasReadableProfile({ parameters }: Codec): boolean {
  return ['profile', 'profile-id'].every((name) => /^\d+$/.test(parameters[name] ?? '0'));
}

/** A viewer with the same offer can take everything that it publishes. */
function checkMatching({ media }: Negotiation): void {
  for (const { codecs } of media) {
    for (const codec of codecs) {
      const matched = matchCodec(codecs, codec);
      invariant(matched !== undefined || !hasReadableProfile(codec), 'a codec matches itself');
      if (matched === undefined) continue;
      invariant(codecs.includes(matched), 'a match is one of the viewer’s codecs');
      invariant(matched.name === codec.name && matched.clockRate === codec.clockRate, 'a match is the same codec');
    }
  }
}

function checkFragment(negotiation: Negotiation): void {
  const fragment = parseFragment(writeFragment(negotiation, { ice, candidates: local.candidates }));
  invariant(fragment.ok, 'the fragment that answers a restart can be parsed');
  invariant(fragment.value.ice?.ufrag === ice.ufrag, 'it holds the new credentials');
  invariant(fragment.value.candidates.length === local.candidates.length, 'it holds every candidate');
}

const offer: FuzzTarget = {
  name: 'sdp-offer',
  format: 'text',
  corpus: readOffers(),
  run(input) {
    const parsed = parseOffer(text(input));
    invariant(Object.getOwnPropertyNames(Object.prototype).length === prototypeSize, 'no prototype is changed');
    if (!parsed.ok) return refusalPath(parsed);
    const paths = [negotiatePublish, negotiatePlay].map((negotiate) => {
      const negotiation = negotiate(parsed.value);
      if (!negotiation.ok) return refusalPath(negotiation);
      checkAnswer(negotiation.value);
      checkFragment(negotiation.value);
      checkMatching(negotiation.value);
      return negotiation.value.media.map(({ codecs }) => codecs.map(({ name }) => name).join()).join(';');
    });
    return paths.join(' ');
  },
};

const candidates = [
  'a=candidate:1 1 UDP 2130706431 192.0.2.7 54609 typ host',
  'a=candidate:4 1 udp 1677729535 203.0.113.9 61765 typ srflx raddr 192.0.2.7 rport 54609 generation 0 ufrag EsAw',
  'a=candidate:5 1 tcp 1518280447 2001:db8::7 9 typ host tcptype active generation 0 network-id 1',
  'a=candidate:6 1 udp 2113937151 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 54596 typ host',
];
const credentials = ['a=ice-ufrag:EsAw', 'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1'];

const fragment: FuzzTarget = {
  name: 'sdp-fragment',
  format: 'text',
  corpus: [
    sdpLines(...credentials, 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:0', ...candidates, 'a=end-of-candidates'),
    sdpLines('a=group:BUNDLE 0 1', 'm=video 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:1', ...credentials, ...candidates),
    sdpLines(...candidates.slice(0, 1), 'a=end-of-candidates'),
    sdpLines('v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', ...credentials, 'a=ice-options:trickle'),
  ],
  run(input) {
    const parsed = parseFragment(text(input));
    if (!parsed.ok) return refusalPath(parsed);
    const { value } = parsed;
    for (const { address, port } of value.candidates) {
      invariant(isIP(address) !== 0, 'candidates have addresses, never names');
      invariant(Number.isInteger(port) && port >= 0 && port <= 65_535, 'candidates have ports');
    }
    invariant(value.candidates.length <= input.length / 20, 'candidates are bounded by the bytes that came');
    return `${value.ice !== undefined} ${Math.min(value.candidates.length, 8)} ${value.endOfCandidates}`;
  },
};

export const SDP_TARGETS: readonly FuzzTarget[] = [offer, fragment];
