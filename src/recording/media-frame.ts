/** What the recorder's parts hand on: whole encoded frames, after order and loss are dealt with. */
import type { PictureSize } from '../protocol/payload/picture-size.ts';
import type { CodecName, MediaKind } from '../protocol/sdp/types.ts';

/** One encoded picture, or one Opus packet, that decodes on its own or after those written before it. */
export interface MediaFrame {
  kind: MediaKind;
  codec: CodecName;
  /**
   * VP8: the frame. VP9: the superframe of all spatial layers. AV1: a temporal unit, its OBUs with sizes and without a
   * temporal delimiter. H264 and H265: the access unit as an Annex B byte stream. Opus: the packet.
   */
  data: Uint8Array;
  /** A decoder can start here; always true of sound. */
  keyframe: boolean;
  /** Presentation time in seconds from the start of the publication, on one clock for both kinds. */
  time: number;
  /** Of a keyframe. */
  size: PictureSize | undefined;
}
