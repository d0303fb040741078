/** One m-section of an offer. */
import { attributeValues, hasAttribute, textOf } from './description.ts';
import type { Attributes, MediaSection } from './description.ts';
import { parseCodecs } from './parse-codecs.ts';
import { parseSendRids, parseSsrcs } from './parse-streams.ts';
import { malformed, unservable } from './refusal.ts';
import type { Direction, OfferedExtension, OfferedMedia, SdpResult } from './types.ts';

/** JSEP's list (RFC 9429 5.1.2): all of them mean DTLS-SRTP. */
const PROTOCOL = /^(?:UDP\/TLS\/|TCP\/TLS\/|TCP\/DTLS\/)?RTP\/SAVPF?$/;
/** RFC 5888 4 makes it a token of RFC 8866. Longer ones than this are in no use. */
const MID = /^[\w!#$%&'*+\-.^`{|}~]{1,64}$/;
/** Extensions of one section that are kept; more are ignored. */
const MAX_EXTENSIONS = 64;
/** Layers of one simulcast section. Browsers and OBS send up to 4. */
const MAX_LAYERS = 8;
const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

/** What the session level says for all sections that do not say otherwise. */
export interface SessionDefaults {
  direction: Direction;
  /** a=extmap-allow-mixed at the session level. */
  extmapAllowMixed: boolean;
}

/** Reads the m-section at this position of the offer. */
export function parseMedia(section: MediaSection, index: number, defaults: SessionDefaults): SdpResult<OfferedMedia> {
  const { parsed } = section;
  const kind: unknown = parsed.type;
  const protocol: unknown = parsed.protocol;
  if (typeof kind !== 'string' || typeof protocol !== 'string') return malformed(`m-line ${index} is malformed.`);
  const refusal = refuseSection(section, index);
  if (refusal !== undefined) return refusal;
  if (kind !== 'audio' && kind !== 'video') return unservable(`m-line ${index} is neither audio nor video.`);
  if (!PROTOCOL.test(protocol)) return unservable(`m-line ${index} must use UDP/TLS/RTP/SAVPF.`);

  const mid = attributeValues(section, 'mid')[0];
  if (mid !== undefined && !MID.test(mid)) return malformed(`m-line ${index} has a malformed a=mid.`);
  const codecs = parseCodecs(kind, parsed);
  if (!codecs.ok) return codecs;
  const sendRids = parseSendRids(section);
  if (sendRids.length > MAX_LAYERS) return unservable(`m-line ${index} has more than ${MAX_LAYERS} simulcast layers.`);
  return {
    ok: true,
    value: {
      kind,
      index,
      mid: mid ?? String(index),
      hasMid: mid !== undefined,
      protocol,
      direction: readDirection(section) ?? defaults.direction,
      codecs: codecs.value,
      extensions: readExtensions(section, defaults.extmapAllowMixed || hasAttribute(section, 'extmap-allow-mixed')),
      ...parseSsrcs(parsed),
      sendRids,
      reducedSizeRtcp: hasAttribute(section, 'rtcp-rsize'),
    },
  };
}

/** A section that cannot be answered without rejecting it. */
function refuseSection(section: MediaSection, index: number) {
  // Port 0 means "not offered" (RFC 3264 5.1) but for a section that is offered in a bundle only (RFC 9143 6).
  if (section.parsed.port === 0 && !hasAttribute(section, 'bundle-only')) {
    return unservable(`m-line ${index} has port 0 without a=bundle-only: leave out what is not offered.`);
  }
  return undefined;
}

/** The direction that the section names. */
export function readDirection(section: Attributes): Direction | undefined {
  return DIRECTIONS.find((direction) => hasAttribute(section, direction));
}

/**
 * a=extmap lines with usable ids: 1 to 14 in the one-byte form, and 16 to 255 where both forms may be mixed
 * (RFC 8285 4.2, 6). The first of two lines with one id or one URI counts; encrypted ones (RFC 6904) are left out.
 */
function readExtensions(section: MediaSection, mixed: boolean): OfferedExtension[] {
  const extensions: OfferedExtension[] = [];
  for (const line of section.parsed.ext ?? []) {
    const id: unknown = line.value;
    const uri = textOf(line.uri);
    const direction = DIRECTIONS.find((name) => name === line.direction);
    if (typeof id !== 'number' || !isUsableId(id, mixed) || line['encrypt-uri'] !== undefined) continue;
    if (line.direction !== undefined && direction === undefined) continue;
    if (extensions.some((other) => other.id === id || other.uri === uri)) continue;
    if (extensions.length < MAX_EXTENSIONS) extensions.push({ id, uri, direction });
  }
  return extensions;
}

function isUsableId(id: number, mixed: boolean): boolean {
  return (id >= 1 && id <= 14) || (mixed && id >= 16 && id <= 255);
}
