/** Publishes real encoded frames as RTP over the small client, with the loss and reordering that a test wants. */
import { splitAnnexB } from '../../src/recording/formats/annex-b.ts';
import type { MediaFrame } from '../../src/recording/media-frame.ts';
import type { CodecName } from '../../src/protocol/sdp/types.ts';
import { writeUint16, writeUint32 } from '../../src/util/bytes.ts';
import { AUDIO_PAYLOAD_TYPE, RTX_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from './rtc-client.ts';

const MAXIMUM_PAYLOAD = 1100;
const HEADER_BYTES = 12;
const MARKER = 0x80;
const FU_A = 28;
const FU_START = 0x80;
const FU_END = 0x40;
/** Packets that can still be sent again. */
const HISTORY = 1024;

/** One stream of RTP. */
export class RtpSource {
  readonly ssrc: number;
  readonly #kind: MediaFrame['kind'];
  readonly #clockRate: number;
  readonly #firstTimestamp: number;
  readonly #history = new Map<number, Uint8Array>();
  #sequence: number;
  #rtxSequence = 0;

  constructor(kind: MediaFrame['kind'], ssrc: number, firstSequence = 1000, firstTimestamp = 123_456) {
    this.ssrc = ssrc;
    this.#kind = kind;
    this.#clockRate = kind === 'audio' ? 48_000 : 90_000;
    this.#firstTimestamp = firstTimestamp;
    this.#sequence = firstSequence;
  }

  /** RTP time of a frame time. */
  timestamp(time: number): number {
    return (this.#firstTimestamp + Math.round(time * this.#clockRate)) >>> 0;
  }

  packets({ codec, data, time }: MediaFrame): Uint8Array[] {
    const payloads = payloadsOf(codec, data);
    return payloads.map((payload, index) => {
      const packet = new Uint8Array(HEADER_BYTES + payload.length);
      const isLast = index === payloads.length - 1;
      packet[0] = 0x80;
      packet[1] = (this.#kind === 'audio' ? AUDIO_PAYLOAD_TYPE : VIDEO_PAYLOAD_TYPE) | (isLast ? MARKER : 0);
      writeUint16(packet, 2, this.#sequence);
      writeUint32(packet, 4, this.timestamp(time));
      writeUint32(packet, 8, this.ssrc);
      packet.set(payload, HEADER_BYTES);
      this.#history.set(this.#sequence, packet);
      this.#history.delete((this.#sequence - HISTORY) & 0xffff);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      return packet;
    });
  }

  /** A packet once more, as RTX (RFC 4588) where `rtxSsrc` is given; undefined where it is forgotten. */
  again(sequence: number, rtxSsrc?: number): Uint8Array | undefined {
    const packet = this.#history.get(sequence);
    if (packet === undefined || rtxSsrc === undefined) return packet;
    const rtx = new Uint8Array(packet.length + 2);
    rtx.set(packet.subarray(0, HEADER_BYTES));
    rtx[1] = ((packet[1] ?? 0) & MARKER) | RTX_PAYLOAD_TYPE;
    writeUint16(rtx, 2, this.#rtxSequence++ & 0xffff);
    writeUint32(rtx, 8, rtxSsrc);
    writeUint16(rtx, HEADER_BYTES, sequence);
    rtx.set(packet.subarray(HEADER_BYTES), HEADER_BYTES + 2);
    return rtx;
  }
}

function payloadsOf(codec: CodecName, data: Uint8Array): Uint8Array[] {
  switch (codec) {
    case 'opus':
      return [data];
    case 'VP8':
      return cut(data).map((piece, index) => Uint8Array.of(index === 0 ? 0x10 : 0, ...piece));
    case 'VP9':
      return vp9(data);
    case 'H264':
      return splitAnnexB(data).flatMap(h264);
    default:
      throw new Error(`${codec} is not packetised here`);
  }
}

/** Without picture id or layers: the bits for inter prediction, begin and end (RFC 9628 4.2). */
function vp9(data: Uint8Array): Uint8Array[] {
  const isInter = ((data[0] ?? 0) & 0x04) !== 0;
  return cut(data).map((piece, index, all) => {
    const bits = (isInter ? 0x40 : 0) | (index === 0 ? 0x08 : 0) | (index === all.length - 1 ? 0x04 : 0);
    return Uint8Array.of(bits, ...piece);
  });
}

/** A single NAL unit packet, or FU-A fragments (RFC 6184 5.6, 5.8). */
function h264(unit: Uint8Array): Uint8Array[] {
  if (unit.length <= MAXIMUM_PAYLOAD) return [unit];
  const header = unit[0] ?? 0;
  return cut(unit.subarray(1)).map((piece, index, all) => {
    const bits = (index === 0 ? FU_START : 0) | (index === all.length - 1 ? FU_END : 0);
    return Uint8Array.of((header & 0xe0) | FU_A, bits | (header & 0x1f), ...piece);
  });
}

function cut(data: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < data.length; offset += MAXIMUM_PAYLOAD) {
    pieces.push(data.subarray(offset, offset + MAXIMUM_PAYLOAD));
  }
  return pieces;
}
