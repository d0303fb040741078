/** The viewers of a load process, and what they have all seen since the last reset. */
import { AUDIO_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from '../../test/support/client-sdp.ts';
import { LoadConnection } from './connection.ts';
import { GapCounter } from './gap-counter.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { machineNow } from './machine-clock.ts';
import type { SocketPool } from './socket-pool.ts';

/** Joins that wait for each other's answers at once. */
const JOINS_AT_ONCE = 4;
const FIRST_PACKET_TIMEOUT_MS = 20_000;

export class LoadViewers {
  readonly latencies = new LatencyHistogram();
  /** RTP packets. */
  received = 0;
  /** Gaps in the sequence numbers. */
  lost = 0;
  /** Connections that the server ended. */
  closedByServer = 0;
  readonly #pool: SocketPool;
  readonly #connections: LoadConnection[] = [];

  constructor(pool: SocketPool) {
    this.#pool = pool;
  }

  get count(): number {
    return this.#connections.length;
  }

  reset(): void {
    this.latencies.reset();
    this.received = 0;
    this.lost = 0;
    this.closedByServer = 0;
  }

  /** Adds viewers as fast as they are answered. Returns how long each took to SRTP, ms. */
  async add(url: string, count: number): Promise<number[]> {
    const times: number[] = [];
    let left = count;
    const joinOneByOne = async (): Promise<void> => {
      while (left-- > 0) times.push(await this.#join(url));
    };
    await Promise.all(Array.from({ length: JOINS_AT_ONCE }, joinOneByOne));
    return times;
  }

  /** Adds viewers at a steady pace, whoever is still on the way. Returns how long each took to its first packet, ms. */
  addSteadily(url: string, count: number, perSecond: number): Promise<number[]> {
    const start = machineNow();
    const joinInTime = async (_: unknown, index: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, start + (index * 1000) / perSecond - machineNow()));
      return this.#join(url, true);
    };
    return Promise.all(Array.from({ length: count }, joinInTime));
  }

  /** Ends those who have been there longest. */
  async leave(count: number): Promise<void> {
    for (const connection of this.#connections.splice(0, count)) await connection.leave();
  }

  async #join(url: string, isPacketAwaited = false): Promise<number> {
    const start = machineNow();
    let received: () => void = () => undefined;
    const firstPacket = new Promise<void>((resolve) => (received = resolve));
    const connection = new LoadConnection('play', this.#receiver(received));
    await connection.join(this.#pool, url);
    this.#connections.push(connection);
    if (isPacketAwaited) await withTimeout(firstPacket, FIRST_PACKET_TIMEOUT_MS);
    return machineNow() - start;
  }

  #receiver(onFirst: () => void): LoadConnection['events'] {
    const gaps = new Map<number, GapCounter>();
    return {
      onRtp: (ssrc, payloadType, sequence, sentAt, now) => {
        // Not retransmissions and padding.
        if (payloadType !== VIDEO_PAYLOAD_TYPE && payloadType !== AUDIO_PAYLOAD_TYPE) return;
        let counter = gaps.get(ssrc);
        if (counter === undefined) {
          counter = new GapCounter();
          gaps.set(ssrc, counter);
          onFirst();
        }
        this.received++;
        this.lost += counter.add(sequence);
        this.latencies.add(now - sentAt);
      },
      onClosedByServer: () => this.closedByServer++,
    };
  }
}

async function withTimeout(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('a viewer got no packet in time')), milliseconds);
  });
  await Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
