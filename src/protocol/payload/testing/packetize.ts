import { bytes } from '../../../util/testing/bytes.ts';
import { concatenate } from '../../../util/bytes.ts';
import type { CodecName } from '../../sdp/types.ts';
import { writeLeb128 } from '../leb128.ts';

/** A frame on its way through RTP. */
export interface PacketizedFrame {
  /** In order; the last one has the marker. */
  payloads: Uint8Array[];
  /** What a depacketizer must make of them. */
  data: Uint8Array;
}

/** Parameter sets of pictures of 98x66 pixels, as x264 and x265 write them. */
export const H264_SEQUENCE_SET = bytes(
  '67 42 c0 0a d9 07 2f 88 88 c0 5a 83 03 03 52 80 00 00 03 00 80 00 00 0f 47 89 13 24',
);
export const H264_PICTURE_SET = bytes('68 cb 8c b2');
export const H265_VIDEO_SET = bytes('40 01 0c 01 ff ff 04 08 00 00 03 00 98 08 00 00 03 00 00 1e 92 80 90');
export const H265_SEQUENCE_SET = bytes(
  '42 01 01 04 08 00 00 03 00 98 08 00 00 03 00 00 1e 90 06 90 24 e7 9c a5 2c 95 24 99 5f fe' +
    ' 00 02 00 02 d4 18 18 18 10 00 00 03 00 10 00 00 03 00 f0 80',
);
export const H265_PICTURE_SET = bytes('44 01 c1 72 86 0c 42 24');
/** A sequence header of 320x180 pixels, as Chromium sends it, with its OBU header. */
const AV1_SEQUENCE_HEADER = bytes('08 00 00 00 04 3c fe cc 01 a0 08');

/**
 * A frame of `codec` with `body` as the part that the depacketizers do not look into, in packets of at most `limit`
 * bytes where it is cut at all.
 */
export function packetize(codec: CodecName, keyframe: boolean, body: Uint8Array, limit: number): PacketizedFrame {
  switch (codec) {
    case 'VP8':
      return packetizeVp8(keyframe, body, limit);
    case 'VP9':
      return packetizeVp9(keyframe, body, limit);
    case 'H264':
      return packetizeH264(keyframe, body, limit);
    case 'H265':
      return packetizeH265(keyframe, body, limit);
    case 'AV1':
      return packetizeAv1(keyframe, body, limit);
    case 'opus': {
      const packet = concatenate([bytes('f8'), body.subarray(0, 1275)]);
      return { payloads: [packet], data: packet };
    }
  }
}

/** `data` in pieces of at most `limit` bytes; at least one. */
function cut(data: Uint8Array, limit: number): Uint8Array[] {
  const pieces = [data.subarray(0, limit)];
  for (let offset = limit; offset < data.length; offset += limit) pieces.push(data.subarray(offset, offset + limit));
  return pieces;
}

function packetizeVp8(keyframe: boolean, body: Uint8Array, limit: number): PacketizedFrame {
  const header = keyframe ? bytes('10 00 00 9d 01 2a 40 01 b4 00') : bytes('11 00 00');
  const data = concatenate([header, body]);
  const payloads = cut(data, limit).map((piece, index) => concatenate([bytes(index === 0 ? '10' : '00'), piece]));
  // The size stands in the first packet, which no encoder makes shorter than the header.
  return limit < header.length ? packetizeVp8(keyframe, body, header.length) : { payloads, data };
}

function packetizeVp9(keyframe: boolean, body: Uint8Array, limit: number): PacketizedFrame {
  const header = keyframe ? bytes('82 49 83 42 00 06 10 04 18 38') : bytes('86 00');
  const data = concatenate([header, body]);
  const pieces = cut(data, Math.max(limit, header.length));
  const payloads = pieces.map((piece, index) => {
    const start = index === 0 ? 0x08 : 0;
    const end = index === pieces.length - 1 ? 0x04 : 0;
    return concatenate([Uint8Array.of((keyframe ? 0 : 0x40) | start | end), piece]);
  });
  return { payloads, data };
}

function packetizeH264(keyframe: boolean, body: Uint8Array, limit: number): PacketizedFrame {
  const slice = concatenate([keyframe ? bytes('65 88') : bytes('41 9a'), body]);
  const payloads = slice.length <= limit ? [slice] : fragment(slice, 1, limit, (type) => [(type & 0xe0) | 28]);
  if (!keyframe) return { payloads, data: annexB([slice]) };
  const aggregate = concatenate([bytes('78'), ...[H264_SEQUENCE_SET, H264_PICTURE_SET].flatMap(withLength)]);
  return { payloads: [aggregate, ...payloads], data: annexB([H264_SEQUENCE_SET, H264_PICTURE_SET, slice]) };
}

function packetizeH265(keyframe: boolean, body: Uint8Array, limit: number): PacketizedFrame {
  const slice = concatenate([keyframe ? bytes('26 01 af') : bytes('02 01 d0'), body]);
  const payloads = slice.length <= limit ? [slice] : fragment(slice, 2, limit, () => [49 << 1, 1]);
  if (!keyframe) return { payloads, data: annexB([slice]) };
  const sets = [H265_VIDEO_SET, H265_SEQUENCE_SET, H265_PICTURE_SET];
  const aggregate = concatenate([bytes('60 01'), ...sets.flatMap(withLength)]);
  return { payloads: [aggregate, ...payloads], data: annexB([...sets, slice]) };
}

/** Fragments of a NAL unit (RFC 6184 5.8, RFC 7798 4.4.3); `indicator`: their NAL unit header. */
function fragment(
  unit: Uint8Array,
  headerBytes: number,
  limit: number,
  indicator: (first: number) => number[],
): Uint8Array[] {
  const first = unit[0] ?? 0;
  const type = headerBytes === 1 ? first & 0x1f : (first >> 1) & 0x3f;
  const pieces = cut(unit.subarray(headerBytes), limit);
  return pieces.map((piece, index) => {
    const ends = (index === 0 ? 0x80 : 0) | (index === pieces.length - 1 ? 0x40 : 0);
    return concatenate([Uint8Array.of(...indicator(first), ends | type), piece]);
  });
}

function withLength(unit: Uint8Array): Uint8Array[] {
  return [Uint8Array.of(unit.length >> 8, unit.length & 0xff), unit];
}

function annexB(units: readonly Uint8Array[]): Uint8Array {
  return concatenate(units.flatMap((unit) => [bytes('00 00 00 01'), unit]));
}

function packetizeAv1(keyframe: boolean, body: Uint8Array, limit: number): PacketizedFrame {
  const frame = concatenate([bytes('30'), bytes(keyframe ? '10' : '30'), body]);
  const obus = keyframe ? [AV1_SEQUENCE_HEADER, frame] : [frame];
  const pieces = cut(frame, limit);
  const payloads = pieces.map((piece, index) => {
    const isFirst = index === 0;
    const header = (isFirst ? 0 : 0x80) | (index === pieces.length - 1 ? 0 : 0x40);
    if (!isFirst || !keyframe) return concatenate([Uint8Array.of(header | 0x10), piece]);
    // W = 0: every element behind its length.
    const elements = [AV1_SEQUENCE_HEADER, piece].flatMap((element) => [writeLeb128(element.length), element]);
    return concatenate([Uint8Array.of(header | 0x08), ...elements]);
  });
  const data = concatenate(
    obus.flatMap((obu) => [Uint8Array.of((obu[0] ?? 0) | 0x02), writeLeb128(obu.length - 1), obu.subarray(1)]),
  );
  return { payloads, data };
}
