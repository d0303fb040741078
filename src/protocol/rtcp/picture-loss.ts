import type { FeedbackSources } from './packet-header.ts';
import { RTCP_PACKET_TYPE, createFeedbackPacket, parseFeedbackHeader } from './packet-header.ts';

/** FMT of a picture loss indication (RFC 4585 6.3.1). */
export const PICTURE_LOSS_FORMAT = 1;

/** The receiver cannot decode and needs a keyframe (RFC 4585 6.3.1). */
export interface PictureLoss extends FeedbackSources {
  type: 'pictureLoss';
}

/** The picture loss indication that `bytes` begin with. */
export function parsePictureLoss(bytes: Uint8Array): PictureLoss | undefined {
  const header = parseFeedbackHeader(bytes, RTCP_PACKET_TYPE.payloadFeedback, PICTURE_LOSS_FORMAT);
  return header && { type: 'pictureLoss', senderSsrc: header.senderSsrc, mediaSsrc: header.mediaSsrc };
}

/** A picture loss indication as bytes. */
export function writePictureLoss(pictureLoss: PictureLoss): Uint8Array {
  return createFeedbackPacket(RTCP_PACKET_TYPE.payloadFeedback, PICTURE_LOSS_FORMAT, pictureLoss, 0);
}
