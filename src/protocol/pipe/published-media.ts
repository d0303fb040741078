/** How a pipe describes the sections of a publication. */
import type { Codec, CodecName, HeaderExtension, MediaKind, RedFormat } from '../sdp/types.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

const KINDS = ['audio', 'video'] as const;
const CODECS = ['opus', 'VP8', 'VP9', 'H264', 'H265', 'AV1'] as const;
const NO_PAYLOAD_TYPE = 0xff;
const MAXIMUM_PAYLOAD_TYPE = 127;

/** A section of a publication, as far as it matters to those who forward it. */
export interface DescribedMedia {
  kind: MediaKind;
  mid: string;
  /** Simulcast layers that may come, in the publisher's order. */
  rids: readonly string[];
  codecs: readonly Codec[];
  extensions: readonly HeaderExtension[];
}

export function writeMedia(media: DescribedMedia, into: ByteWriter): void {
  into.uint8(KINDS.indexOf(media.kind)).text(media.mid);
  into.list(media.rids, (rid) => into.text(rid));
  into.list(media.codecs, (codec) => writeCodec(codec, into));
  into.list(media.extensions, ({ id, uri }) => into.uint8(id).text(uri));
}

/** Fails the reader where it is none. */
export function readMedia(reader: ByteReader): DescribedMedia {
  return {
    kind: readName(KINDS, reader),
    mid: reader.text(),
    rids: reader.list(() => reader.text()),
    codecs: reader.list(() => readCodec(reader)),
    extensions: reader.list(() => ({ id: reader.uint8(), uri: reader.text() })),
  };
}

function writeCodec(codec: Codec, into: ByteWriter): void {
  into.uint8(CODECS.indexOf(codec.name)).uint8(codec.payloadType).uint32(codec.clockRate).uint8(codec.channels);
  into.list(Object.entries(codec.parameters), ([name, value]) => into.text(name).text(value));
  into.list(codec.feedback, (value) => into.text(value));
  into.uint8(codec.rtxPayloadType ?? NO_PAYLOAD_TYPE);
  into.uint8(codec.red?.payloadType ?? NO_PAYLOAD_TYPE).uint8(codec.red?.preferred === true ? 1 : 0);
}

function readCodec(reader: ByteReader): Codec {
  const name: CodecName = readName(CODECS, reader);
  const payloadType = reader.uint8();
  const clockRate = reader.uint32();
  const channels = reader.uint8();
  const parameters = Object.fromEntries(reader.list(() => [reader.text(), reader.text()] as const));
  const feedback = reader.list(() => reader.text());
  const rtxPayloadType = readPayloadType(reader);
  const redPayloadType = readPayloadType(reader);
  const preferred = reader.flag();
  // A clock of 0 Hz would be divided by.
  if (payloadType > MAXIMUM_PAYLOAD_TYPE || clockRate === 0) reader.fail();
  const red: RedFormat | undefined =
    redPayloadType === undefined ? undefined : { payloadType: redPayloadType, preferred };
  return { name, payloadType, clockRate, channels, parameters, feedback, rtxPayloadType, red };
}

function readPayloadType(reader: ByteReader): number | undefined {
  const value = reader.uint8();
  if (value === NO_PAYLOAD_TYPE) return undefined;
  if (value > MAXIMUM_PAYLOAD_TYPE) reader.fail();
  return value;
}

function readName<const T extends string>(names: readonly [T, ...T[]], reader: ByteReader): T {
  const name = names[reader.uint8()];
  if (name === undefined) reader.fail();
  return name ?? names[0];
}
