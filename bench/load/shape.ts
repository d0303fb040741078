/** What a publisher of the load sends, and how it is spread over time. */

/** Names of the loads. */
export type ShapeName = 'frames' | 'even' | 'sparse';

/** Video of so many packets a frame, and sound. */
export interface LoadShape {
  framesPerSecond: number;
  packetsPerFrame: number;
  /** Packets sent at a time: a whole frame, as encoders do, or fewer that are spread evenly. Divides packetsPerFrame. */
  packetsAtOnce: number;
  audioPacketsPerSecond: number;
}

const FRAMES: LoadShape = { framesPerSecond: 30, packetsPerFrame: 10, packetsAtOnce: 10, audioPacketsPerSecond: 50 };

export const SHAPES: Readonly<Record<ShapeName, LoadShape>> = {
  /** 300 packets a second in bursts of ten, and 50 of sound. */
  frames: FRAMES,
  /** The same packets evenly spaced: the worst case for batching. */
  even: { ...FRAMES, packetsAtOnce: 1 },
  /** Next to nothing, where joins are measured and not forwarding. */
  sparse: { framesPerSecond: 10, packetsPerFrame: 1, packetsAtOnce: 1, audioPacketsPerSecond: 0 },
};

/** Bytes of a video packet and of one of sound, RTP header included. */
const VIDEO_PACKET_BYTES = 1100;
const AUDIO_PACKET_BYTES = 100;

/** Milliseconds between two sends of video. */
export function videoInterval({ framesPerSecond, packetsPerFrame, packetsAtOnce }: LoadShape): number {
  return (1000 * packetsAtOnce) / (framesPerSecond * packetsPerFrame);
}

/** Where in a payload the time of sending stands, a float64 of milliseconds: behind what a codec's header takes. */
export const TIME_OFFSET = 16;

const RTP_HEADER_BYTES = 12;
/** A VP8 descriptor (RFC 7741 4.2) and the header of a keyframe of 1920 by 1080 pixels (RFC 6386 9.1). */
const VP8_KEYFRAME = Uint8Array.of(0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x07, 0x38, 0x04);
const VP8_DELTA = Uint8Array.of(0x10, 0x11, 0x02, 0x00, 0, 0, 0, 0, 0, 0, 0);
const VP8_CONTINUATION = Uint8Array.of(0x00, 0x00, 0x00, 0x00, 0, 0, 0, 0, 0, 0, 0);

/** The payload of packet `index` of a frame, sent at `now`. */
export function videoPayload(index: number, keyframe: boolean, now: number): Uint8Array {
  const payload = new Uint8Array(VIDEO_PACKET_BYTES - RTP_HEADER_BYTES);
  payload.set(index > 0 ? VP8_CONTINUATION : keyframe ? VP8_KEYFRAME : VP8_DELTA);
  writeSendTime(payload, now);
  return payload;
}

/** The payload of a packet of sound, sent at `now`. */
export function audioPayload(now: number): Uint8Array {
  const payload = new Uint8Array(AUDIO_PACKET_BYTES - RTP_HEADER_BYTES);
  writeSendTime(payload, now);
  return payload;
}

/** Sets the time of sending of a payload. */
export function writeSendTime(payload: Uint8Array, now: number): void {
  new DataView(payload.buffer, payload.byteOffset).setFloat64(TIME_OFFSET, now);
}
