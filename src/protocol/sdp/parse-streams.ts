/** What an m-section says about its RTP streams: SSRCs and their groups (RFC 5576), layers (RFC 8851, RFC 8853). */
import type { MediaDescription } from 'sdp-transform';
import { attributeValues, parseDecimal, textOf } from './description.ts';
import type { Attributes } from './description.ts';

/** Media SSRCs of one section; more are ignored. Simulcast with RTX uses 6. */
const MAX_SSRCS = 64;
const MAX_SSRC = 0xffffffff;
/** RFC 8852 3: an RtpStreamId is letters and digits; RFC 8851 10 allows '-' and '_' too. 255 bytes fit its extension. */
const RID = /^[A-Za-z0-9_-]{1,255}$/;

/** Media SSRCs in order, and for each RTX SSRC the media SSRC that it repairs. */
export function parseSsrcs(media: MediaDescription): { ssrcs: number[]; rtxSsrcs: Map<number, number> } {
  const rtxSsrcs = new Map<number, number>();
  const repairs = new Set<number>();
  const ssrcs = new Set<number>();
  for (const group of media.ssrcGroups ?? []) {
    const members = textOf(group.ssrcs)
      .split(' ')
      .map((text) => parseDecimal(text, MAX_SSRC));
    const [repaired, repair] = members;
    if (repaired === undefined || repair === undefined || repaired === repair) continue;
    if (rtxSsrcs.size === MAX_SSRCS || members.length !== 2) continue;
    if (group.semantics === 'FID') rtxSsrcs.set(repair, repaired);
    if (['FID', 'FEC', 'FEC-FR'].includes(group.semantics)) repairs.add(repair);
  }
  for (const line of media.ssrcs ?? []) {
    const ssrc = parseDecimal(line.id, MAX_SSRC);
    if (ssrc !== undefined && !repairs.has(ssrc) && ssrcs.size < MAX_SSRCS) ssrcs.add(ssrc);
  }
  // A group alone also names its media SSRC.
  for (const repaired of rtxSsrcs.values()) if (ssrcs.size < MAX_SSRCS && !repairs.has(repaired)) ssrcs.add(repaired);
  return { ssrcs: [...ssrcs], rtxSsrcs };
}

/**
 * The layers that the offerer sends, in the order of its a=simulcast line. Of alternatives for one layer ('a,b') the
 * first counts; one that starts paused ('~a') is still a layer. A layer without its a=rid line is left out (RFC 8853 5).
 * Early drafts wrote 'a=simulcast: send rid=a;b'.
 */
export function parseSendRids(section: Attributes): string[] {
  const declared = new Set<string>();
  for (const value of attributeValues(section, 'rid')) {
    const [rid = '', direction] = value.split(' ');
    if (direction === 'send' && RID.test(rid)) declared.add(rid);
  }
  const simulcast = attributeValues(section, 'simulcast')[0] ?? '';
  const list = /(?:^|\s)send\s+(?:rid=)?(\S+)/.exec(simulcast)?.[1] ?? '';
  const rids = new Set<string>();
  for (const layer of list.split(';')) {
    const rid = (layer.split(',')[0] ?? '').replace(/^~/, '');
    if (declared.has(rid)) rids.add(rid);
  }
  return [...rids];
}
