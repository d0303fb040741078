import { readFileSync } from 'node:fs';
import { readUint16 } from '../../../util/bytes.ts';
import { parseRtpHeader, rtpPayload } from '../packet.ts';

const FOLDER = new URL('../../../../test/fixtures/rtp/', import.meta.url);

/** The packets of a file in test/fixtures/rtp, each of which stands behind its length (RFC 4571). */
export function readPackets(file: string): Uint8Array[] {
  const content = new Uint8Array(readFileSync(new URL(file, FOLDER)));
  const packets: Uint8Array[] = [];
  let offset = 0;
  while (offset < content.length) {
    const end = offset + 2 + readUint16(content, offset);
    packets.push(content.subarray(offset + 2, end));
    offset = end;
  }
  return packets;
}

/** The packets' payloads, and which frame of the file they belong to, counted from 0. */
export function readPayloads(file: string): { frame: number; payload: Uint8Array }[] {
  const timestamps: number[] = [];
  return readPackets(file).map((packet) => {
    const header = parseRtpHeader(packet);
    if (header === undefined) throw new Error(`${file} holds a malformed packet`);
    if (timestamps.at(-1) !== header.timestamp) timestamps.push(header.timestamp);
    return { frame: timestamps.length - 1, payload: rtpPayload(packet, header) };
  });
}
