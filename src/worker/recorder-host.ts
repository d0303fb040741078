/** Keeps the recorder's thread: starts it when it is first needed and again when it fails, and bounds what it has to do. */
import { Worker } from 'node:worker_threads';
import { CHUNK_BYTES, ChunkWriter } from '../recording/packet-channel.ts';
import type { ChannelNote } from '../recording/packet-channel.ts';
import type { FromRecorder, RecorderThreadData, ToRecorder } from '../recording/recorder-messages.ts';
import { emptyRecordingCounters } from '../recording/recording-options.ts';
import type { RecordingCounters, RecordingOptions } from '../recording/recording-options.ts';
import type { MediaKind } from '../protocol/sdp/types.ts';
import type { RecordingEvent } from '../worker-protocol.ts';
import type { Clock } from './environment.ts';

/** A chunk goes to the thread when it is full, or so long after its first packet, ms. */
const POST_INTERVAL_MS = 100;
/** Chunks on the way to the thread at the most: 16 MiB, 2.5 s of 20 recordings at 2.5 Mbit/s. */
const MAXIMUM_CHUNKS = 128;
/** How long the end of the worker waits for recordings to be finished, ms. */
const STOP_TIMEOUT_MS = 5000;
/** A thread that failed is started again after so long, ms. */
const RESTART_MS = 500;

export interface RecorderHostOptions {
  recording: RecordingOptions;
  clock: Clock;
  onRecording: (event: RecordingEvent) => void;
  /** A line for the log. */
  onError: (error: Error) => void;
  /** Another program of the thread, for tests. */
  threadEntry?: URL;
}

/** A publication that is being recorded, as the host sees it. */
export interface HostedPublication {
  /** What a thread that starts in its midst must be told, in order. */
  opening(): ChannelNote[];
  requestKeyframe(): void;
}

export class RecorderHost {
  readonly #options: RecorderHostOptions;
  readonly #publications = new Map<number, HostedPublication>();
  readonly #active = new Set<string>();
  #abandoned: string[] = [];
  #thread: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #nextPublication = 1;
  #chunk: ChunkWriter | undefined;
  #postTimer: NodeJS.Timeout | undefined;
  readonly #free: ArrayBuffer[] = [];
  /** Notes that found no room. */
  readonly #waiting: { publication: number; note: ChannelNote }[] = [];
  #chunksOut = 0;
  /** Of threads that have failed. */
  #before = emptyRecordingCounters();
  #current = emptyRecordingCounters();
  #packetsDropped = 0;
  #stopped: (() => void) | undefined;
  #stopping = false;
  /** What to add to the monotonic clock for the wall clock, ms. */
  #wallClockOffset = Number.NEGATIVE_INFINITY;

  constructor(options: RecorderHostOptions) {
    this.#options = options;
  }

