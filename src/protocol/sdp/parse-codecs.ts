/** The codecs of an m-section: payload types, formats (RFC 8866 6.6), feedback (RFC 4585 4.2) and RTX (RFC 4588 8). */
import type { MediaDescription } from 'sdp-transform';
import { parseDecimal, textOf } from './description.ts';
import { malformed } from './refusal.ts';
import type { Codec, CodecName, MediaKind, RedFormat, SdpResult } from './types.ts';

interface KnownCodec {
  name: CodecName;
  kind: MediaKind;
  /** Hz, fixed by the payload format's RFC. */
  clockRate: number;
}

/** Encoding names in lower case: SDP compares them without case (RFC 4855 3), and GStreamer writes capitals. */
const KNOWN_CODECS = new Map<string, KnownCodec>([
  ['opus', { name: 'opus', kind: 'audio', clockRate: 48_000 }],
  ['vp8', { name: 'VP8', kind: 'video', clockRate: 90_000 }],
  ['vp9', { name: 'VP9', kind: 'video', clockRate: 90_000 }],
  ['h264', { name: 'H264', kind: 'video', clockRate: 90_000 }],
  ['h265', { name: 'H265', kind: 'video', clockRate: 90_000 }],
  ['av1', { name: 'AV1', kind: 'video', clockRate: 90_000 }],
]);

/** Names of the codecs of a kind, for a refusal. */
export function knownCodecNames(kind: MediaKind): string[] {
  return [...KNOWN_CODECS.values()].filter((codec) => codec.kind === kind).map((codec) => codec.name);
}

/** Formats on one m-line. Chromium lists about 40 for a video section that receives. */
const MAX_FORMATS = 128;
const MAX_PAYLOAD_TYPE = 127;
/** With rtcp-mux these payload types read as RTCP where the marker is set (RFC 5761 4). */
const RTCP_RANGE = { from: 64, to: 95 };
/** fmtp parameters of one format; more are ignored. */
const MAX_PARAMETERS = 32;
/** rtcp-fb values of one payload type; more are ignored. */
const MAX_FEEDBACK = 32;

interface RtpMap {
  /** In lower case. */
  encoding: string;
  clockRate: number;
  channels: number;
}

interface Formats {
  payloadTypes: readonly number[];
  maps: ReadonlyMap<number, RtpMap>;
  parameters: ReadonlyMap<number, Record<string, string>>;
}

/** The known codecs of a section, in its order of preference. Other formats (FEC, CN, events) are left out. */
export function parseCodecs(kind: MediaKind, media: MediaDescription): SdpResult<Codec[]> {
  const list = textOf(media.payloads)
    .split(' ')
    .filter((format) => format !== '');
  if (list.length === 0) return malformed(`The ${kind} m-line lists no payload type.`);
  if (list.length > MAX_FORMATS) return malformed(`The ${kind} m-line lists more than ${MAX_FORMATS} payload types.`);
  const payloadTypes: number[] = [];
  for (const format of list) {
    const payloadType = parseDecimal(format, MAX_PAYLOAD_TYPE);
    if (payloadType === undefined) return malformed(`The ${kind} m-line lists a payload type that is not 0 to 127.`);
    if (payloadTypes.includes(payloadType)) return malformed(`Payload type ${payloadType} is listed twice.`);
    payloadTypes.push(payloadType);
  }
  const formats = { payloadTypes, maps: readRtpMaps(media), parameters: readParameters(media) };
  const repairs = readRepairs(formats);
  const feedback = readFeedback(media);
  const codecs: Codec[] = [];
  for (const payloadType of payloadTypes) {
    const codec = readCodec(kind, payloadType, formats);
    if (codec === undefined) continue;
    const values = new Set([...(feedback.get(payloadType) ?? []), ...(feedback.get('*') ?? [])]);
    const rtxPayloadType = repairs.get(payloadType);
    codecs.push({ ...codec, feedback: [...values], rtxPayloadType, red: findRed(codec, formats, media) });
  }
  return { ok: true, value: codecs };
}

function readCodec(kind: MediaKind, payloadType: number, formats: Formats) {
  const map = formats.maps.get(payloadType);
  const known = map && KNOWN_CODECS.get(map.encoding);
  if (known?.kind !== kind || known.clockRate !== map?.clockRate || isRtcpRange(payloadType)) return undefined;
  const parameters = formats.parameters.get(payloadType) ?? {};
  // Interleaved packets (RFC 6184 5.4, mode 2) carry no decoding order that a forwarder or browser follows.
  if (known.name === 'H264' && !['0', '1'].includes(parameters['packetization-mode'] ?? '0')) return undefined;
  return { name: known.name, payloadType, clockRate: known.clockRate, channels: map.channels, parameters };
}

