import { Broadcaster, type BroadcasterDescription } from './broadcaster.ts';
import type { Datagram } from './datagram.ts';
import type { EncoderDescription } from './encoder.ts';
import { EventQueue } from './event-queue.ts';
import { Link, type LinkDescription } from './link.ts';
import { SimulatedPipe } from './pipe.ts';
import { SimulationRandom } from './random.ts';
import { SimulatedServer } from './server.ts';
import { Viewer, type ViewerDescription } from './viewer.ts';

/** A path of two directions, seen from the client. */
export interface PathDescription {
  up: LinkDescription;
  down: LinkDescription;
}

/** A path's links. */
export interface Path {
  up: Link;
  down: Link;
}

/** Viewers alike. */
export interface ViewersDescription extends Partial<ViewerDescription> {
  count?: number;
  path: PathDescription;
  /** All of them share the path; else each has one of its own. */
  sharedPath?: boolean;
}

/** All that a simulation is made of. */
export interface WorldDescription {
  seed: number;
  /** Length of the simulation, ms. */
  durationMs: number;
  broadcaster: Partial<BroadcasterDescription>;
  broadcasterPath: PathDescription;
  viewers: readonly ViewersDescription[];
  /** The viewers are on another worker, behind a pipe; seen from their worker. */
  pipe?: PathDescription & { originRestartsAt?: number };
}

/** A picture as browsers send it. */
export const DEFAULT_LAYER: EncoderDescription = {
  width: 1280,
  height: 720,
  bitrate: 2_000_000,
  frameRate: 30,
  keyframeIntervalMs: Number.POSITIVE_INFINITY,
  answersKeyframeRequests: true,
};

const DEFAULT_BROADCASTER: BroadcasterDescription = {
  layers: [DEFAULT_LAYER],
  paced: true,
  resendIntervalMs: 40,
  firstSequence: 1000,
};

const DEFAULT_VIEWER: ViewerDescription = {
  rtx: true,
  assumedRoundTripMs: 100,
  transportFeedback: false,
  joinsAt: 0,
  storm: 'none',
};

/** A broadcaster, the server and its viewers, with links between them. */
export class World {
  readonly events = new EventQueue();
  readonly server: SimulatedServer;
  /** Where the viewers are. */
  readonly viewersServer: SimulatedServer;
  readonly pipe: SimulatedPipe | undefined;
  readonly broadcaster: Broadcaster;
  readonly broadcasterPath: Path;
  readonly viewers: Viewer[] = [];
  /** By viewer. */
  readonly viewerPaths: Path[] = [];
  readonly description: WorldDescription;
  readonly #random: SimulationRandom;

  constructor(description: WorldDescription) {
    this.description = description;
    this.#random = new SimulationRandom(description.seed);
    this.server = new SimulatedServer(this.events, () => this.pipe?.followers() ?? []);
    this.viewersServer = description.pipe === undefined ? this.server : new SimulatedServer(this.events);
    this.pipe = description.pipe && this.#connect(description.pipe);
    this.broadcasterPath = this.#path('broadcaster', description.broadcasterPath);
    const { up, down } = this.broadcasterPath;
    this.broadcaster = new Broadcaster(
      { ...DEFAULT_BROADCASTER, ...description.broadcaster },
      this.events,
      this.#random.part('broadcaster'),
      through(up, (datagram) => this.server.receiveFromPublisher(datagram)),
    );
    this.server.publish(
      this.broadcaster.media,
      through(down, (datagram) => this.broadcaster.receive(datagram)),
    );
    this.broadcaster.start();
    description.viewers.forEach((viewers, group) => this.#addViewers(viewers, group));
  }

  /** Runs the simulation to its end. */
  run(): this {
    this.events.runUntil(this.description.durationMs);
    return this;
  }

  #addViewers({ count = 1, path, sharedPath = false, ...description }: ViewersDescription, group: number): void {
    const shared = sharedPath ? this.#path(`viewers ${group}`, path) : undefined;
    for (let index = 0; index < count; index++) {
      this.#addViewer({ ...DEFAULT_VIEWER, ...description }, shared ?? this.#path(`viewer ${group} ${index}`, path));
    }
  }

  #addViewer(description: ViewerDescription, { up, down }: Path): void {
    const peer = this.viewers.length + 1;
    const ssrc = 0x10000 * peer;
    const stream = { ssrc, rtxSsrc: description.rtx ? ssrc + 1 : undefined, cname: 'c', streamId: 's', trackId: 't' };
    const viewer = new Viewer(
      description,
      stream,
      this.events,
      through(up, (datagram) => this.viewersServer.receiveFromViewer(peer, datagram)),
    );
    this.viewers.push(viewer);
    this.viewerPaths.push({ up, down });
    this.events.at(description.joinsAt, () => {
      viewer.start();
      this.viewersServer.play(
        peer,
        viewer,
        through(down, (datagram) => viewer.receive(datagram)),
      );
    });
  }

  #connect(description: NonNullable<WorldDescription['pipe']>): SimulatedPipe {
    const servers = { origin: this.server, edge: this.viewersServer };
    const pipe = new SimulatedPipe(
      this.events,
      servers,
      this.#path('pipe', description),
      this.#random.part('pipe ends'),
    );
    const { originRestartsAt } = description;
    if (originRestartsAt !== undefined) this.events.at(originRestartsAt, () => pipe.restartOrigin());
    return pipe;
  }

  #path(name: string, { up, down }: PathDescription): Path {
    return {
      up: new Link(this.events, this.#random.part(`${name} up`), up),
      down: new Link(this.events, this.#random.part(`${name} down`), down),
    };
  }
}

/** Sends datagrams by the link to their receiver. */
function through(link: Link, receive: (datagram: Datagram) => void): (datagram: Datagram) => void {
  return (datagram) => link.send(datagram.bytes.length, () => receive(datagram));
}
