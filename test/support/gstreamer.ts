/** Runs interop/gstreamer_client.py and reads what it tells. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Counts since the client's start. */
export interface GStreamerCounts {
  videoFrames: number;
  /** Frames that differ from the one before. */
  differentPictures: number;
  audioBuffers: number;
  /** Audio buffers that are not silent. */
  loudAudioBuffers: number;
}

type GStreamerEvent =
  | { event: 'session'; url: string }
  | { event: 'state'; state: string }
  | ({ event: 'media' } & GStreamerCounts)
  | { event: 'error'; message: string };

/** A running WHIP publisher or WHEP player of GStreamer. */
export class GStreamerClient {
  /** The connection's state, empty before the first. */
  state = '';
  counts: GStreamerCounts = { videoFrames: 0, differentPictures: 0, audioBuffers: 0, loudAudioBuffers: 0 };
  readonly errors: string[] = [];
  readonly #process: ChildProcess;

  /** `flags`: options of the script. */
  constructor(mode: 'publish' | 'play', url: string, ...flags: readonly string[]) {
    const script = join(import.meta.dirname, '../interop/gstreamer_client.py');
    // Debian's own Python has the GStreamer bindings; another one in PATH has not.
    const child = spawn('/usr/bin/python3', [script, mode, url, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    createInterface(child.stdout).on('line', (line) => this.#take(JSON.parse(line) as GStreamerEvent));
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.errors.push(text));
  }

  #take(event: GStreamerEvent): void {
    if (event.event === 'state') this.state = event.state;
    if (event.event === 'media') this.counts = event;
    if (event.event === 'error') this.errors.push(event.message);
  }

  /** Ends the session and the process; its exit code. */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await ended;
    }
    return this.#process.exitCode;
  }
}
