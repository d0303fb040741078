/** What the server accepts of an offer. Every section is accepted or the whole offer is refused (RFC 9725 4.4). */
import { EXTENSION, isExtensionUsed } from './extensions.ts';
import { knownCodecNames } from './parse-codecs.ts';
import { malformed, unservable } from './refusal.ts';
import type {
  AcceptedMedia,
  Codec,
  Direction,
  MediaKind,
  Negotiation,
  Offer,
  OfferedExtension,
  OfferedMedia,
  SdpResult,
} from './types.ts';

type Role = Negotiation['role'];

interface RoleRules {
  /** What the offer's sections may say. */
  directions: readonly Direction[];
  /** Directions of an extension, seen from the offerer, in which its packets carry it. */
  extensionDirections: readonly (Direction | undefined)[];
  /** rtcp-fb values that the server sends to a publisher or understands from a viewer. */
  feedback: readonly string[];
}

const RULES: Record<Role, RoleRules> = {
  publish: {
    directions: ['sendonly', 'sendrecv'],
    extensionDirections: [undefined, 'sendonly', 'sendrecv'],
    feedback: ['nack', 'nack pli', 'ccm fir', 'transport-cc', 'goog-remb'],
  },
  play: {
    directions: ['recvonly', 'sendrecv'],
    extensionDirections: [undefined, 'recvonly', 'sendrecv'],
    feedback: ['nack', 'nack pli', 'ccm fir', 'transport-cc', 'goog-remb'],
  },
};

/** Longest MID, in bytes, that the server writes into the packets to a viewer. */
const MAX_WRITTEN_MID = 14;

/** Judges the offer of a publisher (WHIP): what it sends is accepted in all known codecs, in its order. */
export function negotiatePublish(offer: Offer): SdpResult<Negotiation> {
  return negotiate(offer, 'publish');
}

/** Judges the offer of a viewer (WHEP): all known codecs are accepted, as nobody may be publishing yet. */
export function negotiatePlay(offer: Offer): SdpResult<Negotiation> {
  return negotiate(offer, 'play');
}

function negotiate(offer: Offer, role: Role): SdpResult<Negotiation> {
  const rules = RULES[role];
  for (const section of offer.media) {
    if (!rules.directions.includes(section.direction)) {
      const allowed = rules.directions.join(' or ');
      return malformed(`To ${role}, m-section "${section.mid}" must be ${allowed}, not ${section.direction}.`);
    }
  }
  for (const kind of ['audio', 'video'] as const) {
    if (countKind(offer, kind) > 1) return unservable(`The offer has more than one ${kind} m-section.`);
  }
  const media: AcceptedMedia[] = [];
  for (const section of offer.media) {
    if (section.codecs.length === 0) {
      const names = knownCodecNames(section.kind).join(', ');
      return unservable(`The ${section.kind} m-section "${section.mid}" has none of the codecs ${names}.`);
    }
    media.push(acceptMedia(section, role, offer.extmapAllowMixed));
  }
  const shared = findSharedPayloadType(media);
  if (shared !== undefined) return malformed(`Payload type ${shared} stands for two formats in one BUNDLE.`);
  const dtlsRole = offer.setup === 'passive' ? 'client' : 'server';
  return { ok: true, value: { offer, role, dtlsRole, media } };
}

function countKind(offer: Offer, kind: MediaKind): number {
  return offer.media.filter((section) => section.kind === kind).length;
}

function acceptMedia(section: OfferedMedia, role: Role, mixedForms: boolean): AcceptedMedia {
  const rules = RULES[role];
  const extensions = section.extensions.filter(
    (extension) =>
      isExtensionUsed(extension.uri, section.kind, role) &&
      rules.extensionDirections.includes(extension.direction) &&
      isWritable(extension, section, role, mixedForms),
  );
  // Transport-wide feedback reports on numbers that only the extension carries.
  const transportWide = extensions.some((extension) => extension.uri === EXTENSION.transportWideCc);
  const feedback = rules.feedback.filter((value) => value !== 'transport-cc' || transportWide);
  const codecs = section.codecs.map((codec): Codec => {
    return { ...codec, feedback: codec.feedback.filter((value) => feedback.includes(value)) };
  });
  return { offered: section, codecs, extensions };
}

/**
 * To a viewer the server writes the MID itself; one that is too long is left to SSRC and payload type. Dependency
 * descriptors with a structure do not fit the one-byte form, and without them browsers throw away all the others.
 */
function isWritable(extension: OfferedExtension, section: OfferedMedia, role: Role, mixedForms: boolean): boolean {
  if (role === 'publish') return true;
  if (extension.uri === EXTENSION.dependencyDescriptor) return mixedForms;
  return extension.uri !== EXTENSION.mid || (section.hasMid && section.mid.length <= MAX_WRITTEN_MID);
}

/** A payload type that two sections use (RFC 9143 9.1 forbids it): packets without a MID could not be told apart. */
function findSharedPayloadType(media: readonly AcceptedMedia[]): number | undefined {
  const used = new Set<number>();
  for (const { codecs } of media) {
    const types = codecs.flatMap(({ payloadType, rtxPayloadType, red }) => [
      payloadType,
      rtxPayloadType,
      red?.payloadType,
    ]);
    for (const payloadType of types) {
      if (payloadType === undefined) continue;
      if (used.has(payloadType)) return payloadType;
      used.add(payloadType);
    }
  }
  return undefined;
}
