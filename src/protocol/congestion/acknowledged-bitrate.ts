import type { ReceivedResult } from './packet-result.ts';

/** Time over which arrivals are counted, ms (draft-ietf-rmcat-gcc-02 5.5 takes 0.5 to 1 s). */
const WINDOW_MS = 500;
/** A queue that grows is emptied at the rate of the link: over this long that rate shows, ms. */
const PEAK_WINDOW_MS = 120;
/** Fewer packets than this make no peak. */
const MINIMUM_PEAK_PACKETS = 8;
/** Before that much time has passed there is no figure, ms. */
const MINIMUM_SPAN_MS = 150;

interface ArrivedBytes {
  time: number;
  bytes: number;
}

/** The rate at which packets arrive at the receiver, by its feedback. */
export class AcknowledgedBitrate {
  readonly #arrivals: ArrivedBytes[] = [];
  #bytes = 0;

  add({ arrivalTime, bytes }: ReceivedResult): void {
    const newest = this.#arrivals.at(-1)?.time ?? arrivalTime;
    const time = Math.max(newest, arrivalTime);
    this.#arrivals.push({ time, bytes });
    this.#bytes += bytes;
    while ((this.#arrivals[0]?.time ?? time) < time - WINDOW_MS) this.#bytes -= this.#arrivals.shift()?.bytes ?? 0;
  }

  /** Bits a second over the last half second; undefined where too little has arrived to tell. */
  get bitrate(): number | undefined {
    const first = this.#arrivals[0];
    const last = this.#arrivals.at(-1);
    if (first === undefined || last === undefined || last.time - first.time < MINIMUM_SPAN_MS) return undefined;
    return ((this.#bytes - first.bytes) * 8000) / (last.time - first.time);
  }

  /** The same, or the rate of the last moments where that is higher: after a burst it is nearer to the capacity. */
  get peak(): number | undefined {
    const { bitrate } = this;
    const last = this.#arrivals.at(-1);
    if (bitrate === undefined || last === undefined) return undefined;
    const recent = this.#arrivals.filter(({ time }) => time >= last.time - PEAK_WINDOW_MS);
    const span = last.time - (recent[0]?.time ?? last.time);
    if (recent.length < MINIMUM_PEAK_PACKETS || span < PEAK_WINDOW_MS / 2) return bitrate;
    const bytes = recent.reduce((sum, arrival) => sum + arrival.bytes, -(recent[0]?.bytes ?? 0));
    return Math.max(bitrate, (bytes * 8000) / span);
  }
}
