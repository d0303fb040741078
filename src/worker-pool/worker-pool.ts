/** The media side as HTTP sees it: rooms spread over worker processes, sessions found by their id. */
import { randomBytes } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import type {
  LayerRequest,
  PatchAnswer,
  PatchRequest,
  RoomDetail,
  RoomRules,
  RoomService,
  RoomSummary,
  SessionAnswer,
  SessionRole,
  SessionWatcher,
} from '../sfu/room-service.ts';
import { RandomStore } from '../util/random-store.ts';
import type { CloseReason, WorkerMetrics, WorkerOptions } from '../worker-protocol.ts';
import type { WorkerPoolEvents } from './pool-events.ts';
import { isRefusal, RoomDirectory } from './room-directory.ts';
import { limitsOf, refusalOf } from './room-limits.ts';
import type { RoomLimits } from './room-limits.ts';
import { RoomOrigins } from './room-origins.ts';
import { SessionRegistry } from './session-registry.ts';
import type { RegisteredSession } from './session-registry.ts';
import { SessionWatchers } from './session-watchers.ts';
import type { LoadLimits } from './worker-load.ts';
import { WorkerChooser } from './worker-chooser.ts';
import type { WorkerEvent, WorkerLaunch } from './worker-process.ts';
import { WorkerSlot } from './worker-slot.ts';

export type { WorkerPoolEvents } from './pool-events.ts';

/** 144 bits: a session id is all that it takes to end a session where no token is set. */
const SESSION_ID_BYTES = 18;
const random = new RandomStore(randomBytes);
/**
 * A publisher that one on another worker has replaced sends for so long on, so that its worker's viewers have its picture
 * until that of the other has come through the pipe. Milliseconds.
 */
const TAKEOVER_MS = 1000;

export interface WorkerPoolOptions {
  launch: WorkerLaunch;
  workers: number;
  /** For the first worker; the next ones take the ports that follow, or any where they are 0. */
  worker: WorkerOptions;
  limits: RoomLimits;
  /** When a worker is full. */
  loadLimits: LoadLimits;
  events: WorkerPoolEvents;
}

/** A worker's figures; what it has counted is undefined where it does not answer. */
export interface WorkerState {
  index: number;
  metrics: WorkerMetrics | undefined;
  /** Share of a core that is used. */
  load: number;
  /** It takes more sessions. */
  hasRoom: boolean;
}

/** A session that is wanted. */
interface Opening {
  role: SessionRole;
  room: string;
  offer: string;
  rules: RoomRules;
}

/** Implements RoomService on worker processes. */
export class WorkerPool implements RoomService {
  readonly #slots: WorkerSlot[];
  readonly #events: WorkerPoolEvents;
  readonly #limits: RoomLimits;
  readonly #sessions = new SessionRegistry<WorkerSlot>();
  readonly #chooser: WorkerChooser;
  readonly #directory: RoomDirectory;
  readonly #origins = new RoomOrigins(this.#sessions);
  readonly #watchers = new SessionWatchers<WorkerSlot>((room) => this.#sessions.viewersOf(room));
  #draining = false;

