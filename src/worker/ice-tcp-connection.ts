import type { Socket } from 'node:net';
import { BATCH_DATAGRAMS, MAXIMUM_DATAGRAM_BYTES, type Transport } from '../native/addon.ts';
import { type StreamFrames, StreamFrameReader } from '../protocol/framing/stream-frames.ts';
import { isStun } from '../protocol/stun/header.ts';

/** A client that has its connection sends a check at once; this long is left to slow networks, ms. */
const FIRST_CHECK_TIMEOUT_MS = 5000;
/** Checks that a connection may send before one is valid; a client repeats them seven times (RFC 8489 6.2.1). */
const MAXIMUM_EARLY_DATAGRAMS = 32;
/** What may wait for a client that reads too slowly, bytes: half a second at 4 Mbit/s. A batch may go beyond it. */
const SEND_BUFFER_BYTES = 256 * 1024;
/** A connection that is to end has this long to take what was said last, ms. */
const GOODBYE_TIMEOUT_MS = 2000;

/** What a connection needs to know of sessions, and tells them. */
export interface StreamSessions {
  /** Whether a valid check came by the stream, and its session lives. */
  isBound(stream: number): boolean;
  /** The stream is gone. */
  streamClosed(stream: number): void;
  /** Its client reads too slowly: packets are dropped from now on; or it has caught up. */
  streamBlocked(stream: number, blocked: boolean): void;
}

export interface IceTcpConnectionOptions {
  socket: Socket;
  /** What counts as its remote address. */
  network: string;
  /** Its id, which is also in the route. */
  stream: number;
  route: Uint8Array;
  transport: Pick<Transport, 'receiveFromStream' | 'blockStream'>;
  sessions: StreamSessions;
  /** Monotonic ms. */
  now: number;
  onClosed: () => void;
}

/**
 * One TCP connection of a client (RFC 6544). Before a valid check it may send checks only, and not for long; afterwards
 * it lives as long as its session.
 */
export class IceTcpConnection {
  readonly #options: IceTcpConnectionOptions;
  readonly #reader = new StreamFrameReader(MAXIMUM_DATAGRAM_BYTES);
  readonly #pairs = new Uint32Array(2 * BATCH_DATAGRAMS);
  readonly #openedAt: number;
  #earlyDatagrams = 0;
  #bound = false;
  #blocked = false;
  #endedAt: number | undefined;

  constructor(options: IceTcpConnectionOptions) {
    this.#options = options;
    this.#openedAt = options.now;
    const { socket } = options;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('drain', () => this.#setBlocked(false));
    // 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#handleClose());
  }

  /** What counts as its remote address. */
  get network(): string {
    return this.#options.network;
  }

  /** Whether a valid check has come by it. Before, it may give way to another. */
  get isProven(): boolean {
    return this.#bound || this.#isBound();
  }

  /** Bytes that wait until the client reads. */
  get pendingBytes(): number {
    return this.#options.socket.writableLength;
  }

  /** Sends frames, whole ones. What a client does not take in time is bounded: see SEND_BUFFER_BYTES. */
  write(frames: Uint8Array): void {
    const { socket } = this.#options;
    if (this.#endedAt !== undefined || socket.destroyed || !socket.writable) return;
    socket.write(frames);
    if (socket.writableLength > SEND_BUFFER_BYTES) this.#setBlocked(true);
  }

  /** Ends a connection that has had its time: without a valid check, or after its session. */
  handleTimeout(now: number): void {
    if (this.#endedAt !== undefined) {
      if (now - this.#endedAt >= GOODBYE_TIMEOUT_MS) this.destroy();
    } else if (this.#isBound()) {
      this.#bound = true;
    } else if (this.#bound) {
      this.end(now);
    } else if (now - this.#openedAt >= FIRST_CHECK_TIMEOUT_MS) {
      this.destroy();
    }
  }

  /** Reads no more, and closes when everything is written. */
  end(now: number): void {
    if (this.#endedAt !== undefined) return;
    this.#endedAt = now;
    this.#options.socket.end();
  }

  destroy(): void {
    this.#options.socket.destroy();
  }

  #read(chunk: Uint8Array): void {
    if (this.#endedAt !== undefined) return;
    const frames = this.#reader.read(chunk);
    if (frames === undefined) {
      this.destroy();
      return;
    }
    for (let index = 0; index < frames.datagrams.length; index += this.#pairs.length) {
      const pairs = frames.datagrams.slice(index, index + this.#pairs.length);
      if (!this.#bound && !this.#mayPass(frames, pairs)) {
        this.destroy();
        return;
      }
      this.#pairs.set(pairs);
      const { transport, route } = this.#options;
      transport.receiveFromStream(route, frames.bytes, this.#pairs, pairs.length / 2);
      this.#bound ||= this.#isBound();
    }
  }

  /** Whether these datagrams are what a client may send before its check was valid. */
  #mayPass({ bytes }: StreamFrames, pairs: readonly number[]): boolean {
    for (let index = 0; index < pairs.length; index += 2) {
      const [offset = 0, length = 0] = pairs.slice(index, index + 2);
      if (!isStun(bytes.subarray(offset, offset + length))) return false;
      this.#earlyDatagrams++;
    }
    return this.#earlyDatagrams <= MAXIMUM_EARLY_DATAGRAMS;
  }

  #isBound(): boolean {
    return this.#options.sessions.isBound(this.#options.stream);
  }

  #setBlocked(blocked: boolean): void {
    if (this.#blocked === blocked || this.#endedAt !== undefined) return;
    this.#blocked = blocked;
    const { transport, sessions, stream } = this.#options;
    transport.blockStream(stream, blocked);
    sessions.streamBlocked(stream, blocked);
  }

  #handleClose(): void {
    const { sessions, stream, onClosed } = this.#options;
    sessions.streamClosed(stream);
    onClosed();
  }
}
