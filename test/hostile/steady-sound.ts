/** A publisher of sound and its viewer, who notice every packet that is missing or late. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseRtpHeader, writeRtpPacket } from '../../src/protocol/rtp/packet.ts';
import { AUDIO_PAYLOAD_TYPE, RtcClient } from '../support/rtc-client.ts';

/** Milliseconds of sound in a packet. */
const PACKET_TIME = 20;
const SAMPLES = 960;
const PAYLOAD = new Uint8Array(80).fill(0x5a);
/** The last packets are on their way for no longer: milliseconds. */
const ARRIVAL = 500;

export interface SoundFigures {
  sent: number;
  received: number;
}

export class SteadySound {
  readonly #publisher: RtcClient;
  readonly #viewer: RtcClient;
  readonly #received: Set<number>;
  readonly #done: Promise<void>;
  #sent = 0;
  #isOn = true;

  private constructor(publisher: RtcClient, viewer: RtcClient, received: Set<number>) {
    this.#publisher = publisher;
    this.#viewer = viewer;
    this.#received = received;
    this.#done = this.#run();
  }

  /** Publishes into a room and plays it. */
  static async start(url: string, room: string): Promise<SteadySound> {
    const received = new Set<number>();
    const publisher = new RtcClient({ role: 'publish', kinds: ['audio'] });
    const viewer = new RtcClient({
      role: 'play',
      kinds: ['audio'],
      onRtp: (packet) => {
        const header = parseRtpHeader(packet);
        if (header?.payloadType === AUDIO_PAYLOAD_TYPE) received.add(header.sequence);
      },
    });
    for (const [client, path] of [
      [publisher, 'whip/publish'],
      [viewer, 'whep/play'],
    ] as const) {
      const headers = { 'Content-Type': 'application/sdp' };
      const response = await fetch(`${url}/api/${path}/${room}`, { method: 'POST', headers, body: client.offer() });
      await client.connect(await response.text());
    }
    return new SteadySound(publisher, viewer, received);
  }

  /** Ends both, and tells how many packets there were. */
  async stop(): Promise<SoundFigures> {
    this.#isOn = false;
    await this.#done;
    await sleep(ARRIVAL);
    this.#publisher.close();
    this.#viewer.close();
    return { sent: this.#sent, received: this.#received.size };
  }

  async #run(): Promise<void> {
    const begin = performance.now();
    while (this.#isOn) {
      const due = (performance.now() - begin) / PACKET_TIME;
      for (; this.#sent < due; this.#sent++) {
        const sequence = this.#sent & 0xffff;
        const ssrc = this.#publisher.ssrcs.audio;
        const fields = { payloadType: AUDIO_PAYLOAD_TYPE, sequence, timestamp: this.#sent * SAMPLES, ssrc };
        this.#publisher.sendRtp(writeRtpPacket({ ...fields, payload: PAYLOAD }));
      }
      await sleep(PACKET_TIME / 2);
    }
  }
}