  get counters(): RecordingCounters {
    const sum = addRecordingCounters(this.#before, this.#current);
    return { ...sum, active: this.#active.size, packetsDropped: this.#packetsDropped };
  }

  /**
   * Milliseconds since the epoch for the names and times of recordings. Where the wall clock is set back, it goes on as
   * before until the worker's next start: recordings keep their order.
   */
  get wallClock(): number {
    const { clock } = this.#options;
    const now = clock.now();
    this.#wallClockOffset = Math.max(this.#wallClockOffset, clock.wallClock() - now);
    return now + this.#wallClockOffset;
  }

  /** Begins a publication and gives its number. */
  add(publication: HostedPublication): number {
    const number = this.#nextPublication++;
    this.#publications.set(number, publication);
    if (this.#thread === undefined) this.#start();
    else for (const note of publication.opening()) this.note(number, note);
    return number;
  }

  remove(number: number): void {
    if (this.#publications.delete(number)) this.note(number, { type: 'close' });
  }

  /** Copies a packet. What does not fit is dropped and counted: forwarding waits for no disk. */
  packet(publication: number, kind: MediaKind, arrival: number, source: Buffer, start: number, length: number): void {
    if (this.#chunk?.packet(publication, kind, arrival, source, start, length) === true) return;
    if (this.#nextChunk()?.packet(publication, kind, arrival, source, start, length) === true) return;
    this.#packetsDropped += 1;
  }

  /** Tells the thread what it must know; that waits where there is no room, but for reports, which others follow. */
  note(publication: number, note: ChannelNote): void {
    if (this.#thread === undefined) return;
    const now = this.#options.clock.now();
    if (this.#chunk?.note(publication, now, note) === true) return;
    if (this.#nextChunk()?.note(publication, now, note) === true) return;
    if (note.type !== 'senderReport') this.#waiting.push({ publication, note });
  }

  /** Finishes all recordings; resolves when they are, or after STOP_TIMEOUT_MS. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const thread = this.#thread;
    if (thread === undefined) return;
    this.#post();
    await new Promise<void>((resolve) => {
      this.#stopped = resolve;
      setTimeout(resolve, STOP_TIMEOUT_MS).unref();
      this.#send({ type: 'stop' });
    });
    await thread.terminate();
  }

  #start(): void {
    const { recording, clock, threadEntry } = this.#options;
    const clockOffset = clock.now() - Number(process.hrtime.bigint() / 1000n) / 1000;
    const workerData: RecorderThreadData = { options: recording, clockOffset, abandoned: this.#abandoned };
    this.#abandoned = [];
    const thread = startThread(threadEntry ?? ownEntry(), workerData);
    this.#thread = thread;
    this.#chunksOut = 0;
    thread.on('message', (message: FromRecorder) => this.#handle(message));
    thread.on('error', (error: Error) => this.#options.onError(error));
    thread.on('exit', () => this.#handleExit(thread));
    for (const [number, publication] of this.#publications) {
      for (const note of publication.opening()) this.note(number, note);
    }
  }

  #handle(message: FromRecorder): void {
    switch (message.type) {
      case 'chunk':
        this.#chunksOut -= 1;
        this.#free.push(message.buffer);
        if (this.#waiting.length > 0) this.#nextChunk();
        return;
      case 'keyframe':
        this.#publications.get(message.publication)?.requestKeyframe();
        return;
      case 'recording':
        if (message.event === 'ended') this.#active.delete(message.info.id);
        else this.#active.add(message.info.id);
        this.#options.onRecording({ type: message.event, info: message.info });
        return;
      case 'counters':
        this.#current = message.counters;
        return;
      case 'stopped':
        this.#stopped?.();
    }
  }

  /** The thread has failed: what it was writing is finished by the next one. */
  #handleExit(thread: Worker): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    clearTimeout(this.#postTimer);
    this.#chunk = undefined;
    this.#waiting.length = 0;
    this.#before = addRecordingCounters(this.#before, this.#current);
    this.#before.failures += this.#active.size;
    this.#current = emptyRecordingCounters();
    this.#abandoned.push(...this.#active);
    this.#active.clear();
    if (this.#stopping) this.#stopped?.();
    else this.#restart = setTimeout(() => this.#start(), RESTART_MS);
  }

  /** A chunk in place of the full one, with the notes that waited; undefined where there are too many. */
  #nextChunk(): ChunkWriter | undefined {
    this.#post();
    if (this.#thread === undefined || this.#chunksOut >= MAXIMUM_CHUNKS) return undefined;
    this.#chunk = new ChunkWriter(this.#free.pop() ?? new ArrayBuffer(CHUNK_BYTES));
    this.#postTimer = setTimeout(() => this.#post(), POST_INTERVAL_MS);
    const now = this.#options.clock.now();
    for (const { publication, note } of this.#waiting.splice(0)) this.#chunk.note(publication, now, note);
    return this.#chunk;
  }

  #post(): void {
    clearTimeout(this.#postTimer);
    const chunk = this.#chunk;
    if (chunk === undefined) return;
    this.#chunk = undefined;
    this.#chunksOut += 1;
    this.#send({ type: 'chunk', buffer: chunk.buffer, length: chunk.length }, [chunk.buffer]);
  }

  #send(message: ToRecorder, transfer: ArrayBuffer[] = []): void {
    this.#thread?.postMessage(message, transfer);
  }
}

function addRecordingCounters(a: RecordingCounters, b: RecordingCounters): RecordingCounters {
  return {
    active: a.active + b.active,
    bytesWritten: a.bytesWritten + b.bytesWritten,
    framesWritten: a.framesWritten + b.framesWritten,
    framesDropped: a.framesDropped + b.framesDropped,
    packetsDropped: a.packetsDropped + b.packetsDropped,
    failures: a.failures + b.failures,
  };
}

/** The program of the thread, beside this one and in its language. */
function ownEntry(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`../recording/recorder-thread.${extension}`, import.meta.url);
}

/** Node's loaders do not follow into threads: one that is TypeScript begins with its own. */
function startThread(entry: URL, workerData: RecorderThreadData): Worker {
  if (!entry.pathname.endsWith('.ts')) return new Worker(entry, { workerData });
  const loader = import.meta.resolve('tsx/esm/api');
  const begin = `import('${loader}').then(({ register }) => (register(), import('${entry.href}')))`;
  return new Worker(begin, { workerData, eval: true, execArgv: [] });
}
