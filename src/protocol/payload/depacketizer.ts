import type { PictureSize } from './picture-size.ts';

/** One encoded picture or sound packet. */
export interface EncodedFrame {
  /**
   * VP8: the frame. VP9: all spatial layers, with a superframe index where there are several. AV1: the OBUs with sizes
   * and without a temporal delimiter. H264 and H265: the access unit as an Annex B byte stream, parameter sets in front
   * of every keyframe. Opus: the packet.
   */
  data: Uint8Array;
  /** A decoder can start here; always true of sound. */
  keyframe: boolean;
  /** Of a keyframe. */
  size: PictureSize | undefined;
}

/**
 * | state   | what the packets were                                                                      |
 * |---------|--------------------------------------------------------------------------------------------|
 * | frame   | a whole frame                                                                              |
 * | nothing | whole, but without a picture: padding, parameter sets in packets of their own              |
 * | broken  | not whole or not valid; a decoder that goes on behind it needs a keyframe                  |
 */
export type DepacketizerResult =
  ({ state: 'frame' } & EncodedFrame) | { readonly state: 'nothing' } | { readonly state: 'broken' };

/** Puts the packets of one frame together. */
export interface Depacketizer {
  /**
   * The next payload of the frame, without RTP padding, in the order of sequence numbers without a gap. Its bytes must
   * stay as they are until `finish`.
   */
  add(payload: Uint8Array): void;
  /** The frame that the payloads since the last call make up. Its bytes are its own. */
  finish(): DepacketizerResult;
  /** Packets are lost here: forgets the payloads since the last `finish`. Parameter sets seen in whole are kept. */
  reset(): void;
}
