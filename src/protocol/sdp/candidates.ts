/** a=candidate lines for this side's host candidates. */
import type { MediaAttributes } from 'sdp-transform';
import type { Candidate } from './types.ts';

type CandidateLine = NonNullable<MediaAttributes['candidates']>[number];

/** RFC 8445 5.1.2.1: the value for host candidates. */
const TYPE_PREFERENCE_UDP = 126;
/** RFC 6544 4.2: TCP candidates stay behind those of UDP. */
const TYPE_PREFERENCE_TCP = 90;
/** RFC 6544 4.2: a passive candidate of type host. */
const DIRECTION_PREFERENCE_PASSIVE = 4;
const RTP_COMPONENT = 1;

/**
 * Host candidates in the order given, which is the order of preference; duplicates are left out (Firefox drops a
 * connection that has two identical lines). Every address has a foundation of its own (RFC 8445 5.1.1.3).
 */
export function describeCandidates(candidates: readonly Candidate[]): CandidateLine[] {
  const seen = new Set<string>();
  const foundations = new Map<string, number>();
  const lines: CandidateLine[] = [];
  for (const { address, port, protocol } of candidates) {
    const key = `${protocol} ${address} ${port}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const base = `${protocol} ${address}`;
    const foundation = foundations.get(base) ?? foundations.size + 1;
    foundations.set(base, foundation);
    lines.push({
      foundation: String(foundation),
      component: RTP_COMPONENT,
      transport: protocol,
      priority: candidatePriority(protocol, lines.length),
      ip: address,
      port,
      type: 'host',
      ...(protocol === 'tcp' && { tcptype: 'passive' }),
    });
  }
  return lines;
}

/** What follows 'a=candidate:' (RFC 8839 5.1). */
export function candidateText(line: CandidateLine): string {
  const { foundation, component, transport, priority, ip, port, type, tcptype } = line;
  const text = `${foundation} ${component} ${transport} ${priority} ${ip} ${port} typ ${type}`;
  return tcptype === undefined ? text : `${text} tcptype ${tcptype}`;
}

/** RFC 8445 5.1.2.1 and, for TCP's local preference, RFC 6544 4.2. */
function candidatePriority(protocol: Candidate['protocol'], position: number): number {
  const typePreference = protocol === 'udp' ? TYPE_PREFERENCE_UDP : TYPE_PREFERENCE_TCP;
  const localPreference =
    protocol === 'udp' ? 0xffff - position : 2 ** 13 * DIRECTION_PREFERENCE_PASSIVE + 0x1fff - position;
  return 2 ** 24 * typePreference + 2 ** 8 * localPreference + 256 - RTP_COMPONENT;
}
