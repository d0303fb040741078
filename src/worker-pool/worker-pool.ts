/** The media side as HTTP sees it: rooms spread over worker processes, sessions found by their id. */
import { randomBytes } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import type { PublisherWarning } from '../sfu/publisher-warnings.ts';
import type {
  LayerRequest,
  PatchAnswer,
  PatchRequest,
  RoomDetail,
  RoomService,
  RoomSummary,
  SessionAnswer,
  SessionRole,
  SessionWatcher,
} from '../sfu/room-service.ts';
import type { CloseReason, RecordingEvent, WorkerMetrics, WorkerOptions } from '../worker-protocol.ts';
import type { WorkerEvent, WorkerLaunch } from './worker-process.ts';
import { refusalOf } from './room-limits.ts';
import type { RoomLimits } from './room-limits.ts';
import { SessionRegistry } from './session-registry.ts';
import type { RegisteredSession } from './session-registry.ts';
import { SessionWatchers } from './session-watchers.ts';
import { WorkerSlot } from './worker-slot.ts';

/** 144 bits: a session id is all that it takes to end a session where no token is set. */
const SESSION_ID_BYTES = 18;

/** A session that has ended, with the reason. */
export interface ClosedSession {
  sessionId: string;
  room: string;
  role: SessionRole;
  reason: CloseReason;
}

/** A session whose media can flow. */
export interface ConnectedSession {
  sessionId: string;
  room: string;
  role: SessionRole;
  /** Milliseconds from the offer. */
  joinTime: number;
}

/** A worker that takes sessions, and where. */
export interface WorkerPlace {
  index: number;
  pid: number | undefined;
  udpPort: number;
  tcpPort: number | undefined;
}

export interface WorkerPoolEvents {
  onSessionConnected(session: ConnectedSession): void;
  onSessionClosed(session: ClosedSession): void;
  onWorkerReady(worker: WorkerPlace): void;
  onWorkerDied(worker: { index: number; status: string; sessions: number; restartInMilliseconds: number }): void;
  /** A warning about a broadcast begins to hold, or no longer does. */
  onPublisherWarning(event: { sessionId: string; room: string; warning: PublisherWarning; holds: boolean }): void;
  onRecording(event: RecordingEvent): void;
  /** A worker wrote a line. */
  onWorkerOutput(index: number, line: string): void;
}

export interface WorkerPoolOptions {
  launch: WorkerLaunch;
  workers: number;
  /** For the first worker; the next ones take the ports that follow, or any where they are 0. */
  worker: WorkerOptions;
  limits: RoomLimits;
  events: WorkerPoolEvents;
}

/** Implements RoomService on worker processes. */
export class WorkerPool implements RoomService {
  readonly #slots: WorkerSlot[];
  readonly #events: WorkerPoolEvents;
  readonly #limits: RoomLimits;
  readonly #sessions = new SessionRegistry<WorkerSlot>();
  readonly #watchers = new SessionWatchers();
  #draining = false;

  constructor(options: WorkerPoolOptions) {
    this.#events = options.events;
    this.#limits = options.limits;
    this.#slots = Array.from({ length: options.workers }, (_, index) => this.#makeSlot(options, index));
  }

