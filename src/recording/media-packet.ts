import { parseRtpHeader, rtpPayload } from '../protocol/rtp/packet.ts';

/** An RTP packet as the recorder takes it. Its bytes belong to the recorder and do not change. */
export interface MediaPacket {
  /** 16 bit. */
  sequence: number;
  /** Ticks of the codec's clock, 32 bit. */
  timestamp: number;
  marker: boolean;
  /** Without RTP padding; empty in a packet that is padding alone. */
  payload: Uint8Array;
}

/** What the recorder needs of a whole RTP packet; the payload shares its bytes. Undefined where it is malformed. */
export function parseMediaPacket(packet: Uint8Array): MediaPacket | undefined {
  const header = parseRtpHeader(packet);
  if (header === undefined) return undefined;
  const { sequence, timestamp, marker } = header;
  return { sequence, timestamp, marker, payload: rtpPayload(packet, header) };
}
