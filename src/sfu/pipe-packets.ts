/** RTP packets as frames of a pipe hold them, to and from batches. */
import { eachPacket, PACKET_OVERHEAD_BYTES, PACKETS_OVERHEAD_BYTES } from '../protocol/pipe/frames.ts';
import { rtpHeaderLength } from '../protocol/rtp/packet.ts';
import { byteAt, readUint16, readUint32, writeUint16 } from '../util/bytes.ts';
import type { PipeSender } from './pipe-sender.ts';
import type { RtpBatch } from './rtp-batch.ts';

/** Which packets are sent, and how old the keyframe before them is where they are of the past, ms. */
export interface PacketsHead {
  subscription: number;
  track: number;
  age: number | undefined;
}

/** Sends packets [first, end) of a batch in as few datagrams as hold them. */
export function sendPackets(
  { subscription, track, age }: PacketsHead,
  batch: RtpBatch,
  [first, end]: readonly [number, number],
  sender: PipeSender,
  now: number,
): void {
  const limit = sender.frameBytes - PACKETS_OVERHEAD_BYTES;
  let from = first;
  while (from < end) {
    let to = from;
    let bytes = 0;
    while (to < end && (to === from || bytes + PACKET_OVERHEAD_BYTES + batch.length(to) <= limit)) {
      bytes += PACKET_OVERHEAD_BYTES + batch.length(to);
      to++;
    }
    const packets = new Uint8Array(bytes);
    let at = 0;
    for (let index = from; index < to; index++) {
      const [offset, length] = [batch.offset(index), batch.length(index)];
      writeUint16(packets, at, length);
      packets.set(batch.data.subarray(offset, offset + length), at + PACKET_OVERHEAD_BYTES);
      at += PACKET_OVERHEAD_BYTES + length;
    }
    sender.sendFrame({ type: 'packets', subscription, track, age, packets }, now);
    from = to;
  }
}

/**
 * Hands the packets of a frame on in batches, in their order, each only where `isNew` says so. Packets that are no RTP
 * are left out, and all of a frame that does not fit itself.
 */
export function readPackets(
  packets: Uint8Array,
  into: RtpBatch,
  isNew: (sequence: number) => boolean,
  deliver: (batch: RtpBatch) => void,
): void {
  if (!eachPacket(packets, () => undefined)) return;
  into.clear(packets);
  eachPacket(packets, (offset, length) => {
    const packet = packets.subarray(offset, offset + length);
    const headerLength = rtpHeaderLength(packet);
    const sequence = readUint16(packet, 2);
    if (headerLength === undefined || !isNew(sequence)) return;
    const markerAndType = byteAt(packet, 1);
    const timestamp = readUint32(packet, 4);
    into.add(offset, length, sequence, timestamp, markerAndType & 0x7f, markerAndType >> 7, headerLength);
    if (!into.full) return;
    deliver(into);
    into.clear(packets);
  });
  if (into.count > 0) deliver(into);
}
