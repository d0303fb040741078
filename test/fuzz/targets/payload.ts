import { av1Obus, parseAv1AggregationHeader } from '../../../src/protocol/payload/av1.ts';
import { frameSize } from '../../../src/protocol/payload/frame-size.ts';
import { h264NalUnits } from '../../../src/protocol/payload/h264.ts';
import { h265NalUnits } from '../../../src/protocol/payload/h265.ts';
import { isKeyframe } from '../../../src/protocol/payload/keyframe.ts';
import { layerIndices } from '../../../src/protocol/payload/layer-indices.ts';
import { parseVp8Descriptor, shiftVp8PictureIndex } from '../../../src/protocol/payload/vp8.ts';
import { hasVp9Scalability, parseVp9Descriptor } from '../../../src/protocol/payload/vp9.ts';
import { parseRtpHeader, rtpPayload } from '../../../src/protocol/rtp/packet.ts';
import type { CodecName } from '../../../src/protocol/sdp/types.ts';
import { readFixturePackets, readPackets } from '../corpus.ts';
import { type FuzzTarget, invariant } from '../target.ts';

const MAX_SIDE = 65_536;

function payloadsOf(packets: readonly Uint8Array[]): Uint8Array[] {
  return packets.flatMap((packet) => {
    const header = parseRtpHeader(packet);
    return header === undefined ? [] : [rtpPayload(packet, header)];
  });
}

/** Payloads of the stream of this codec in corpus/. */
export function readPayloads(codec: CodecName): Uint8Array[] {
  return payloadsOf(readPackets(`rtp-${codec.toLowerCase()}`));
}

/** Every part that a parser cuts out of a payload; their number and first type. */
function checkParts(payload: Uint8Array, parts: readonly { type: number; body: Uint8Array }[]): string {
  let total = 0;
  for (const { type, body } of parts) {
    total += body.length;
    const end = body.byteOffset + body.length;
    invariant(body.buffer === payload.buffer, 'parts share the memory of the payload');
    invariant(body.byteOffset >= payload.byteOffset, 'parts begin within the payload');
    invariant(end <= payload.byteOffset + payload.length, 'parts end within the payload');
    invariant(type >= 0 && type < 64, 'types are those of a header');
  }
  invariant(total <= payload.length, 'parts do not overlap');
  return `${parts[0]?.type} ${Math.min(parts.length, 4)}`;
}

/** What is true of each codec alone; the path that the payload took. */
const CHECKS: Record<Exclude<CodecName, 'opus'>, (payload: Uint8Array) => string> = {
  VP8(payload) {
    const descriptor = parseVp8Descriptor(payload);
    if (descriptor === undefined) return 'malformed';
    const { length, pictureId, pictureIdBits, tl0PictureIndex, temporalLayer, keyIndex } = descriptor;
    invariant(length >= 1 && length <= payload.length, 'the descriptor fits the payload');
    invariant((pictureId === undefined) === (pictureIdBits === undefined), 'a picture id has a size');
    invariant((pictureId ?? 0) < 2 ** (pictureIdBits ?? 1), 'a picture id has 7 or 15 bits');
    const shifted = payload.slice();
    shiftVp8PictureIndex(shifted, 3, 5);
    const next = parseVp8Descriptor(shifted);
    invariant(
      pictureId === undefined || next?.pictureId === (pictureId + 3) % 2 ** (pictureIdBits ?? 1),
      'the picture id grows',
    );
    invariant(next?.length === length && next.keyIndex === keyIndex, 'nothing else of the descriptor changes');
    return [pictureIdBits, tl0PictureIndex === undefined, temporalLayer === undefined, keyIndex === undefined].join();
  },
  VP9(payload) {
    const descriptor = parseVp9Descriptor(payload);
    if (descriptor === undefined) return 'malformed';
    const { length, pictureId, pictureIdBits, pictureDifferences, scalability, spatialLayer } = descriptor;
    invariant(length >= 1 && length <= payload.length, 'the descriptor fits the payload');
    invariant((pictureId ?? 0) < 2 ** (pictureIdBits ?? 1), 'a picture id has 7 or 15 bits');
    invariant(pictureDifferences.length <= 3, 'at most three references');
    invariant(
      (scalability !== undefined) === hasVp9Scalability(payload),
      'the structure is there where it is announced',
    );
    const sizes = scalability?.sizes.length ?? 0;
    const layer = layerIndices('VP9', payload);
    invariant(layer?.spatialLayer === spatialLayer, 'a packet has both layers or none');
    invariant(layer === undefined || layer.temporalLayer < 8, 'a layer has 3 bits');
    invariant(sizes === 0 || sizes === scalability?.spatialLayers, 'sizes are those of all layers');
    return [pictureIdBits, pictureDifferences.length, sizes, spatialLayer, descriptor.flexible].join();
  },
  H264: (payload) => checkParts(payload, h264NalUnits(payload)),
  H265: (payload) => checkParts(payload, h265NalUnits(payload)),
  AV1(payload) {
    const header = parseAv1AggregationHeader(payload);
    const obus = av1Obus(payload);
    invariant(header !== undefined || obus.length === 0, 'no OBU without an aggregation header');
    return `${header?.elementCount} ${checkParts(payload, obus)}`;
  },
};

function createTarget(codec: Exclude<CodecName, 'opus'>): FuzzTarget {
  return {
    name: codec.toLowerCase(),
    format: 'binary',
    corpus: [...readPayloads(codec), ...payloadsOf(readFixturePackets(new RegExp(`-${codec.toLowerCase()}.*\\.rtp$`)))],
    run(input) {
      const path = CHECKS[codec](input);
      const keyframe = isKeyframe(codec, input);
      const size = frameSize(codec, input);
      invariant(!keyframe || input.length > 0, 'nothing is no keyframe');
      if (size === undefined) return `${path} ${keyframe}`;
      for (const side of [size.width, size.height]) {
        invariant(Number.isInteger(side) && side > 0 && side <= MAX_SIDE, 'sides are those of a picture');
      }
      // A sequence header of AV1 or a scalability structure of VP9 may stand before another frame.
      invariant(keyframe || codec === 'AV1' || codec === 'VP9', 'only a keyframe tells its size');
      return `${path} ${keyframe} size`;
    },
  };
}

export const PAYLOAD_TARGETS: readonly FuzzTarget[] = (['VP8', 'VP9', 'H264', 'H265', 'AV1'] as const).map(
  createTarget,
);
