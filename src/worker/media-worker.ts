import { ServiceError } from '../errors.ts';
import type { Certificate, Transport } from '../native/addon.ts';
import { decideIcePatch } from '../peer/ice-patch.ts';
import type { Candidate } from '../protocol/sdp/types.ts';
import type { Refusal } from '../protocol/pipe/handshake.ts';
import { parseFragment, writeFragment } from '../protocol/sdp/fragment.ts';
import { decideLayerWish, publishedLayers } from '../sfu/layer-wish.ts';
import type { LayerRequest, RoomState, PatchAnswer, SessionSummary } from '../sfu/room-service.ts';
import type { Room } from '../sfu/room.ts';
import type { PublisherWarning } from '../sfu/publisher-warnings.ts';
import type {
  CloseReason,
  PipeAddress,
  RemovalReason,
  RoomOrigin,
  WorkerMetrics,
  WorkerRoomDetail,
  WorkerRoomSummary,
} from '../worker-protocol.ts';
import type { Clock, Randomness } from './environment.ts';
import { PipeDriver } from './pipe-driver.ts';
import type { PipeSocket } from './pipe-socket.ts';
import type { RecorderHost } from './recorder-host.ts';
import { RecordingSink } from './recording-sink.ts';
import { RoomWatcher } from './room-watcher.ts';
import { Rooms } from './rooms.ts';
import type { Session } from './session.ts';
import { type OpenRequest, SessionOpener } from './session-opener.ts';
import { SessionDriver } from './session-driver.ts';
import { WorkerCounters } from './worker-counters.ts';

export interface MediaWorkerOptions {
  transport: Transport;
  certificate: Certificate;
  /** What answers announce, most preferred first. */
  candidates: readonly Candidate[];
  /** How long viewers stay when their publisher has left, ms. */
  roomLingerMs: number;
  /** Undefined where nothing is recorded. */
  recorder?: RecorderHost | undefined;
  /** The longest group of pictures to keep for new viewers, ms; 0 for none. */
  gopCacheMs: number;
  clock: Clock;
  randomness: Randomness;
  /** What comes from other workers and goes to them; undefined where there are none. */
  pipes?: { key: Uint8Array; socket: PipeSocket } | undefined;
  /** Another worker does not talk to this one. */
  onPipeRefused?: (address: PipeAddress, refusal: Refusal) => void;
  /** Told once for each session that gets so far; `joinTime` in milliseconds, from its offer. */
  onSessionConnected?: (session: Session, joinTime: number) => void;
  /** Told of rooms that are watched. */
  onRoomChanged?: (room: string, state: RoomState) => void;
  /** Told when a warning about a broadcast begins to hold, and when it no longer does. */
  onPublisherWarning?: (sessionId: string, room: string, warning: PublisherWarning, holds: boolean) => void;
  /** Told once for each session. */
  onSessionClosed: (session: Session, reason: CloseReason) => void;
}

/** The sessions and rooms of one media worker. Refusals are thrown as ServiceErrors. */
export class MediaWorker {
  readonly #options: MediaWorkerOptions;
  readonly #rooms: Rooms;
  readonly #driver: SessionDriver;
  readonly #opener: SessionOpener;
  readonly #counters: WorkerCounters;
  readonly #watcher: RoomWatcher;
  readonly #pipes: PipeDriver | undefined;
  /** Rooms whose newest publisher is not to be recorded. */
  readonly #unrecorded = new Set<string>();

