import { parseVp8Descriptor } from '../protocol/payload/vp8.ts';
import type { CodecName } from '../protocol/sdp/types.ts';

/** The running numbers that VP8 gives its pictures (RFC 7741 4.2). */
export interface PictureIndex {
  /** 15 bit. */
  pictureId: number;
  /** Of the base layer, 8 bit. */
  tl0PictureIndex: number;
}

/** The numbers of the picture that a payload belongs to. Undefined where the codec or the packet has none. */
export function pictureIndex(codec: CodecName, payload: Uint8Array): PictureIndex | undefined {
  if (codec !== 'VP8') return undefined;
  const descriptor = parseVp8Descriptor(payload);
  if (descriptor?.pictureId === undefined) return undefined;
  return { pictureId: descriptor.pictureId, tl0PictureIndex: descriptor.tl0PictureIndex ?? 0 };
}

/** The sum, each field modulo its width. */
export function addPictureIndex(index: PictureIndex, offset: PictureIndex): PictureIndex {
  return {
    pictureId: (index.pictureId + offset.pictureId) & 0x7fff,
    tl0PictureIndex: (index.tl0PictureIndex + offset.tl0PictureIndex) & 0xff,
  };
}
