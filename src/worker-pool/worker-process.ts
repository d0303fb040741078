/** One media worker's process: starts it, asks it, and tells when it ends. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { ServiceError } from '../errors.ts';
import type { WorkerMessage, WorkerMethod, WorkerRequest, WorkerResults } from '../worker-protocol.ts';

/** Longer than any answer of a healthy worker takes. A worker that is silent for so long hangs, and is ended. */
const DEFAULT_REQUEST_TIMEOUT = 10_000;

/** How to start a worker. */
export interface WorkerLaunch {
  /** File to run. */
  entry: string;
  /** Arguments for Node itself. */
  nodeArguments: readonly string[];
  /** The worker's whole environment. */
  environment: Readonly<Record<string, string>>;
  /** Milliseconds a request may take. */
  requestTimeout?: number | undefined;
}

export interface WorkerProcessEvents {
  /** The worker sent something on its own. */
  onEvent(event: WorkerEvent): void;
  /** The process ended, whatever the reason; called once. */
  onExit(status: string): void;
  /** The worker wrote a line. */
  onOutput(line: string): void;
}

/** What a worker sends without being asked. */
export type WorkerEvent = Exclude<WorkerMessage, { type: 'reply' } | { type: 'refusal' }>;

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** A running worker process. Every request ends: with its reply, a refusal, or worker_unavailable. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #requestTimeout: number;
  readonly #events: WorkerProcessEvents;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #exited = false;

  constructor(launch: WorkerLaunch, events: WorkerProcessEvents) {
    this.#events = events;
    this.#requestTimeout = launch.requestTimeout ?? DEFAULT_REQUEST_TIMEOUT;
    this.#child = fork(launch.entry, [], {
      execArgv: [...launch.nodeArguments],
      env: { ...launch.environment },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => this.#handleMessage(message as WorkerMessage));
    this.#child.on('error', (error) => this.#handleExit(error.message));
    this.#child.on('exit', (code, signal) => this.#handleExit(signal ?? `exit code ${code ?? 0}`));
    this.#readOutput();
  }

  /** The process id; undefined where the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends a request and waits for its reply. Rejects with a ServiceError. */
  request<M extends WorkerMethod>(request: Extract<WorkerRequest, { method: M }>): Promise<WorkerResults[M]> {
    return new Promise((resolve, reject) => {
      if (this.#exited || !this.#child.connected) {
        reject(unavailable());
        return;
      }
      const id = this.#nextId++;
      const timer = setTimeout(() => this.#handleTimeout(id, request.method), this.#requestTimeout);
      this.#pending.set(id, { resolve: (result) => resolve(result as WorkerResults[M]), reject, timer });
      this.#child.send({ id, request }, (error) => {
        if (error !== null) this.#settle(id)?.reject(unavailable());
      });
    });
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #handleMessage(message: WorkerMessage): void {
    switch (message.type) {
      case 'reply':
        this.#settle(message.id)?.resolve(message.result);
        break;
      case 'refusal':
        this.#settle(message.id)?.reject(new ServiceError(message.code, { detail: message.detail }));
        break;
      default:
        this.#afterReplies(() => this.#events.onEvent(message));
    }
  }

  /**
   * Messages that are read together are handed over before anybody who waits for a reply among them goes on. An event
   * that is about a session waits until whoever opened the session knows it.
   */
  #afterReplies(tell: () => void): void {
    setImmediate(tell);
  }

  #handleTimeout(id: number, method: WorkerMethod): void {
    this.#events.onOutput(`The media worker did not answer "${method}" in ${this.#requestTimeout} ms and is ended.`);
    this.#settle(id)?.reject(unavailable());
    this.kill();
  }

  #handleExit(status: string): void {
    if (this.#exited) return;
    this.#exited = true;
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(unavailable());
    this.#afterReplies(() => this.#events.onExit(status));
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending === undefined) return undefined;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    return pending;
  }

  #readOutput(): void {
    let rest = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') this.#events.onOutput(line);
    });
  }
}

function unavailable(): ServiceError {
  return new ServiceError('worker_unavailable');
}
