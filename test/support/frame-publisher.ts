/** Publishes encoded frames over the small client, each when its time has come. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MediaKind } from '../../src/protocol/sdp/types.ts';
import type { MediaFrame } from '../../src/recording/media-frame.ts';
import { RtcClient } from './rtc-client.ts';
import { RtpSource } from './rtp-source.ts';

export class FramePublisher {
  /** Seconds: the time of the newest frame of each kind that was sent; undefined before the first. */
  readonly sent: Record<MediaKind, number | undefined> = { audio: undefined, video: undefined };
  readonly #client: RtcClient;
  #stopped = false;

  private constructor(client: RtcClient) {
    this.#client = client;
  }

  /** Connects; `url` is that of WHIP, with the room. */
  static async connect(url: string, videoCodec: string): Promise<FramePublisher> {
    const client = new RtcClient({ role: 'publish', videoCodec });
    const headers = { 'Content-Type': 'application/sdp' };
    const response = await fetch(url, { method: 'POST', headers, body: client.offer() });
    if (response.status !== 201) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    await client.connect(await response.text());
    return new FramePublisher(client);
  }

  /** Sends the frames, which are in the order of their times; resolves when all are sent, or after `stop`. */
  async send(frames: readonly MediaFrame[]): Promise<void> {
    const { ssrcs } = this.#client;
    const sources = { audio: new RtpSource('audio', ssrcs.audio), video: new RtpSource('video', ssrcs.video) };
    const begin = performance.now();
    for (const frame of frames) {
      const wait = frame.time * 1000 - (performance.now() - begin);
      if (wait > 1) await sleep(wait);
      if (this.#stopped) return;
      for (const packet of sources[frame.kind].packets(frame)) this.#client.sendRtp(packet);
      this.sent[frame.kind] = frame.time;
    }
  }

  /** Leaves. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#client.close();
  }
}
