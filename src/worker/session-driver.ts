import type { Transport } from '../native/addon.ts';
import type { IceCredentials } from '../protocol/sdp/types.ts';
import { parseCompound } from '../protocol/rtcp/compound.ts';
import { stunUsername } from '../protocol/stun/message.ts';
import type { Room } from '../sfu/room.ts';
import type { RtpBatch } from '../sfu/rtp-batch.ts';
import type { CloseReason } from '../worker-protocol.ts';
import { type BatchHandler, BatchDispatcher } from './batch-dispatcher.ts';
import { DeadlineWheel } from './deadline-wheel.ts';
import type { Clock } from './environment.ts';
import type { StreamSessions } from './ice-tcp-connection.ts';
import { remoteAddress, streamOf } from './route-address.ts';
import { SessionRoutes } from './session-routes.ts';
import type { Session } from './session.ts';

/** A client that gets through ICE has this long for DTLS, ms; ICE itself has the consent time. */
const HANDSHAKE_TIMEOUT_MS = 30_000;
/** Deadlines are looked at no more often than this, ms: fine enough for NACK, and few wake-ups. */
const TICK_MS = 10;
/** While handshakes run, DTLS retransmissions are looked for this often, ms. */
const HANDSHAKE_TICK_MS = 50;

export interface SessionEvents {
  /** SRTP runs. */
  onConnected: (session: Session) => void;
  /** The session has ended; told once. */
  onClosed: (session: Session, reason: CloseReason) => void;
  /**
   * The client takes less by TCP than it is sent, so that packets are dropped from now on; or it has caught up, and
   * what it was not sent is lost.
   */
  onSendBlocked?: (session: Session, blocked: boolean) => void;
}

/** Drives the sessions of a worker: datagrams in, timers, closing. */
export class SessionDriver implements BatchHandler, StreamSessions {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #events: SessionEvents;
  readonly #dispatcher = new BatchDispatcher(this);
  readonly #routes: SessionRoutes;
  readonly #byId = new Map<string, Session>();
  readonly #byPeer = new Map<number, Session>();
  readonly #byUfrag = new Map<string, Session>();
  readonly #byPublisher = new Map<NonNullable<Room['publisher']>, Session>();
  /** Each session is looked at once a second at least. */
  readonly #wheel: DeadlineWheel<Session>;
  #timer: NodeJS.Timeout | undefined;
  /** Rooms in which something waits to be sent. */
  readonly #sends = new Map<Room, { timer: NodeJS.Timeout; due: number }>();
  /** Monotonic ms at which the timer is due. */
  #due = Number.POSITIVE_INFINITY;

  constructor(transport: Transport, clock: Clock, events: SessionEvents) {
    this.#transport = transport;
    this.#clock = clock;
    this.#events = events;
    this.#routes = new SessionRoutes(transport);
    this.#wheel = new DeadlineWheel(clock.now());
  }

  add(session: Session): void {
    this.#byId.set(session.id, session);
    this.#byPeer.set(session.peer, session);
    this.#byUfrag.set(session.agent.local.ufrag, session);
    const { participant } = session;
    if (participant.role === 'publish') this.#byPublisher.set(participant.endpoint, session);
    const now = this.#clock.now();
    this.#schedule(session, now + HANDSHAKE_TICK_MS, now);
  }

  find(sessionId: string): Session | undefined {
    return this.#byId.get(sessionId);
  }

