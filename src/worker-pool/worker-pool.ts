/** The media side as HTTP sees it: rooms spread over worker processes, sessions found by their id. */
import { randomBytes } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import type {
  PatchAnswer,
  PatchRequest,
  RoomDetail,
  RoomService,
  RoomSummary,
  SessionAnswer,
  SessionRole,
} from '../sfu/room-service.ts';
import type { CloseReason, WorkerOptions } from '../worker-protocol.ts';
import type { WorkerEvent, WorkerLaunch } from './worker-process.ts';
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

export interface WorkerPoolEvents {
  onSessionClosed(session: ClosedSession): void;
  onWorkerReady(worker: { index: number; pid: number | undefined; udpPort: number }): void;
  onWorkerDied(worker: { index: number; status: string; sessions: number; restartInMilliseconds: number }): void;
  /** A worker wrote a line. */
  onWorkerOutput(index: number, line: string): void;
}

export interface WorkerPoolOptions {
  launch: WorkerLaunch;
  workers: number;
  /** For the first worker; the next ones take the UDP ports that follow, or any where it is 0. */
  worker: WorkerOptions;
  events: WorkerPoolEvents;
}

interface Session {
  slot: WorkerSlot;
  room: string;
  role: SessionRole;
  /** Undefined until the worker has answered the offer. */
  tag: string | undefined;
}

/** A room is on one worker for as long as it has sessions, waiting ones counted. */
interface Placement {
  slot: WorkerSlot;
  sessions: number;
}

/** Implements RoomService on worker processes. */
export class WorkerPool implements RoomService {
  readonly #slots: WorkerSlot[];
  readonly #events: WorkerPoolEvents;
  readonly #sessions = new Map<string, Session>();
  readonly #placements = new Map<string, Placement>();
  #draining = false;

  constructor(options: WorkerPoolOptions) {
    this.#events = options.events;
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

  /** Process ids of the running workers. */
  get pids(): number[] {
    return this.#slots.flatMap((slot) => slot.pid ?? []);
  }

  /** How many sessions there are. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Refuses new sessions from now on. */
  drain(): void {
    this.#draining = true;
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

  async rooms(): Promise<RoomSummary[]> {
    const lists = await Promise.all(
      this.#slots.filter((slot) => slot.ready).map((slot) => slot.request({ method: 'rooms' }).catch(() => [])),
    );
    return lists.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async room(name: string): Promise<RoomDetail> {
    const placement = this.#placements.get(name);
    const slots = placement ? [placement.slot] : this.#slots.filter((slot) => slot.ready);
    const answers = await Promise.allSettled(slots.map((slot) => slot.request({ method: 'room', room: name })));
    for (const answer of answers) if (answer.status === 'fulfilled') return answer.value;
    throw placement ? new ServiceError('worker_unavailable') : new ServiceError('no_such_room');
  }

  async #open(role: SessionRole, room: string, offer: string): Promise<SessionAnswer> {
    if (this.#draining) throw new ServiceError('draining');
    const slot = this.#place(room);
    const sessionId = randomBytes(SESSION_ID_BYTES).toString('base64url');
    // Known before the worker answers: its end may come right behind the answer.
    const session: Session = { slot, room, role, tag: undefined };
    this.#sessions.set(sessionId, session);
    try {
      const { answer, tag } = await slot.request({ method: 'open', role, room, sessionId, offer });
      session.tag = tag;
      return { sessionId, answer, tag };
    } catch (error) {
      if (this.#sessions.delete(sessionId)) this.#leave(room);
      throw error;
    }
  }

  /** The worker of a room, with one more session counted. A new room goes where the fewest sessions are. */
  #place(room: string): WorkerSlot {
    const placement = this.#placements.get(room);
    if (placement !== undefined) {
      placement.sessions++;
      return placement.slot;
    }
    const load = (slot: WorkerSlot): number => {
      let sessions = 0;
      for (const other of this.#placements.values()) if (other.slot === slot) sessions += other.sessions;
      return sessions;
    };
    const ready = this.#slots.filter((slot) => slot.ready);
    const [slot] = ready.sort((a, b) => load(a) - load(b));
    if (slot === undefined) throw new ServiceError('worker_unavailable');
    this.#placements.set(room, { slot, sessions: 1 });
    return slot;
  }

  #leave(room: string): void {
    const placement = this.#placements.get(room);
    if (placement === undefined) return;
    placement.sessions--;
    if (placement.sessions === 0) this.#placements.delete(room);
  }

  #forget(sessionId: string, reason: CloseReason): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    this.#sessions.delete(sessionId);
    this.#leave(session.room);
    this.#events.onSessionClosed({ sessionId, room: session.room, role: session.role, reason });
  }

  #makeSlot(options: WorkerPoolOptions, index: number): WorkerSlot {
    const firstPort = options.worker.udpPort;
    const worker = { ...options.worker, udpPort: firstPort === 0 ? 0 : firstPort + index };
    return new WorkerSlot(index, options.launch, worker, {
      onEvent: (_, event) => this.#handleEvent(event),
      onReady: ({ pid, udpPort }) => this.#events.onWorkerReady({ index, pid, udpPort }),
      onDied: (slot, status, wait) => this.#handleDeath(slot, status, wait),
      onOutput: (_, line) => this.#events.onWorkerOutput(index, line),
    });
  }

  #handleEvent(event: WorkerEvent): void {
    this.#forget(event.sessionId, event.reason);
  }

  #handleDeath(slot: WorkerSlot, status: string, restartInMilliseconds: number): void {
    const lost = [...this.#sessions].filter(([, session]) => session.slot === slot && session.tag !== undefined);
    for (const [sessionId] of lost) this.#forget(sessionId, 'worker_died');
    this.#events.onWorkerDied({ index: slot.index, status, sessions: lost.length, restartInMilliseconds });
  }
}
