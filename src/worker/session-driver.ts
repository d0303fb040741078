import type { Transport } from '../native/addon.ts';
import type { IceCredentials } from '../protocol/sdp/types.ts';
import { parseCompound } from '../protocol/rtcp/compound.ts';
import { stunUsername } from '../protocol/stun/message.ts';
import type { Room } from '../sfu/room.ts';
import type { RtpBatch } from '../sfu/rtp-batch.ts';
import type { CloseReason } from '../worker-protocol.ts';
import { type BatchHandler, BatchDispatcher } from './batch-dispatcher.ts';
import type { Clock } from './environment.ts';
import type { StreamSessions } from './ice-tcp-connection.ts';
import { remoteAddress, streamOf } from './route-address.ts';
import { SessionRoutes } from './session-routes.ts';
import type { Session } from './session.ts';

/** A client that gets through ICE has this long for DTLS, ms; ICE itself has the consent time. */
const HANDSHAKE_TIMEOUT_MS = 30_000;
/** The loop looks at its deadlines no more often than this, ms: fine enough for NACK, and few wake-ups. */
const TICK_MS = 10;
/** It looks at them at least this often, ms: consent expires by the second. */
const MAXIMUM_SLEEP_MS = 1000;
/** While packets come from another worker, it looks at them as often as feedback to a publisher is due, ms. */
const ACTIVE_SLEEP_MS = 100;
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
  #timer: NodeJS.Timeout | undefined;
  /** Rooms with a burst on its way. */
  readonly #bursts = new Map<Room, NodeJS.Timeout>();
  /** Monotonic ms at which the timer is due. */
  #due = Number.POSITIVE_INFINITY;

  constructor(transport: Transport, clock: Clock, events: SessionEvents) {
    this.#transport = transport;
    this.#clock = clock;
    this.#events = events;
    this.#routes = new SessionRoutes(transport);
  }

  add(session: Session): void {
    this.#byId.set(session.id, session);
    this.#byPeer.set(session.peer, session);
    this.#byUfrag.set(session.agent.local.ufrag, session);
    const now = this.#clock.now();
    this.#wakeAt(now + HANDSHAKE_TICK_MS, now);
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
    for (const ufrag of session.agent.ufrags) this.#byUfrag.delete(ufrag);
    session.participant.endpoint.close(connected);
    this.#routes.peerClosed(session);
    this.#transport.closePeer(session.peer);
    this.#events.onClosed(session, reason);
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
    this.#sendLater(room, now);
    this.#wakeAt(now + ACTIVE_SLEEP_MS, now);
  }

  /** The publisher of a room is to be asked for something. */
  publisherAsked({ publisher }: Room, now: number): void {
    if (publisher !== undefined) this.#wakeAt(publisher.deadline(), now);
  }

  /** Stops the timers. */
  stop(): void {
    clearTimeout(this.#timer);
    for (const timer of this.#bursts.values()) clearTimeout(timer);
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
    this.#wakeAt(endpoint.deadline(), now);
    this.#sendLater(session.room, now);
  }

  rtcp(peer: number, datagram: Uint8Array, now: number): void {
    const session = this.#byPeer.get(peer);
    if (session === undefined) return;
    session.agent.touch(now);
    const { participant, room } = session;
    participant.endpoint.handleRtcp(parseCompound(datagram), now);
    if (participant.role === 'publish' && participant.endpoint.ended) this.close(session, 'peer_closed');
    // A viewer's request for a keyframe is the publisher's work.
    if (room.publisher !== undefined) this.#wakeAt(room.publisher.deadline(), now);
    this.#wakeAt(participant.endpoint.deadline(), now);
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
      const before = this.sessions().find((other) => other.participant.endpoint === replaced);
      if (before !== undefined) this.close(before, 'replaced');
    }
    this.#events.onConnected(session);
    this.#wakeAt(now, now);
  }

  dtlsFailed(peer: number): void {
    const session = this.#byPeer.get(peer);
    if (session !== undefined) this.close(session, 'handshake_failed');
  }

  dtlsClosed(peer: number): void {
    const session = this.#byPeer.get(peer);
    if (session !== undefined) this.close(session, 'peer_closed');
  }

  /** Bursts are spread over milliseconds, finer than the deadlines of sessions are looked at. */
  #sendLater(room: Room, now: number): void {
    const due = room.sendingDeadline();
    if (due === Number.POSITIVE_INFINITY || this.#bursts.has(room)) return;
    const timer = setTimeout(() => {
      this.#bursts.delete(room);
      const later = this.#clock.now();
      room.sendWaiting(later);
      this.#sendLater(room, later);
    }, due - now);
    this.#bursts.set(room, timer);
  }

  /** Looks at the deadlines at this time, or earlier where that is planned already. */
  #wakeAt(time: number, now: number): void {
    if (this.#byId.size === 0) return;
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
    let deadline = now + MAXIMUM_SLEEP_MS;
    for (const session of this.#byId.values()) {
      deadline = Math.min(deadline, this.#handleTimeout(session, now));
    }
    this.#wakeAt(deadline, now);
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