  constructor(options: WorkerPoolOptions) {
    this.#events = options.events;
    this.#limits = options.limits;
    this.#slots = Array.from({ length: options.workers }, (_, index) => this.#makeSlot(options, index));
    this.#directory = new RoomDirectory(this.#slots, this.#sessions);
    this.#chooser = new WorkerChooser(this.#slots, this.#sessions, options.loadLimits);
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

  /** What each worker has counted, and how much it is used. */
  metrics(): Promise<WorkerState[]> {
    return Promise.all(
      this.#slots.map(async (slot) => {
        const metrics = await slot.request({ method: 'metrics' }).catch(() => undefined);
        return { index: slot.index, metrics, ...this.#chooser.stateOf(slot) };
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

  publish(room: string, offer: string, rules: RoomRules = {}): Promise<SessionAnswer> {
    return this.#open({ role: 'publish', room, offer, rules });
  }

  play(room: string, offer: string, rules: RoomRules = {}): Promise<SessionAnswer> {
    return this.#open({ role: 'play', room, offer, rules });
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

  async remove(sessionId: string, reason: 'deleted' | 'removed' = 'deleted'): Promise<void> {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) throw new ServiceError('no_such_session');
    this.#forget(sessionId, reason);
    await session.slot.request({ method: 'remove', sessionId, reason }).catch((error: unknown) => {
      // A session that its worker has ended, or lost with its process, is what the client asked for.
      if (!isRefusal(error, 'no_such_session', 'worker_unavailable')) throw error;
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
    this.#watchers.add(sessionId, session, watcher, state);
    return videoMid;
  }

  rooms(): Promise<RoomSummary[]> {
    return this.#directory.list();
  }

  room(name: string): Promise<RoomDetail> {
    return this.#directory.detail(name);
  }

  closeRoom(name: string): Promise<void> {
    return this.#directory.close(name);
  }

  async #open(request: Opening): Promise<SessionAnswer> {
    const { role, room, rules } = request;
    const tried = new Set<WorkerSlot>();
    for (;;) {
      if (this.#draining) throw new ServiceError('draining');
      const refusal = refusalOf(role, limitsOf(this.#limits, rules), this.#sessions.load(room));
      if (refusal !== undefined) throw new ServiceError(refusal);
      const slot = this.#chooser.choose(role, room, tried);
      try {
        return await this.#openOn(slot, request);
      } catch (error) {
        if (!isRefusal(error, 'worker_overloaded')) throw error;
        tried.add(slot);
      }
    }
  }

  async #openOn(slot: WorkerSlot, { role, room, offer, rules }: Opening): Promise<SessionAnswer> {
    const sessionId = random.take(SESSION_ID_BYTES).toString('base64url');
    // Known before the worker answers: its end may come right behind the answer.
    const session: RegisteredSession<WorkerSlot> = { slot, room, role, tag: undefined };
    this.#sessions.add(sessionId, session);
    this.#chooser.given(slot);
    try {
      const { answer, tag } = await slot.request({
        method: 'open',
        role,
        room,
        sessionId,
        offer,
        recorded: rules.recorded ?? true,
        origin: role === 'play' ? this.#origins.seenFrom(slot, room) : undefined,
      });
      session.tag = tag;
      if (role === 'play') this.#watchers.viewersChanged(room);
      return { sessionId, answer, tag };
    } catch (error) {
      this.#sessions.remove(sessionId);
      throw error;
    }
  }

  #forget(sessionId: string, reason: CloseReason): void {
    const room = this.#sessions.get(sessionId)?.room;
    const wasLive = room !== undefined && this.#sessions.livePublisher(room)?.sessionId === sessionId;
    const session = this.#sessions.remove(sessionId);
    if (session === undefined) return;
    this.#watchers.sessionEnded(sessionId);
    if (session.role === 'play') this.#watchers.viewersChanged(session.room);
    // Who replaced it is told right behind it: viewers must not be ended in between.
    if (wasLive && reason !== 'replaced') this.#origins.changed(session.room);
    this.#events.onSessionClosed({ sessionId, room: session.room, role: session.role, reason });
  }

  /** The room is the publisher's now. One on the same worker has been ended by it, one on another is ended from here. */
  #publisherConnected(sessionId: string, room: string): void {
    const before = this.#sessions.setLivePublisher(sessionId);
    this.#origins.changed(room);
    if (before === undefined || before.sessionId === sessionId) return;
    this.#forget(before.sessionId, 'replaced');
    setTimeout(() => {
      // Gone with its worker, or ended in this moment: that is as well.
      before.slot.request({ method: 'remove', sessionId: before.sessionId, reason: 'replaced' }).catch(() => undefined);
    }, TAKEOVER_MS).unref();
  }

  #makeSlot(options: WorkerPoolOptions, index: number): WorkerSlot {
    const { udpPort, tcpPort } = options.worker;
    const nth = (first: number): number => (first === 0 ? 0 : first + index);
    const ports = { udpPort: nth(udpPort), tcpPort: typeof tcpPort === 'number' ? nth(tcpPort) : tcpPort };
    const worker = { ...options.worker, ...ports };
    return new WorkerSlot(index, options.launch, worker, {
      onEvent: (slot, event) => this.#handleEvent(slot, event),
      onReady: ({ pid, udpPort, tcpPort }) => this.#events.onWorkerReady({ index, pid, udpPort, tcpPort }),
      onDied: (slot, status, wait) => this.#handleDeath(slot, status, wait),
      onOutput: (_, line) => this.#events.onWorkerOutput(index, line),
    });
  }

  #handleEvent(slot: WorkerSlot, event: WorkerEvent): void {
    switch (event.type) {
      case 'load':
        this.#chooser.report(slot, event.load);
        return;
      case 'sessionConnected':
        if (event.role === 'publish') this.#publisherConnected(event.sessionId, event.room);
        this.#events.onSessionConnected(event);
        return;
      case 'sessionClosed':
        this.#forget(event.sessionId, event.reason);
        return;
      case 'publisherWarning':
        this.#events.onPublisherWarning(event);
        return;
      case 'roomChanged':
        this.#watchers.roomChanged(slot, event.room, event.state);
        return;
      case 'recording':
        this.#events.onRecording(event.event);
        return;
    }
  }

  #handleDeath(slot: WorkerSlot, status: string, restartInMilliseconds: number): void {
    this.#chooser.died(slot);
    const lost = this.#sessions.idsOn(slot);
    for (const sessionId of lost) this.#forget(sessionId, 'worker_died');
    this.#events.onWorkerDied({ index: slot.index, status, sessions: lost.length, restartInMilliseconds });
  }
}
