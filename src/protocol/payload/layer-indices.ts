import type { CodecName } from '../sdp/types.ts';
import { parseVp8Descriptor } from './vp8.ts';
import { parseVp9Descriptor } from './vp9.ts';

/** The place of a packet in a scalable stream. */
export interface LayerIndices {
  /** 0 to 7; 0 is the lowest. */
  spatialLayer: number;
  temporalLayer: number;
  /** The packet ends the frame of its spatial layer, where the codec says so. */
  endOfFrame: boolean;
}

/**
 * The layer of a packet (RFC 7741 4.2, RFC 9628 4.2). Undefined where the packet names none, and for codecs whose
 * payload names none: H.264 and H.265 have no such field, AV1 says it in a header extension (dependency-descriptor.ts).
 */
export function layerIndices(codec: CodecName, payload: Uint8Array): LayerIndices | undefined {
  switch (codec) {
    case 'VP8': {
      const temporalLayer = parseVp8Descriptor(payload)?.temporalLayer;
      return temporalLayer === undefined ? undefined : { spatialLayer: 0, temporalLayer, endOfFrame: false };
    }
    case 'VP9': {
      const descriptor = parseVp9Descriptor(payload);
      if (descriptor?.spatialLayer === undefined || descriptor.temporalLayer === undefined) return undefined;
      const { spatialLayer, temporalLayer, endOfFrame } = descriptor;
      return { spatialLayer, temporalLayer, endOfFrame };
    }
    case 'H264':
    case 'H265':
    case 'AV1':
    case 'opus':
      return undefined;
  }
}
