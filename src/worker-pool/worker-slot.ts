/** A place in the pool: always the same options and port, one worker process after another. */
import { ServiceError } from '../errors.ts';
import type { PipeAddress, WorkerMethod, WorkerOptions, WorkerRequest, WorkerResults } from '../worker-protocol.ts';
import { BackOff } from './back-off.ts';
import { WorkerProcess } from './worker-process.ts';
import type { WorkerEvent, WorkerLaunch } from './worker-process.ts';

export interface WorkerSlotEvents {
  onEvent(slot: WorkerSlot, event: WorkerEvent): void;
  /** The worker takes requests. */
  onReady(slot: WorkerSlot): void;
  /** The worker ended without being asked to; `status` is its signal or exit code. */
  onDied(slot: WorkerSlot, status: string, restartInMilliseconds: number): void;
  onOutput(slot: WorkerSlot, line: string): void;
}

/** Keeps one worker running until it is stopped. */
export class WorkerSlot {
  /** Position in the pool, from 0. */
  readonly index: number;
  readonly #launch: WorkerLaunch;
  readonly #events: WorkerSlotEvents;
  readonly #backOff = new BackOff();
  #options: WorkerOptions;
  #pipePort = 0;
  #process: WorkerProcess | undefined;
  #ready = false;
  #stopped = false;
  #startedAt = 0;
  #restart: NodeJS.Timeout | undefined;
  #exit: Promise<void> = Promise.resolve();

  constructor(index: number, launch: WorkerLaunch, options: WorkerOptions, events: WorkerSlotEvents) {
    this.index = index;
    this.#launch = launch;
    this.#options = options;
    this.#events = events;
  }

  /** Whether the worker takes requests. */
  get ready(): boolean {
    return this.#ready;
  }

  /** The UDP port in use; the wanted one before the first start. */
  get udpPort(): number {
    return this.#options.udpPort;
  }

  /** The TCP port in use, if there is one. */
  get tcpPort(): number | undefined {
    return typeof this.#options.tcpPort === 'number' ? this.#options.tcpPort : undefined;
  }

  /** Where the other workers of this machine get the packets of its publishers. */
  get pipeAddress(): PipeAddress {
    return { address: '127.0.0.1', port: this.#pipePort };
  }

  /** Process id of the running worker. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts the worker for the first time. Rejects, and tries no more, where it cannot start. */
  async start(): Promise<void> {
    try {
      await this.#launchProcess();
    } catch (error) {
      await this.stop(0);
      throw error;
    }
  }

  /** Asks the worker. Rejects with worker_unavailable while none runs. */
  request<M extends WorkerMethod>(request: Extract<WorkerRequest, { method: M }>): Promise<WorkerResults[M]> {
    if (!this.#ready || this.#process === undefined) return Promise.reject(new ServiceError('worker_unavailable'));
    return this.#process.request(request);
  }

  /** Lets the worker end its sessions and itself; after `grace` milliseconds it is ended. Resolves when it is gone. */
  async stop(grace: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restart);
    const process = this.#process;
    if (process === undefined) return;
    const cutOff = setTimeout(() => process.kill(), grace);
    process.request({ method: 'stop' }).catch(() => undefined);
    await this.#exit;
    clearTimeout(cutOff);
  }

  /** Ends the worker at once and starts no other. */
  kill(): void {
    this.#stopped = true;
    clearTimeout(this.#restart);
    this.#process?.kill();
  }

  async #launchProcess(): Promise<void> {
    this.#startedAt = performance.now();
    let exited = (): void => undefined;
    this.#exit = new Promise((resolve) => (exited = resolve));
    const process = new WorkerProcess(this.#launch, {
      onEvent: (event) => this.#events.onEvent(this, event),
      onOutput: (line) => this.#events.onOutput(this, line),
      onExit: (status) => {
        exited();
        this.#handleExit(status);
      },
    });
    this.#process = process;
    const started = await process.request({ method: 'start', options: this.#options });
    const { udpPort, tcpPort, pipePort } = started;
    // A worker that comes back takes the same ports, so that clients and firewalls find it where it was.
    this.#options = { ...this.#options, udpPort, tcpPort: tcpPort ?? 'off' };
    this.#pipePort = pipePort;
    this.#ready = true;
    this.#events.onReady(this);
  }

  #handleExit(status: string): void {
    this.#process = undefined;
    this.#ready = false;
    if (this.#stopped) return;
    const wait = this.#backOff.next(performance.now() - this.#startedAt);
    this.#restart = setTimeout(() => {
      this.#launchProcess().catch((error: unknown) => {
        if (error instanceof ServiceError && error.detail !== undefined) this.#events.onOutput(this, error.detail);
        this.#process?.kill();
      });
    }, wait);
    this.#events.onDied(this, status, wait);
  }
}
