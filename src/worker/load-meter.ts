import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { COUNTER } from '../native/addon.ts';
import type { Transport } from '../native/addon.ts';
import type { LoadReport } from '../worker-protocol.ts';

/** Often enough that a wave of viewers is seen before the next one, seldom enough to cost nothing. Milliseconds. */
const LOAD_INTERVAL_MS = 1000;
/** How finely the event loop's delay is measured, ms: 50 timers a report. */
const RESOLUTION_MS = 20;
/** Single pauses, a garbage collection or another program, are no load: the nine best of ten timers count. */
const DELAY_PERCENTILE = 90;

/** Measures how busy this process is, and tells it about once a second until it is stopped. */
export class LoadMeter {
  readonly #transport: Pick<Transport, 'counters'>;
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  #use = performance.eventLoopUtilization();
  #sent = 0;
  #refused = 0;

  constructor(transport: Pick<Transport, 'counters'>, onLoad: (load: LoadReport) => void) {
    this.#transport = transport;
    this.#delay.enable();
    this.#timer = setInterval(() => onLoad(this.#measure()), LOAD_INTERVAL_MS).unref();
  }

  /** Measures no more. Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  /** What has been since the last call. */
  #measure(): LoadReport {
    const use = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(use, this.#use);
    this.#use = use;
    const delay = Math.max(0, this.#delay.percentile(DELAY_PERCENTILE) / 1e6 - RESOLUTION_MS);
    this.#delay.reset();
    const sent = this.#transport.counters[COUNTER.datagramsSent] ?? 0;
    const refused = this.#transport.counters[COUNTER.droppedSocketFull] ?? 0;
    const refusedNow = refused - this.#refused;
    const wanted = sent - this.#sent + refusedNow;
    this.#sent = sent;
    this.#refused = refused;
    return { busy: utilization, delay, refused: wanted === 0 ? 0 : refusedNow / wanted };
  }
}
