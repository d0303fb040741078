/** The load: frames of a publisher at a steady pace, and viewers that count and time what they get. */
import { performance } from 'node:perf_hooks';
import { AUDIO_PAYLOAD_TYPE, RtcClient, VIDEO_PAYLOAD_TYPE } from '../test/support/rtc-client.ts';
import { parseCompound } from '../src/protocol/rtcp/compound.ts';
import { parseRtpHeader, writeRtpPacket } from '../src/protocol/rtp/packet.ts';
import { sequenceDifference } from '../src/util/sequence.ts';

export const FRAME_INTERVAL_MS = 100 / 3;
export const PACKETS_PER_FRAME = 10;
export const VIDEO_PACKET_BYTES = 1100;
export const AUDIO_INTERVAL_MS = 20;
export const AUDIO_PACKET_BYTES = 100;

const RTP_HEADER_BYTES = 12;
/** A VP8 descriptor and the header of a keyframe of 1920 by 1080 pixels, then the send time. */
const VP8_KEYFRAME = Uint8Array.of(0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x07, 0x38, 0x04);
const VP8_DELTA = Uint8Array.of(0x10, 0x11, 0x02, 0x00, 0, 0, 0, 0, 0, 0, 0);
const VP8_CONTINUATION = Uint8Array.of(0x00, 0x00, 0x00, 0x00, 0, 0, 0, 0, 0, 0, 0);
const TIME_OFFSET = 16;

/** Writes the payload of packet `index` of a frame, with the time of sending in milliseconds. */
export function videoPayload(index: number, keyframe: boolean): Uint8Array {
  const payload = new Uint8Array(VIDEO_PACKET_BYTES - RTP_HEADER_BYTES);
  payload.set(index > 0 ? VP8_CONTINUATION : keyframe ? VP8_KEYFRAME : VP8_DELTA);
  new DataView(payload.buffer).setFloat64(TIME_OFFSET, performance.now());
  return payload;
}

/** Posts an offer, connects by the answer, and returns the milliseconds that both took. */
export async function join(client: RtcClient, url: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp' },
    body: client.offer(),
  });
  if (response.status !== 201) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  await client.connect(await response.text());
  return performance.now() - start;
}

/** Sends 30 frames a second, of ten packets unless told otherwise, and 50 packets of sound. */
export class LoadPublisher {
  readonly client: RtcClient;
  readonly #packetsPerFrame: number;
  #timers: NodeJS.Timeout[] = [];
  #sequences = { video: 0, audio: 0 };
  #keyframeWanted = true;
  packetsSent = 0;

  constructor(packetsPerFrame = PACKETS_PER_FRAME) {
    this.#packetsPerFrame = packetsPerFrame;
    this.client = new RtcClient({
      role: 'publish',
      onRtcp: (packet) => {
        if (parseCompound(packet).some(({ type }) => type === 'pictureLoss')) this.#keyframeWanted = true;
      },
    });
  }

  start(): void {
    this.#every(FRAME_INTERVAL_MS, (tick) => this.#sendFrame(tick));
    this.#every(AUDIO_INTERVAL_MS, (tick) => this.#sendAudio(tick));
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.client.close();
  }

  /** Keeps the pace over late timers: a load that waits for a slow server measures nothing. */
  #every(interval: number, action: (tick: number) => void): void {
    const start = performance.now();
    const slot = this.#timers.length;
    let tick = 0;
    const run = (): void => {
      while (start + tick * interval <= performance.now()) action(tick++);
      this.#timers[slot] = setTimeout(run, start + tick * interval - performance.now());
    };
    run();
  }

  #sendFrame(tick: number): void {
    const keyframe = this.#keyframeWanted;
    this.#keyframeWanted = false;
    for (let index = 0; index < this.#packetsPerFrame; index++) {
      this.#send(
        'video',
        VIDEO_PAYLOAD_TYPE,
        tick * 3000,
        index === this.#packetsPerFrame - 1,
        videoPayload(index, keyframe),
      );
    }
  }

  #sendAudio(tick: number): void {
    const payload = new Uint8Array(AUDIO_PACKET_BYTES - RTP_HEADER_BYTES);
    new DataView(payload.buffer).setFloat64(TIME_OFFSET, performance.now());
    this.#send('audio', AUDIO_PAYLOAD_TYPE, tick * 960, false, payload);
  }

  #send(kind: 'audio' | 'video', payloadType: number, timestamp: number, marker: boolean, payload: Uint8Array): void {
    const sequence = this.#sequences[kind]++ & 0xffff;
    const ssrc = this.client.ssrcs[kind];
    this.client.sendRtp(writeRtpPacket({ payloadType, sequence, timestamp: timestamp >>> 0, ssrc, marker, payload }));
    this.packetsSent++;
  }
}

/** What all viewers of a load have seen since the last reset. */
export class ViewerFigures {
  received = 0;
  lost = 0;
  /** Milliseconds from sending to receiving, one in SAMPLING packets. */
  latencies: number[] = [];

  reset(): void {
    this.received = 0;
    this.lost = 0;
    this.latencies = [];
  }
}

/** Every so many packets one is timed. */
const SAMPLING = 7;

/** A viewer that counts its packets and the gaps between them into common figures. */
export class LoadViewer {
  readonly client: RtcClient;
  readonly #newest = new Map<number, number>();

  constructor(figures: ViewerFigures) {
    this.client = new RtcClient({ role: 'play', onRtp: (packet) => this.#receive(packet, figures) });
  }

  #receive(packet: Uint8Array, figures: ViewerFigures): void {
    figures.received++;
    const header = parseRtpHeader(packet);
    if (header === undefined) return;
    const newest = this.#newest.get(header.ssrc);
    const step = newest === undefined ? 1 : sequenceDifference(header.sequence, newest);
    // A gap counts as loss until the late packet fills it.
    figures.lost += step > 0 ? step - 1 : -1;
    if (step > 0) this.#newest.set(header.ssrc, header.sequence);
    if (figures.received % SAMPLING !== 0) return;
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
    figures.latencies.push(performance.now() - view.getFloat64(header.headerLength + TIME_OFFSET));
  }
}
