/** Trickle ICE fragments (RFC 8840 9), as clients PATCH them and as an ICE restart is answered (RFC 9725 4.3). */
import { parseIpAddress } from '../stun/ip-address.ts';
import { candidateText, describeCandidates } from './candidates.ts';
import { attributeValues, hasAttribute, parseDecimal, readDescription } from './description.ts';
import type { Attributes } from './description.ts';
import { parseIceCredentials } from './parse-transport.ts';
import { malformed } from './refusal.ts';
import type { Candidate, IceCredentials, IceFragment, Negotiation, SdpResult } from './types.ts';
import { bundleGroup, taggedIndex } from './write-answer.ts';

/** Candidates of one fragment; more are ignored. A client with many interfaces sends about 30. */
const MAX_CANDIDATES = 100;
/** RTP, with RTCP on it. @eyevinn/whip-web-client writes 0. */
const COMPONENTS: readonly number[] = [0, 1];

/** Reads a fragment. Candidates that this server cannot use are dropped in silence (RFC 9725 4.3). */
export function parseFragment(text: string): SdpResult<IceFragment> {
  const description = readDescription(text);
  if (!description.ok) return description;
  const { session, media } = description.value;
  const sections: readonly Attributes[] = [session, ...media];

  let ice: IceCredentials | undefined;
  for (const section of sections) {
    const credentials = parseIceCredentials(section);
    if (!credentials.ok) return credentials;
    ice ??= credentials.value;
  }
  const lines = sections.flatMap((section) => attributeValues(section, 'candidate'));
  const endOfCandidates = sections.some((section) => hasAttribute(section, 'end-of-candidates'));
  if (ice === undefined && !endOfCandidates && !lines.some(isCandidate)) {
    return malformed('The fragment has neither ICE credentials nor candidates.');
  }
  const candidates = lines.slice(0, MAX_CANDIDATES).flatMap((line) => parseCandidate(line) ?? []);
  return { ok: true, value: { ice, candidates, endOfCandidates } };
}

/** foundation, component, transport, priority, address, port, 'typ' (RFC 8839 5.1). */
const CANDIDATE = /^\S{1,32} (\d{1,3}) (\S+) \d{1,10} (\S+) (\d{1,5}) typ \S+/;

function isCandidate(line: string): boolean {
  return CANDIDATE.test(line);
}

function parseCandidate(line: string): Candidate | undefined {
  const match = CANDIDATE.exec(line);
  if (match === null) return undefined;
  const [, component = '', transport = '', address = '', portText = ''] = match;
  const protocol = transport.toLowerCase();
  const port = parseDecimal(portText, 0xffff);
  if (!COMPONENTS.includes(Number(component)) || port === undefined || !isAddress(address)) return undefined;
  return protocol === 'udp' || protocol === 'tcp' ? { address, port, protocol } : undefined;
}

/** Not a name (.local among them), and without a zone, which means nothing to another machine. */
function isAddress(text: string): boolean {
  return !text.includes('%') && parseIpAddress(text) !== undefined;
}

/** This side's new ICE session, for the answer to a restart. */
export interface LocalIce {
  ice: IceCredentials;
  /** Most preferred first. */
  candidates: readonly Candidate[];
}

/** Writes the fragment that answers an ICE restart: credentials and all candidates in the bundle's tagged section. */
export function writeFragment(negotiation: Negotiation, local: LocalIce): string {
  const tagged = negotiation.media[taggedIndex(negotiation)]?.offered;
  const lines = [
    'a=ice-lite',
    'a=ice-options:ice2 trickle',
    ...bundleGroup(negotiation),
    // The m-line only marks where the section begins (RFC 8840 9).
    `m=${tagged?.kind ?? 'audio'} 9 ${tagged?.protocol ?? 'UDP/TLS/RTP/SAVPF'} 0`,
    ...(tagged?.hasMid === true ? [`a=mid:${tagged.mid}`] : []),
    `a=ice-ufrag:${local.ice.ufrag}`,
    `a=ice-pwd:${local.ice.password}`,
    ...describeCandidates(local.candidates).map((candidate) => `a=candidate:${candidateText(candidate)}`),
    'a=end-of-candidates',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}
