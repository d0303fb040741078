import { PipeEdge } from '../../src/sfu/pipe-edge.ts';
import { PipeOrigin } from '../../src/sfu/pipe-origin.ts';
import type { PublicationFollower } from '../../src/sfu/publication.ts';
import type { EventQueue } from './event-queue.ts';
import type { Link } from './link.ts';
import type { SimulationRandom } from './random.ts';
import type { SimulatedServer } from './server.ts';

/** The worker looks at its deadlines no more often than this, ms. */
const TICK_MS = 10;
const PIPE_KEY = new Uint8Array(32).fill(1);
/** As between machines. */
const DATAGRAM_BYTES = 1400;

interface End {
  handleTimeout(now: number): void;
  deadline(): number;
}

/** Two servers with a pipe between them, whose datagrams travel links. */
export class SimulatedPipe {
  readonly #events: EventQueue;
  readonly #edgeServer: SimulatedServer;
  readonly #createOrigin: () => PipeOrigin<string>;
  readonly edge: PipeEdge<string>;
  #origin: PipeOrigin<string>;
  #due = Number.POSITIVE_INFINITY;

  constructor(
    events: EventQueue,
    servers: { origin: SimulatedServer; edge: SimulatedServer },
    path: { up: Link; down: Link },
    random: SimulationRandom,
  ) {
    this.#events = events;
    this.#edgeServer = servers.edge;
    const common = {
      pipeKey: PIPE_KEY,
      datagramBytes: () => DATAGRAM_BYTES,
      randomBytes: (count: number) => Uint8Array.from({ length: count }, () => Math.floor(random.between(0, 256))),
      onWork: () => this.#wakeAt(0),
    };
    const through = (link: Link, receive: (datagram: Uint8Array) => void) => (datagram: Uint8Array) =>
      link.send(datagram.length, () => {
        receive(datagram);
        this.#wakeAt(events.now + TICK_MS);
      });
    this.edge = new PipeEdge<string>({
      ...common,
      nameOf: (address) => address,
      gopCacheMs: 12_000,
      send: through(path.up, (datagram) => this.#origin.receive(datagram, 'edge', events.now)),
      findRoom: () => servers.edge.room,
      onRoomActive: (_, now) => servers.edge.wakeAt(now),
      onRoomEnded: () => undefined,
      onRefused: () => undefined,
    });
    this.#createOrigin = () =>
      new PipeOrigin<string>({
        ...common,
        send: through(path.down, (datagram) => this.edge.receive(datagram, events.now)),
        findRoom: () => servers.origin.room,
        onRequest: (_, now) => servers.origin.wakeAt(now),
      });
    this.#origin = this.#createOrigin();
    this.edge.setOrigin('room', 'origin', events.now);
    this.#wakeAt(0);
  }

  /** Who follows the origin's room. */
  followers(): PublicationFollower[] {
    return this.#origin.followers('room');
  }

  /** The origin forgets all sessions, as a process that starts anew. */
  restartOrigin(): void {
    this.#origin.close();
    this.#origin = this.#createOrigin();
  }

  #wakeAt(time: number): void {
    const { now } = this.#events;
    const due = time <= now ? now : Math.max(time, now + TICK_MS);
    if (due >= this.#due) return;
    this.#due = due;
    this.#events.at(due, () => {
      if (due !== this.#due) return;
      this.#due = Number.POSITIVE_INFINITY;
      this.#tick();
    });
  }

  #tick(): void {
    const { now } = this.#events;
    const ends: End[] = [this.edge, this.#origin];
    for (const end of ends) end.handleTimeout(now);
    this.#edgeServer.room.sendWaiting(now);
    this.#wakeAt(Math.min(...ends.map((end) => end.deadline()), this.#edgeServer.room.sendingDeadline()));
  }
}