function isRtcpRange(payloadType: number): boolean {
  return payloadType >= RTCP_RANGE.from && payloadType <= RTCP_RANGE.to;
}

/** The library gives numbers, strings that were no numbers, and '' alike; a first line for a payload type counts. */
function readPayloadType(value: unknown): number | undefined {
  return parseDecimal(value, MAX_PAYLOAD_TYPE);
}

function readRtpMaps(media: MediaDescription): Map<number, RtpMap> {
  const maps = new Map<number, RtpMap>();
  for (const line of media.rtp) {
    const payloadType = readPayloadType(line.payload);
    const clockRate = parseDecimal(line.rate, 0xffffffff);
    const channels = parseDecimal(line.encoding ?? 1, 255);
    if (payloadType === undefined || clockRate === undefined || channels === undefined) continue;
    if (maps.has(payloadType)) continue;
    maps.set(payloadType, { encoding: textOf(line.codec).toLowerCase(), clockRate, channels });
  }
  return maps;
}

function readParameters(media: MediaDescription): Map<number, Record<string, string>> {
  const parameters = new Map<number, Record<string, string>>();
  for (const line of media.fmtp) {
    const payloadType = readPayloadType(line.payload);
    if (payloadType === undefined || parameters.has(payloadType)) continue;
    parameters.set(payloadType, parseFormatParameters(textOf(line.config)));
  }
  return parameters;
}

/** 'a=1; B=2' as { a: '1', b: '2' }. Parts that are no pair, as in '0-15' or '111/111', are left out. */
export function parseFormatParameters(text: string): Record<string, string> {
  const pairs = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    if (equals < 1 || pairs.size === MAX_PARAMETERS) continue;
    const key = part.slice(0, equals).trim().toLowerCase();
    if (key !== '' && !pairs.has(key)) pairs.set(key, part.slice(equals + 1).trim());
  }
  // fromEntries defines own properties, so that a key such as __proto__ stays an ordinary one.
  return Object.fromEntries(pairs);
}

/** Payload type of a codec to the payload type of the RTX format that repairs it. */
function readRepairs({ payloadTypes, maps, parameters }: Formats): Map<number, number> {
  const repairs = new Map<number, number>();
  for (const payloadType of payloadTypes) {
    if (maps.get(payloadType)?.encoding !== 'rtx' || isRtcpRange(payloadType)) continue;
    const repaired = readPayloadType(parameters.get(payloadType)?.apt);
    if (repaired === undefined || repaired === payloadType || repairs.has(repaired)) continue;
    if (maps.get(repaired)?.clockRate === maps.get(payloadType)?.clockRate) repairs.set(repaired, payloadType);
  }
  return repairs;
}

/** The RED format of sound in this codec alone: its fmtp names the codec for each block (RFC 2198 5), as in '111/111'. */
function findRed(
  { name, payloadType, clockRate, channels }: Pick<Codec, 'name' | 'payloadType' | 'clockRate' | 'channels'>,
  { payloadTypes, maps }: Formats,
  media: MediaDescription,
): RedFormat | undefined {
  if (name !== 'opus') return undefined;
  const red = payloadTypes.find((candidate) => {
    const map = maps.get(candidate);
    if (map?.encoding !== 'red' || map.clockRate !== clockRate || map.channels !== channels) return false;
    const config = media.fmtp.find((line) => readPayloadType(line.payload) === candidate)?.config;
    const blocks = textOf(config).split('/');
    return (
      !isRtcpRange(candidate) && blocks.length > 1 && blocks.every((block) => readPayloadType(block) === payloadType)
    );
  });
  if (red === undefined) return undefined;
  return { payloadType: red, preferred: payloadTypes.indexOf(red) < payloadTypes.indexOf(payloadType) };
}

/** rtcp-fb values by payload type, and those for all of them under '*'; each once. */
function readFeedback(media: MediaDescription): Map<number | '*', Set<string>> {
  const feedback = new Map<number | '*', Set<string>>();
  for (const line of media.rtcpFb ?? []) {
    const key = line.payload === '*' ? '*' : readPayloadType(line.payload);
    if (key === undefined) continue;
    const values = feedback.get(key) ?? new Set();
    feedback.set(key, values);
    const subtype = line.subtype === undefined ? '' : ` ${line.subtype}`;
    if (values.size < MAX_FEEDBACK) values.add(`${line.type}${subtype}`.trim());
  }
  return feedback;
}
