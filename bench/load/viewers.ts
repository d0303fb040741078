/** The viewers of a load process, and what they have all seen since the last reset. */
import { AUDIO_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from '../../test/support/client-sdp.ts';
import { LoadConnection } from './connection.ts';
import { GapCounter } from './gap-counter.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { machineNow } from './machine-clock.ts';
import type { SocketPool } from './socket-pool.ts';
import { ViewerFeedback } from './viewer-feedback.ts';

/** Joins that wait for each other's answers at once. */
const JOINS_AT_ONCE = 4;
const FIRST_PACKET_TIMEOUT_MS = 20_000;
/** Viewers report in turns, each once in so many of them. */
const REPORT_TURNS = 100;
const REPORT_TURN_MS = 10;
/** One report in so many asks for packets again. */
const REPORTS_A_NACK = 20;

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
  readonly #feedback = new Map<LoadConnection, ViewerFeedback>();
  #reporting: NodeJS.Timeout | undefined;

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
    for (const connection of this.#connections.splice(0, count)) {
      this.#feedback.delete(connection);
      await connection.leave();
    }
  }

  /** Everybody reports once a second what they get, or no more. */
  report(isOn: boolean): void {
    clearInterval(this.#reporting);
    if (!isOn) return;
    const start = machineNow();
    let turns = 0;
    let reports = 0;
    this.#reporting = setInterval(() => {
      const now = machineNow();
      for (; turns < (now - start) / REPORT_TURN_MS; turns++) {
        for (let index = turns % REPORT_TURNS; index < this.#connections.length; index += REPORT_TURNS) {
          const connection = this.#connections[index];
          const feedback = connection === undefined ? undefined : this.#feedback.get(connection);
          if (feedback !== undefined) connection?.sendRtcp(feedback.write(now, reports++ % REPORTS_A_NACK === 0));
        }
      }
    }, REPORT_TURN_MS);
  }

  async #join(url: string, isPacketAwaited = false): Promise<number> {
    const start = machineNow();
    let received: () => void = () => undefined;
    const firstPacket = new Promise<void>((resolve) => (received = resolve));
    const streams = new Map<number, GapCounter>();
    const connection = new LoadConnection('play', this.#receiver(received, streams));
    this.#feedback.set(connection, new ViewerFeedback(this.#feedback.size + 1, streams));
    await connection.join(this.#pool, url);
    this.#connections.push(connection);
    if (isPacketAwaited) await withTimeout(firstPacket, FIRST_PACKET_TIMEOUT_MS);
    return machineNow() - start;
  }

  #receiver(onFirst: () => void, streams: Map<number, GapCounter>): LoadConnection['events'] {
    return {
      onRtp: (ssrc, payloadType, sequence, sentAt, now) => {
        // Not retransmissions and padding.
        if (payloadType !== VIDEO_PAYLOAD_TYPE && payloadType !== AUDIO_PAYLOAD_TYPE) return;
        let counter = streams.get(ssrc);
        if (counter === undefined) {
          counter = new GapCounter();
          streams.set(ssrc, counter);
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
