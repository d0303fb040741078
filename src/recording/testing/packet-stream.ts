import { packetize } from '../../protocol/payload/testing/packetize.ts';
import type { Codec, CodecName } from '../../protocol/sdp/types.ts';
import type { MediaPacket } from '../media-packet.ts';

/** A frame to send. */
export interface SentFrame {
  keyframe: boolean;
  body: Uint8Array;
  /** Bytes of its packets at most, about. */
  limit: number;
  /** Packets of padding alone behind it. */
  padding?: number;
}

/** A packet, the frame that it is of, and the bytes that must come out of that frame. */
export interface SentPacket extends MediaPacket {
  frame: number;
  data: Uint8Array;
  isPadding: boolean;
}

/** A codec as a publisher negotiates it. */
export function testCodec(name: CodecName, parameters: Readonly<Record<string, string>> = {}): Codec {
  const isVideo = name !== 'opus';
  return {
    name,
    payloadType: 96,
    clockRate: isVideo ? 90_000 : 48_000,
    channels: isVideo ? 1 : 2,
    parameters,
    feedback: isVideo ? ['nack', 'nack pli'] : [],
    rtxPayloadType: undefined,
  };
}

/** The packets of these frames, 3000 ticks apart, with sequence numbers and timestamps from where they are told. */
export function sendFrames(
  codec: CodecName,
  frames: readonly SentFrame[],
  { sequence = 0, timestamp = 0 }: { sequence?: number; timestamp?: number } = {},
): SentPacket[] {
  const packets: SentPacket[] = [];
  const send = (frame: number, payload: Uint8Array, data: Uint8Array, marker: boolean): void => {
    packets.push({
      sequence: (sequence + packets.length) & 0xffff,
      timestamp: (timestamp + frame * 3000) >>> 0,
      marker,
      payload,
      frame,
      data,
      isPadding: payload.length === 0,
    });
  };
  frames.forEach(({ keyframe, body, limit, padding = 0 }, frame) => {
    const { payloads, data } = packetize(codec, keyframe, body, limit);
    payloads.forEach((payload, index) => {
      send(frame, payload, data, index === payloads.length - 1);
    });
    for (let count = 0; count < padding; count++) send(frame, new Uint8Array(0), data, false);
  });
  return packets;
}