  /** Starts all workers. Rejects with a ServiceError whose detail says why one of them cannot start. */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#slots.map((slot) => slot.start()));
    } catch (error) {
      await this.stop(0);
      throw error;
    }
  }

  /** Whether at least one worker takes sessions. */
  get ready(): boolean {
    return this.#slots.some((slot) => slot.ready);
  }

  /** UDP ports of the workers. */
  get udpPorts(): number[] {
    return this.#slots.map((slot) => slot.udpPort);
  }

  /** TCP ports of those workers that have one. */
  get tcpPorts(): number[] {
    return this.#slots.flatMap((slot) => slot.tcpPort ?? []);
  }

  /** Process ids of the running workers. */
  get pids(): number[] {
    return this.#slots.flatMap((slot) => slot.pid ?? []);
  }

  /** How many there are of each; sessions whose offer is not answered yet are counted. */
  counts(): { rooms: number; publishers: number; subscribers: number } {
    return this.#sessions.counts();
  }

  /** What each worker has counted; undefined of one that does not answer. */
  metrics(): Promise<{ index: number; metrics: WorkerMetrics | undefined }[]> {
    return Promise.all(
      this.#slots.map(async (slot) => {
        const metrics = await slot.request({ method: 'metrics' }).catch(() => undefined);
        return { index: slot.index, metrics };
      }),
    );
  }

  /** Refuses new sessions from now on. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#watchers.draining();
  }

  /** Ends all sessions and workers; what is left after `grace` milliseconds is cut off. */
  async stop(grace: number): Promise<void> {
    this.drain();
    await Promise.all(this.#slots.map((slot) => slot.stop(grace)));
  }

  /** Ends all workers at once. */
  kill(): void {
    for (const slot of this.#slots) slot.kill();
  }

  publish(room: string, offer: string): Promise<SessionAnswer> {
    return this.#open('publish', room, offer);
  }

  play(room: string, offer: string): Promise<SessionAnswer> {
    return this.#open('play', room, offer);
  }

  session(sessionId: string): { room: string; role: SessionRole; tag: string } | undefined {
    const { room, role, tag } = this.#sessions.get(sessionId) ?? {};
    return room === undefined || role === undefined || tag === undefined ? undefined : { room, role, tag };
  }

  async patch({ sessionId, fragment, ifMatch }: PatchRequest): Promise<PatchAnswer> {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) throw new ServiceError('no_such_session');
    const answer = await session.slot.request({ method: 'patch', sessionId, fragment, ifMatch });
    if (answer.tag !== undefined) session.tag = answer.tag;
    return answer;
  }

  async remove(sessionId: string): Promise<void> {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) throw new ServiceError('no_such_session');
    this.#forget(sessionId, 'deleted');
    await session.slot.request({ method: 'remove', sessionId }).catch((error: unknown) => {
      // A session that its worker has ended, or lost with its process, is what the client asked for.
      const gone = error instanceof ServiceError && ['no_such_session', 'worker_unavailable'].includes(error.code);
      if (!gone) throw error;
    });
  }

  async selectLayer(sessionId: string, layer: LayerRequest): Promise<void> {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) throw new ServiceError('no_such_session');
    await session.slot.request({ method: 'selectLayer', sessionId, layer });
  }

  async watch(sessionId: string, watcher: SessionWatcher): Promise<string | undefined> {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) throw new ServiceError('no_such_session');
    const { videoMid, state } = await session.slot.request({ method: 'watch', sessionId });
    if (this.#sessions.get(sessionId) !== session) throw new ServiceError('no_such_session');
    this.#watchers.add(sessionId, session.room, watcher, state);
    return videoMid;
  }

  async rooms(): Promise<RoomSummary[]> {
    const lists = await Promise.all(
      this.#slots.filter((slot) => slot.ready).map((slot) => slot.request({ method: 'rooms' }).catch(() => [])),
    );
    return lists.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async room(name: string): Promise<RoomDetail> {
    return this.#askRoom(name, (slot) => slot.request({ method: 'room', room: name }));
  }

  async closeRoom(name: string): Promise<void> {
    await this.#askRoom(name, (slot) => slot.request({ method: 'closeRoom', room: name }));
  }

  /** Asks the worker that a room is on. A room that lingers without sessions may be on any. */
  async #askRoom<T>(name: string, ask: (slot: WorkerSlot) => Promise<T>): Promise<T> {
    const known = this.#sessions.slotOf(name);
    const slots = known === undefined ? this.#slots.filter((slot) => slot.ready) : [known];
    for (const slot of slots) {
      try {
        return await ask(slot);
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== 'no_such_room') throw error;
      }
    }
    throw new ServiceError('no_such_room');
  }

  async #open(role: SessionRole, room: string, offer: string): Promise<SessionAnswer> {
    if (this.#draining) throw new ServiceError('draining');
    const refusal = refusalOf(role, this.#limits, this.#sessions.load(room));
    if (refusal !== undefined) throw new ServiceError(refusal);
    const slot = this.#sessions.slotOf(room) ?? this.#leastLoaded();
    const sessionId = randomBytes(SESSION_ID_BYTES).toString('base64url');
    // Known before the worker answers: its end may come right behind the answer.
    const session: RegisteredSession<WorkerSlot> = { slot, room, role, tag: undefined };
    this.#sessions.add(sessionId, session);
    try {
      const { answer, tag } = await slot.request({ method: 'open', role, room, sessionId, offer });
      session.tag = tag;
      return { sessionId, answer, tag };
    } catch (error) {
      this.#sessions.remove(sessionId);
      throw error;
    }
  }

  /** Where a new room goes. */
  #leastLoaded(): WorkerSlot {
    const ready = this.#slots.filter((slot) => slot.ready);
    const [slot] = ready.sort((a, b) => this.#sessions.sessionsOn(a) - this.#sessions.sessionsOn(b));
    if (slot === undefined) throw new ServiceError('worker_unavailable');
    return slot;
  }

  #forget(sessionId: string, reason: CloseReason): void {
    const session = this.#sessions.remove(sessionId);
    if (session === undefined) return;
    this.#watchers.sessionEnded(sessionId);
    this.#events.onSessionClosed({ sessionId, room: session.room, role: session.role, reason });
  }

  #makeSlot(options: WorkerPoolOptions, index: number): WorkerSlot {
    const { udpPort, tcpPort } = options.worker;
    const nth = (first: number): number => (first === 0 ? 0 : first + index);
    const ports = { udpPort: nth(udpPort), tcpPort: typeof tcpPort === 'number' ? nth(tcpPort) : tcpPort };
    const worker = { ...options.worker, ...ports };
    return new WorkerSlot(index, options.launch, worker, {
      onEvent: (_, event) => this.#handleEvent(event),
      onReady: ({ pid, udpPort, tcpPort }) => this.#events.onWorkerReady({ index, pid, udpPort, tcpPort }),
      onDied: (slot, status, wait) => this.#handleDeath(slot, status, wait),
      onOutput: (_, line) => this.#events.onWorkerOutput(index, line),
    });
  }

  #handleEvent(event: WorkerEvent): void {
    switch (event.type) {
      case 'sessionConnected':
        this.#events.onSessionConnected(event);
        return;
      case 'sessionClosed':
        this.#forget(event.sessionId, event.reason);
        return;
      case 'publisherWarning':
        this.#events.onPublisherWarning(event);
        return;
      case 'roomChanged':
        this.#watchers.roomChanged(event.room, event.state);
        return;
      case 'recording':
        this.#events.onRecording(event.event);
        return;
    }
  }

  #handleDeath(slot: WorkerSlot, status: string, restartInMilliseconds: number): void {
    const lost = this.#sessions.idsOn(slot);
    for (const sessionId of lost) this.#forget(sessionId, 'worker_died');
    this.#events.onWorkerDied({ index: slot.index, status, sessions: lost.length, restartInMilliseconds });
  }
}
