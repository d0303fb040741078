/** Offers of real clients and changes to them, and answers as values. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'sdp-transform';
import type { SessionDescription } from 'sdp-transform';

const FOLDER = join(import.meta.dirname, '../fixtures/offers');

/** An offer that a client was seen to write, by its file's name. */
export function offerOf(client: string): string {
  return readFileSync(join(FOLDER, `${client}.sdp`), 'utf8');
}

/** Plain offers for rows that are about something else. */
export const PUBLISH_OFFER = offerOf('chromium-publish-vp8');
export const PLAY_OFFER = offerOf('chromium-play-whip-whep');

/** Replaces every occurrence, of which there must be one. */
export function change(offer: string, from: string | RegExp, to: string): string {
  const pattern = typeof from === 'string' ? from : new RegExp(from, `${from.flags.replace('g', '')}g`);
  const changed = offer.replaceAll(pattern, to);
  if (changed === offer) throw new Error(`The offer has no ${String(from)}`);
  return changed;
}

/** The session part and the m-sections of a description. */
export function split(sdp: string): [session: string, ...sections: string[]] {
  const [session = '', ...sections] = sdp.split(/^(?=m=)/m);
  return [session, ...sections];
}

/** The first section alone, in a BUNDLE that still names both. */
export function firstSectionOnly(offer: string): string {
  const [session, first = ''] = split(offer);
  return session + first;
}

/** The same section once more, with another mid. */
export function repeatSection(offer: string, kind: 'audio' | 'video'): string {
  const [session, ...sections] = split(offer);
  const section = sections.find((text) => text.startsWith(`m=${kind}`)) ?? '';
  const bundled = change(session, /^a=group:BUNDLE (.*?)\r?$/m, 'a=group:BUNDLE $1 again');
  const payloadTypes = (/^m=\S+ \S+ \S+ (.*?)\r?$/m.exec(section)?.[1] ?? '').split(' ');
  let again = change(section, /^a=mid:.*$/m, 'a=mid:again\r').replace(/^a=(?:ssrc|msid).*\r?\n/gm, '');
  // Payload types mean one format in a BUNDLE.
  for (const [index, type] of payloadTypes.entries()) {
    const pattern = new RegExp(String.raw`(?<=^m=.* |^a=(?:rtpmap|fmtp|rtcp-fb):|apt=)${type}(?=\s|;|$)`, 'gm');
    again = again.replace(pattern, `#${index}#`);
  }
  const free = Array.from({ length: 128 }, (_, type) => type).filter((type) => isFree(type, offer));
  again = again.replace(/#(\d+)#/g, (_, index: string) => String(free[Number(index)]));
  return bundled + sections.join('') + again;
}

function isFree(type: number, offer: string): boolean {
  return (
    (type < 64 || type > 95) && !new RegExp(String.raw`^a=rtpmap:${type} |^m=.* ${type}(?: |\r?$)`, 'm').test(offer)
  );
}

/** A description as a value. */
export function read(sdp: string): SessionDescription {
  return parse(sdp);
}

export interface AnsweredCandidate {
  transport: string;
  address: string;
  port: number;
  type: string;
}

/** Candidates in the order of their lines. */
export function candidatesOf(sdp: string): AnsweredCandidate[] {
  return read(sdp)
    .media.flatMap(({ candidates }) => candidates ?? [])
    .map(({ transport, ip, port, type }) => ({ transport: transport.toLowerCase(), address: ip, port, type }));
}

/** The first value of an attribute, wherever it stands. */
export function attribute(sdp: string, name: string): string {
  return new RegExp(`^a=${name}:(.*?)\r?$`, 'm').exec(sdp)?.[1] ?? '';
}

/** Header extensions of a section by URI. */
export function extensionsOf(section: SessionDescription['media'][number] | undefined): string[] {
  return (section?.ext ?? []).map(({ uri }) => uri);
}
