import { randomBytes } from 'node:crypto';
import { datagramCipher } from '../native/datagram-cipher.ts';
import type { Refusal } from '../protocol/pipe/handshake.ts';
import { PipeEdge, type PipeReport } from '../sfu/pipe-edge.ts';
import { PipeOrigin } from '../sfu/pipe-origin.ts';
import type { PublicationFollower } from '../sfu/publication.ts';
import type { Room } from '../sfu/room.ts';
import type { PipeAddress } from '../worker-protocol.ts';
import type { Clock } from './environment.ts';
import type { PipeSocket } from './pipe-socket.ts';

/** Deadlines are looked at no more often than this, ms: fine enough for what is missing, and few wake-ups. */
const TICK_MS = 10;
/** Longest datagram within a machine, where one is as long as UDP can have it; and between machines, bytes. */
const LOOPBACK_DATAGRAM_BYTES = 60_000;
const NETWORK_DATAGRAM_BYTES = 1400;

export interface PipeDriverOptions {
  /** The secret of all workers. */
  pipeKey: Uint8Array;
  socket: PipeSocket;
  clock: Clock;
  /** The longest group of pictures to keep for new viewers, ms; 0 for none. */
  gopCacheMs: number;
  findRoom: (name: string) => Room | undefined;
  /** A room has got a publication or packets by a pipe: its viewers have deadlines. */
  onRoomActive: (room: Room, now: number) => void;
  /** A room has lost the publication that it had by a pipe. */
  onRoomEnded: (room: Room) => void;
  /** A publisher of this worker is to be asked for something. */
  onRequest: (room: Room, now: number) => void;
  /** Another worker does not talk to this one. */
  onRefused: (address: PipeAddress, refusal: Refusal) => void;
}

/** Drives the pipes of a worker, those that it gets packets by and those that it gives them by: datagrams and timers. */
export class PipeDriver {
  readonly #socket: PipeSocket;
  readonly #clock: Clock;
  readonly #edge: PipeEdge<PipeAddress>;
  readonly #origin: PipeOrigin<PipeAddress>;
  #timer: NodeJS.Timeout | undefined;
  /** Monotonic ms at which the timer is due. */
  #due = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(options: PipeDriverOptions) {
    const { socket, clock } = options;
    this.#socket = socket;
    this.#clock = clock;
    const common = {
      ...options,
      datagramBytes: ({ address }: PipeAddress) =>
        isLoopback(address) ? LOOPBACK_DATAGRAM_BYTES : NETWORK_DATAGRAM_BYTES,
      send: (datagram: Uint8Array, to: PipeAddress) => socket.send(datagram, to),
      cipher: datagramCipher(),
      randomBytes,
      onWork: () => this.#wakeAt(0),
    };
    this.#edge = new PipeEdge({ ...common, nameOf });
    this.#origin = new PipeOrigin(common);
    socket.listen((datagram, from) => {
      const now = clock.now();
      if (!this.#edge.receive(datagram, now)) this.#origin.receive(datagram, from, now);
      this.#wakeAt(now + TICK_MS);
    });
  }

  /** Who follows the publications of a room. */
  followers(room: string): PublicationFollower[] {
    return this.#origin.followers(room);
  }

  /** This end, as the other workers name it. */
  get name(): string {
    return nameOf(this.#socket.address);
  }

  /** Of the pipes that this worker gets packets by, with the names of the workers that have the publishers. */
  figures(): PipeReport[] {
    return this.#edge.figures();
  }

  /** Where a room's publisher is; undefined: on no other worker. */
  setOrigin(room: string, origin: PipeAddress | undefined): void {
    this.#edge.setOrigin(room, origin, this.#clock.now());
    this.#wakeInTime();
  }

  /** A viewer has come. */
  viewerJoined(): void {
    this.#edge.review(this.#clock.now());
    this.#wakeInTime();
  }

  /** Ends all pipes and the socket. */
  stop(): void {
    this.#edge.close(this.#clock.now());
    this.#origin.close();
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #wakeAt(time: number): void {
    const now = this.#clock.now();
    // What is due at once still comes after what is being done: a burst of requests is one datagram.
    const due = time <= now ? now : Math.max(time, now + TICK_MS);
    if (this.#stopped || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#tick();
    }, due - now);
  }

  #tick(): void {
    const now = this.#clock.now();
    this.#edge.handleTimeout(now);
    this.#origin.handleTimeout(now);
    this.#wakeInTime();
  }

  #wakeInTime(): void {
    this.#wakeAt(Math.min(this.#edge.deadline(), this.#origin.deadline()));
  }
}

function nameOf({ address, port }: PipeAddress): string {
  return `${address} ${port}`;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
