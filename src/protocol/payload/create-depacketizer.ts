import type { Codec } from '../sdp/types.ts';
import { Av1Depacketizer } from './av1-depacketizer.ts';
import type { Depacketizer } from './depacketizer.ts';
import { H264Depacketizer } from './h264-depacketizer.ts';
import { H265Depacketizer } from './h265-depacketizer.ts';
import { OpusDepacketizer } from './opus-depacketizer.ts';
import { Vp8Depacketizer } from './vp8-depacketizer.ts';
import { Vp9Depacketizer } from './vp9-depacketizer.ts';

/** Parameters that hold parameter sets out of band (RFC 6184 8.1, RFC 7798 7.1). */
const H264_PARAMETER_SETS = ['sprop-parameter-sets'];
const H265_PARAMETER_SETS = ['sprop-vps', 'sprop-sps', 'sprop-pps'];

/** The depacketizer of a codec as it was negotiated. */
export function createDepacketizer({ name, parameters }: Pick<Codec, 'name' | 'parameters'>): Depacketizer {
  switch (name) {
    case 'VP8':
      return new Vp8Depacketizer();
    case 'VP9':
      return new Vp9Depacketizer();
    case 'H264':
      return new H264Depacketizer(decodeUnits(parameters, H264_PARAMETER_SETS));
    case 'H265':
      return new H265Depacketizer(decodeUnits(parameters, H265_PARAMETER_SETS));
    case 'AV1':
      return new Av1Depacketizer();
    case 'opus':
      return new OpusDepacketizer();
  }
}

/** NAL units in base64, with commas between them. */
function decodeUnits(parameters: Readonly<Record<string, string>>, names: readonly string[]): Uint8Array[] {
  const texts = names.flatMap((name) => parameters[name]?.split(',') ?? []);
  return texts.map((text) => Uint8Array.from(Buffer.from(text, 'base64'))).filter(({ length }) => length > 0);
}
