/** SDP offers (RFC 8866, RFC 9429) as values. */
import { attributeValues, hasAttribute, readDescription } from './description.ts';
import type { Attributes, Description } from './description.ts';
import { parseMedia, readDirection } from './parse-media.ts';
import type { SessionDefaults } from './parse-media.ts';
import { parseFingerprint, parseIceCredentials, parseSetup } from './parse-transport.ts';
import { malformed, unservable } from './refusal.ts';
import type { Offer, OfferedMedia, SdpResult } from './types.ts';

/** Reads an offer. Roles, directions and codecs are judged by the negotiation, not here. */
export function parseOffer(text: string): SdpResult<Offer> {
  const description = readDescription(text);
  if (!description.ok) return description;
  const { session, media: sections } = description.value;
  if (sections.length === 0) return malformed('The offer has no m-line.');

  const media = parseSections(description.value);
  if (!media.ok) return media;
  const bundle = readBundle(session);
  const transport = parseTransport(orderByTag(description.value, media.value, bundle));
  if (!transport.ok) return transport;
  const refusal = refuseTransport(description.value, media.value, bundle);
  if (refusal !== undefined) return refusal;
  return {
    ok: true,
    value: {
      ...transport.value,
      media: media.value,
      bundle,
      extmapAllowMixed: isEverywhere(description.value, (level) => hasAttribute(level, 'extmap-allow-mixed')),
      trickle: isTrickle(session) || sections.some(isTrickle),
    },
  };
}

function parseSections({ session, media: sections }: Description): SdpResult<OfferedMedia[]> {
  const defaults: SessionDefaults = {
    direction: readDirection(session) ?? 'sendrecv',
    extmapAllowMixed: hasAttribute(session, 'extmap-allow-mixed'),
  };
  const media: OfferedMedia[] = [];
  for (const [index, section] of sections.entries()) {
    const parsed = parseMedia(section, index, defaults);
    if (!parsed.ok) return parsed;
    if (media.some((other) => other.mid === parsed.value.mid)) return malformed('Two m-sections have one a=mid.');
    media.push(parsed.value);
  }
  return { ok: true, value: media };
}

/** MIDs of the first a=group:BUNDLE line; FFmpeg names sections there that the offer does not have. */
function readBundle(session: Attributes): string[] {
  const group = attributeValues(session, 'group').find((value) => /^BUNDLE(?: |$)/.test(value));
  return (group ?? '').split(' ').slice(1).filter(Boolean);
}

/**
 * The levels of the offer in the order in which they describe the bundle's transport: the section that the group tags
 * (its first MID, RFC 9143 7), the session, then the others. aiortc writes other credentials in each section.
 */
function orderByTag({ session, media: sections }: Description, media: OfferedMedia[], bundle: string[]): Attributes[] {
  const tag = bundle.find((mid) => media.some((section) => section.mid === mid)) ?? media[0]?.mid;
  const tagged = sections.filter((_section, index) => media[index]?.mid === tag);
  const others = sections.filter((_section, index) => media[index]?.mid !== tag);
  return [...tagged, session, ...others];
}

function parseTransport(levels: readonly Attributes[]): SdpResult<Pick<Offer, 'ice' | 'fingerprint' | 'setup'>> {
  const ice = firstOf(levels, parseIceCredentials);
  if (!ice.ok) return ice;
  const fingerprint = firstOf(levels, parseFingerprint);
  if (!fingerprint.ok) return fingerprint;
  const setup = firstOf(levels, parseSetup);
  if (!setup.ok) return setup;
  if (ice.value === undefined) return malformed('The offer has no a=ice-ufrag and a=ice-pwd.');
  if (fingerprint.value === undefined) return malformed('The offer has no a=fingerprint.');
  // Without the attribute the offerer takes the active role (RFC 4145 4).
  const role = setup.value ?? 'active';
  return { ok: true, value: { ice: ice.value, fingerprint: fingerprint.value, setup: role } };
}

/** The first value that a level gives; a malformed one anywhere is a refusal. */
function firstOf<T>(
  levels: readonly Attributes[],
  read: (level: Attributes) => SdpResult<T | undefined>,
): SdpResult<T | undefined> {
  let value: T | undefined;
  for (const level of levels) {
    const result = read(level);
    if (!result.ok) return result;
    value ??= result.value;
  }
  return { ok: true, value };
}

/** One transport for everything, with RTCP on it, and a peer that sends connectivity checks. */
function refuseTransport({ session, media: sections }: Description, media: OfferedMedia[], bundle: string[]) {
  if (media.length > 1 && !media.every((section) => section.hasMid && bundle.includes(section.mid))) {
    return unservable('All m-sections must be in one a=group:BUNDLE.');
  }
  // Sections behind the first of a bundle may leave it out (RFC 9429 5.2.1).
  if (!sections.some((section) => hasAttribute(section, 'rtcp-mux') || hasAttribute(section, 'rtcp-mux-only'))) {
    return unservable('The offer must have a=rtcp-mux.');
  }
  // Both sides would wait for the other's checks (RFC 8445 6.1.1).
  if (hasAttribute(session, 'ice-lite')) return unservable('An ICE-lite peer cannot connect: the server is ICE-lite.');
  return undefined;
}

function isEverywhere({ session, media }: Description, has: (level: Attributes) => boolean): boolean {
  return has(session) || media.every(has);
}

function isTrickle(level: Attributes): boolean {
  return attributeValues(level, 'ice-options').some((value) => value.split(/[\s,]+/).includes('trickle'));
}