  constructor(options: MediaWorkerOptions) {
    this.#options = options;
    const { recorder, clock } = options;
    this.#rooms = new Rooms(options.transport, {
      lingerMs: options.roomLingerMs,
      createRecorder:
        recorder &&
        ((room, kinds) => (this.#unrecorded.has(room) ? undefined : new RecordingSink(recorder, clock, room, kinds))),
      followers: (room) => this.#pipes?.followers(room) ?? [],
    });
    this.#counters = new WorkerCounters(options.transport);
    this.#watcher = new RoomWatcher(options.clock, (room, state) => options.onRoomChanged?.(room.name, state));
    this.#driver = new SessionDriver(options.transport, options.clock, {
      onConnected: (session) => options.onSessionConnected?.(session, options.clock.now() - session.openedAt),
      onClosed: (session, reason) => {
        this.#rooms.leave(session, options.clock.now());
        this.#counters.sessionEnded(session);
        this.#watcher.forget(session);
        options.onSessionClosed(session, reason);
      },
      onSendBlocked: ({ participant }, blocked) => {
        // What was dropped meanwhile is lost: the picture goes on at a keyframe.
        if (!blocked && participant.role === 'play') participant.endpoint.requestKeyframes(options.clock.now());
      },
    });
    this.#opener = new SessionOpener(options);
    this.#pipes = this.#createPipes(options);
  }

  get driver(): SessionDriver {
    return this.#driver;
  }

  open(request: OpenRequest): { answer: string; tag: string } {
    const { session, answer } = this.#opener.open(request, (name) => this.#rooms.get(name));
    if (request.role === 'publish') {
      if (request.recorded === false) this.#unrecorded.add(request.room);
      else this.#unrecorded.delete(request.room);
    }
    this.#driver.add(session);
    this.#rooms.join(session);
    if (request.role === 'play') this.#pipes?.viewerJoined();
    return { answer, tag: session.tag };
  }

  patch(sessionId: string, text: string, ifMatch: string | undefined): PatchAnswer {
    const session = this.#session(sessionId);
    const fragment = parseFragment(text);
    if (!fragment.ok) throw new ServiceError('malformed_fragment', { detail: fragment.detail });
    const patch = decideIcePatch(fragment.value, ifMatch, { remote: session.agent.remote, tag: session.tag });
    switch (patch.type) {
      case 'refusal':
        throw new ServiceError(patch.code);
      case 'trickle':
        // A lite agent sends no checks: the client's candidates show themselves by theirs.
        return { fragment: undefined, tag: undefined };
      case 'restart': {
        const local = this.#options.randomness.iceCredentials();
        this.#driver.restart(session, local, patch.remote);
        session.tag = this.#options.randomness.tag();
        const { candidates } = this.#options;
        return { fragment: writeFragment(session.negotiation, { ice: local, candidates }), tag: session.tag };
      }
    }
  }

  remove(sessionId: string, reason: RemovalReason = 'deleted'): void {
    this.#driver.close(this.#session(sessionId), reason);
  }

  /** Turns a viewer to the layer that it asks for. */
  selectLayer(sessionId: string, request: LayerRequest): void {
    const { participant, negotiation, room } = this.#session(sessionId);
    if (participant.role !== 'play') throw new ServiceError('no_such_session');
    const decision = decideLayerWish(request, negotiation.media, room.publisher && publishedLayers(room.publisher));
    if (!decision.ok) throw new ServiceError(decision.code, { detail: decision.detail });
    participant.endpoint.setWish(decision.media.offered.mid, decision.wish, this.#options.clock.now());
  }

  /** Tells how a session's room changes, until the session ends. */
  watch(sessionId: string): { videoMid: string | undefined; state: RoomState } {
    const session = this.#session(sessionId);
    const video = session.negotiation.media.find(({ offered }) => offered.kind === 'video');
    return { videoMid: video?.offered.mid, state: this.#watcher.watch(session) };
  }

  rooms(): WorkerRoomSummary[] {
    const now = this.#options.clock.now();
    return this.#rooms.all().map((room) => ({ ...room.summary(now), origin: originOf(room) }));
  }

  room(name: string): WorkerRoomDetail {
    const room = this.#rooms.find(name);
    if (room === undefined) throw new ServiceError('no_such_room');
    const now = this.#options.clock.now();
    const sessions = this.#driver.sessions().filter((session) => session.room === room);
    return {
      ...room.summary(now),
      origin: originOf(room),
      sessions: sessions.map((session) => summarize(session, now)),
    };
  }

  /** Where the publisher of a room is, if on another worker. */
  setOrigin(room: string, origin: PipeAddress | undefined): void {
    this.#pipes?.setOrigin(room, origin);
  }

  metrics(): WorkerMetrics {
    const { clock, recorder } = this.#options;
    return {
      ...this.#counters.metrics(this.#driver.sessions(), clock.now(), recorder?.counters),
      pipes: { name: this.#pipes?.name, from: this.#pipes?.figures() ?? [] },
    };
  }

  closeRoom(name: string): void {
    const room = this.#rooms.find(name);
    if (room === undefined) throw new ServiceError('no_such_room');
    for (const session of this.#driver.sessions()) {
      if (session.room === room) this.#driver.close(session, 'room_closed');
    }
  }

  /** Ends all sessions with RTCP BYE and DTLS close_notify, and the socket; resolves when recordings are finished. */
  async stop(): Promise<void> {
    for (const session of this.#driver.sessions()) this.#driver.close(session, 'shutdown');
    this.#driver.stop();
    this.#pipes?.stop();
    this.#counters.stop();
    this.#watcher.stop();
    this.#options.transport.close();
    await this.#options.recorder?.stop();
  }

  #createPipes({ pipes, clock, gopCacheMs, onPipeRefused }: MediaWorkerOptions): PipeDriver | undefined {
    if (pipes === undefined) return undefined;
    return new PipeDriver({
      pipeKey: pipes.key,
      socket: pipes.socket,
      clock,
      gopCacheMs,
      findRoom: (name) => this.#rooms.find(name),
      onRoomActive: (room, now) => this.#driver.roomActive(room, now),
      onRoomEnded: (room) => {
        if (this.#rooms.closeIfEmpty(room)) this.#counters.roomClosed(room.name);
      },
      onRequest: (room, now) => this.#driver.publisherAsked(room, now),
      onRefused: (address, refusal) => onPipeRefused?.(address, refusal),
    });
  }

  #session(sessionId: string): Session {
    const session = this.#driver.find(sessionId);
    if (session === undefined) throw new ServiceError('no_such_session');
    return session;
  }
}

function originOf({ publisher }: Room): RoomOrigin {
  return publisher?.origin ?? 'none';
}

function summarize(session: Session, now: number): SessionSummary {
  const { participant } = session;
  const figures = participant.endpoint.figures(now);
  const layer = participant.role === 'play' ? participant.endpoint.layer : undefined;
  return {
    sessionId: session.id,
    role: participant.role,
    state: session.state === 'connected' ? 'connected' : 'connecting',
    since: session.since,
    rid: participant.role === 'play' ? participant.endpoint.rid : undefined,
    spatialLayerId: layer?.spatialLayer,
    temporalLayerId: layer?.temporalLayer,
    ...figures,
  };
}