  sessions(): Session[] {
    return [...this.#byId.values()];
  }

  /** Handles what one read of the transport brought. */
  handleBatch(recordCount: number): void {
    this.#dispatcher.dispatch(this.#transport, recordCount, this.#clock.now());
  }

  restart(session: Session, local: IceCredentials, remote: IceCredentials): void {
    for (const ufrag of session.agent.ufrags) this.#byUfrag.delete(ufrag);
    session.agent.restart(local, remote, this.#clock.now());
    for (const ufrag of session.agent.ufrags) this.#byUfrag.set(ufrag, session);
  }

  /** Ends a session: goodbye on the wire, out of its room, keys forgotten. Idempotent. */
  close(session: Session, reason: CloseReason): void {
    if (session.state === 'closed') return;
    const connected = session.state === 'connected';
    session.state = 'closed';
    this.#byId.delete(session.id);
    this.#byPeer.delete(session.peer);
    this.#wheel.delete(session);
    const { participant, room } = session;
    if (participant.role === 'publish') this.#byPublisher.delete(participant.endpoint);
    for (const ufrag of session.agent.ufrags) this.#byUfrag.delete(ufrag);
    participant.endpoint.close(connected);
    this.#routes.peerClosed(session);
    this.#transport.closePeer(session.peer);
    this.#events.onClosed(session, reason);
    if (participant.role === 'publish') this.#scheduleRoom(room);
  }

  isBound(stream: number): boolean {
    return this.#routes.sessionOfStream(stream) !== undefined;
  }

  /** The session stays for its consent time: the client may come back by another way. */
  streamClosed(stream: number): void {
    const session = this.#routes.sessionOfStream(stream);
    const route = session?.routes.find((candidate) => streamOf(candidate) === stream);
    if (session !== undefined && route !== undefined) this.#routes.remove(session, route);
  }

  streamBlocked(stream: number, blocked: boolean): void {
    const session = this.#routes.sessionOfStream(stream);
    if (session?.selectedRoute === undefined || streamOf(session.selectedRoute) !== stream) return;
    this.#events.onSendBlocked?.(session, blocked);
  }

  /** A room has got packets, or a publisher, from another worker. */
  roomActive(room: Room, now: number): void {
    this.#scheduleOthers(room, now);
  }

  /** The publisher of a room is to be asked for something. */
  publisherAsked(room: Room, now: number): void {
    this.#scheduleOthers(room, now);
  }

  /** Stops the timers. */
  stop(): void {
    clearTimeout(this.#timer);
    for (const { timer } of this.#sends.values()) clearTimeout(timer);
  }

  stun(datagram: Uint8Array, route: Uint8Array, now: number): void {
    const ufrag = stunUsername(datagram)?.split(':', 1)[0];
    const session = ufrag === undefined ? undefined : this.#byUfrag.get(ufrag);
    if (session === undefined) return;
    const before = session.agent.ufrags;
    const result = session.agent.handleRequest(datagram, remoteAddress(route), now);
    if (result.restarted) {
      this.#routes.removeAll(session);
      for (const old of before) if (!session.agent.ufrags.includes(old)) this.#byUfrag.delete(old);
    }
    if (result.response !== undefined) this.#transport.sendDatagram(route, result.response);
    if (!result.validated) return;
    this.#routes.add(session, route);
    if (!result.nominated) return;
    this.#routes.select(session, route);
    if (session.state === 'connecting') this.#transport.startDtls(session.peer);
  }

  rtp(peer: number, ssrc: number, batch: RtpBatch, now: number): void {
    const session = this.#byPeer.get(peer);
    if (session?.participant.role !== 'publish') return;
    session.agent.touch(now);
    const { endpoint } = session.participant;
    endpoint.handleRtp(batch, ssrc, now);
    this.#schedule(session, endpoint.deadline(), now);
    this.#sendLater(session.room, now);
  }

  rtcp(peer: number, datagram: Uint8Array, now: number): void {
    const session = this.#byPeer.get(peer);
    if (session === undefined) return;
    session.agent.touch(now);
    const { participant, room } = session;
    participant.endpoint.handleRtcp(parseCompound(datagram), now);
    if (participant.role === 'publish' && participant.endpoint.ended) this.close(session, 'peer_closed');
    this.#schedule(session, participant.endpoint.deadline(), now);
    this.#scheduleOthers(room, now);
  }

  dtlsConnected(peer: number, now: number): void {
    const session = this.#byPeer.get(peer);
    if (session?.state !== 'connecting') return;
    session.state = 'connected';
    const { participant, room } = session;
    if (participant.role === 'play') {
      participant.endpoint.start(now);
    } else {
      const replaced = room.publisher;
      room.setLivePublisher(participant.endpoint, this.#clock.wallClock());
      const before = replaced && this.#byPublisher.get(replaced);
      if (before !== undefined) this.close(before, 'replaced');
    }
    this.#events.onConnected(session);
    this.#schedule(session, now, now);
    this.#scheduleOthers(room, now);
  }

  dtlsFailed(peer: number): void {
    const session = this.#byPeer.get(peer);
    if (session !== undefined) this.close(session, 'handshake_failed');
  }

  dtlsClosed(peer: number): void {
    const session = this.#byPeer.get(peer);
    if (session !== undefined) this.close(session, 'peer_closed');
  }

  /** What a session asks for may be its publisher's work, such as a keyframe, or go on later, such as catching up. */
  #scheduleOthers(room: Room, now: number): void {
    const session = room.publisher && this.#byPublisher.get(room.publisher);
    if (room.publisher !== undefined && session !== undefined) this.#schedule(session, room.publisher.deadline(), now);
    this.#sendLater(room, now);
  }

  /** The time of a room whose publisher has left runs. */
  #scheduleRoom(room: Room): void {
    const now = this.#clock.now();
    for (const session of this.#byId.values()) {
      if (session.room === room) this.#schedule(session, room.deadline(), now);
    }
  }

  /** What waits to be sent is due by the millisecond, finer than the deadlines of sessions are looked at. */
  #sendLater(room: Room, now: number): void {
    const due = room.sendingDeadline();
    const planned = this.#sends.get(room);
    if (due >= (planned?.due ?? Number.POSITIVE_INFINITY)) return;
    clearTimeout(planned?.timer);
    const timer = setTimeout(() => {
      this.#sends.delete(room);
      const later = this.#clock.now();
      room.sendWaiting(later);
      this.#scheduleOthers(room, later);
    }, due - now);
    this.#sends.set(room, { timer, due });
  }

  /** Looks at the session at this time, or earlier where that is planned already. */
  #schedule(session: Session, time: number, now: number): void {
    if (session.state === 'closed') return;
    this.#wakeAt(this.#wheel.set(session, time, now), now);
  }

  #wakeAt(time: number, now: number): void {
    const due = Math.max(time, now + TICK_MS);
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#tick();
    }, due - now);
  }

  #tick(): void {
    const now = this.#clock.now();
    for (const session of this.#wheel.take(now)) {
      if (session.state !== 'closed') this.#schedule(session, this.#handleTimeout(session, now), now);
      this.#scheduleOthers(session.room, now);
    }
    this.#wakeAt(this.#wheel.deadline(), now);
  }

  /** Does what is due of one session and returns its next deadline. */
  #handleTimeout(session: Session, now: number): number {
    if (session.agent.isExpired(now)) {
      this.close(session, 'timeout');
      return Number.POSITIVE_INFINITY;
    }
    if (session.state === 'connecting') {
      if (now - session.openedAt >= HANDSHAKE_TIMEOUT_MS) {
        this.close(session, session.routes.length === 0 ? 'timeout' : 'handshake_failed');
        return Number.POSITIVE_INFINITY;
      }
      if (this.#transport.dtlsTimeout(session.peer) === 0) this.#transport.handleDtlsTimeout(session.peer);
      return now + HANDSHAKE_TICK_MS;
    }
    const { endpoint, role } = session.participant;
    if (role === 'play' && now >= session.room.deadline()) {
      this.close(session, 'room_closed');
      return Number.POSITIVE_INFINITY;
    }
    if (now >= endpoint.deadline()) endpoint.handleTimeout(now);
    return Math.min(endpoint.deadline(), session.agent.deadline(), session.room.deadline());
  }
}
