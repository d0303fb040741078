/** The event streams of all sessions: opened by POST, found by their id, ended with their session. */
import { randomBytes } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import type { RoomService, RoomState } from '../sfu/room-service.ts';
import { EventStream } from './event-stream.ts';
import type { EventName } from './event-stream.ts';

/** A page needs one; a few more are for those that reload. */
const STREAMS_A_SESSION = 8;
/** 144 bits: not to be guessed. */
const STREAM_ID_BYTES = 18;

/** The streams of one session, and how its room is. */
interface WatchedSession {
  readonly streams: Map<string, EventStream>;
  state: RoomState;
  videoMid: string | undefined;
  /** Resolves when the state is known. */
  ready: Promise<void>;
}

export class EventStreams {
  readonly #rooms: RoomService;
  readonly #sessions = new Map<string, WatchedSession>();

  constructor(rooms: RoomService) {
    this.#rooms = rooms;
  }

  /** Opens a stream of these events and returns its id. */
  async open(sessionId: string, names: ReadonlySet<EventName>): Promise<string> {
    const session = this.#sessions.get(sessionId) ?? this.#watch(sessionId);
    await session.ready;
    if (this.#sessions.get(sessionId) !== session) throw new ServiceError('no_such_session');
    if (session.streams.size >= STREAMS_A_SESSION) throw new ServiceError('too_many_event_streams');
    const id = randomBytes(STREAM_ID_BYTES).toString('base64url');
    session.streams.set(id, new EventStream(names, session.videoMid, session.state));
    return id;
  }

  /** A stream of a session. Throws where there is none. */
  find(sessionId: string, id: string): EventStream {
    const stream = this.#sessions.get(sessionId)?.streams.get(id);
    if (stream === undefined) throw new ServiceError('no_such_event_stream');
    return stream;
  }

  /** Ends a stream and forgets it. */
  remove(sessionId: string, id: string): void {
    this.find(sessionId, id).close();
    this.#sessions.get(sessionId)?.streams.delete(id);
  }

  /** Ends all streams: the server stops. */
  close(): void {
    for (const sessionId of [...this.#sessions.keys()]) this.#end(sessionId);
  }

  #watch(sessionId: string): WatchedSession {
    const session: WatchedSession = {
      streams: new Map(),
      state: { active: false, layers: [], viewerCount: 0 },
      videoMid: undefined,
      ready: Promise.resolve(),
    };
    this.#sessions.set(sessionId, session);
    session.ready = this.#follow(sessionId, session).catch((error: unknown) => {
      this.#sessions.delete(sessionId);
      throw error;
    });
    return session;
  }

  async #follow(sessionId: string, session: WatchedSession): Promise<void> {
    session.videoMid = await this.#rooms.watch(sessionId, {
      onState: (state) => {
        session.state = state;
        for (const stream of session.streams.values()) stream.update(state);
      },
      onDraining: () => {
        for (const stream of session.streams.values()) stream.draining();
      },
      onEnded: () => this.#end(sessionId),
    });
  }

  #end(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    this.#sessions.delete(sessionId);
    for (const stream of session?.streams.values() ?? []) stream.close();
  }
}
