/** A publisher of the load. */
import { parseCompound } from '../../src/protocol/rtcp/compound.ts';
import { writeRtpPacket } from '../../src/protocol/rtp/packet.ts';
import { AUDIO_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from '../../test/support/client-sdp.ts';
import { LoadConnection } from './connection.ts';
import { machineNow } from './machine-clock.ts';
import { Pacer } from './pacer.ts';
import { type LoadShape, audioPayload, videoInterval, videoPayload } from './shape.ts';
import type { SocketPool } from './socket-pool.ts';

const VIDEO_CLOCK = 90_000;
const AUDIO_CLOCK = 48_000;

export class LoadPublisher {
  readonly pacer = new Pacer();
  readonly #connection: LoadConnection;
  readonly #shape: LoadShape;
  readonly #sequences = { video: 0, audio: 0 };
  #isKeyframeWanted = true;
  /** Whether the frame that is being sent is a keyframe. */
  #isKeyframe = false;

  constructor(shape: LoadShape) {
    this.#shape = shape;
    this.#connection = new LoadConnection('publish', {
      onRtcp: (packet) => {
        const isRequest = parseCompound(packet).some(({ type }) => type === 'pictureLoss');
        if (isRequest) this.#isKeyframeWanted = true;
      },
    });
  }

  /** Joins and sends from then on. */
  async start(pool: SocketPool, url: string): Promise<void> {
    await this.#connection.join(pool, url);
    const { audioPacketsPerSecond } = this.#shape;
    const interval = videoInterval(this.#shape);
    this.pacer.every(interval, (tick) => this.#sendVideo(tick));
    if (audioPacketsPerSecond === 0) return;
    // Between two sends of video: even load has nothing together.
    this.pacer.every(1000 / audioPacketsPerSecond, (tick) => this.#sendAudio(tick), interval / 2);
  }

  #sendVideo(tick: number): void {
    const { packetsAtOnce, packetsPerFrame, framesPerSecond } = this.#shape;
    const first = (tick * packetsAtOnce) % packetsPerFrame;
    const frame = Math.floor((tick * packetsAtOnce) / packetsPerFrame);
    if (first === 0) {
      this.#isKeyframe = this.#isKeyframeWanted;
      this.#isKeyframeWanted = false;
    }
    for (let index = first; index < first + packetsAtOnce; index++) {
      const timestamp = (frame * VIDEO_CLOCK) / framesPerSecond;
      const payload = videoPayload(index, this.#isKeyframe, machineNow());
      this.#send('video', timestamp, index === packetsPerFrame - 1, payload);
    }
  }

  #sendAudio(tick: number): void {
    const timestamp = (tick * AUDIO_CLOCK) / this.#shape.audioPacketsPerSecond;
    this.#send('audio', timestamp, false, audioPayload(machineNow()));
  }

  #send(kind: 'audio' | 'video', timestamp: number, marker: boolean, payload: Uint8Array): void {
    const payloadType = kind === 'audio' ? AUDIO_PAYLOAD_TYPE : VIDEO_PAYLOAD_TYPE;
    const sequence = this.#sequences[kind]++ & 0xffff;
    const ssrc = this.#connection.ssrcs[kind];
    const fields = { payloadType, sequence, timestamp: timestamp >>> 0, ssrc, marker, payload };
    this.#connection.sendRtp(writeRtpPacket(fields));
  }
}
