import { parseCompound } from '../../src/protocol/rtcp/compound.ts';
import { findExtension } from '../../src/protocol/rtp/header-extensions.ts';
import { parseRtpHeader } from '../../src/protocol/rtp/packet.ts';
import type { AcceptedMedia } from '../../src/protocol/sdp/types.ts';
import type { PublicationFollower } from '../../src/sfu/publication.ts';
import { Publisher } from '../../src/sfu/publisher.ts';
import { Room } from '../../src/sfu/room.ts';
import { RtpBatch } from '../../src/sfu/rtp-batch.ts';
import { Subscriber } from '../../src/sfu/subscriber.ts';
import { negotiation } from '../../src/sfu/testing/fixtures.ts';
import type { Datagram } from './datagram.ts';
import type { EventQueue } from './event-queue.ts';
import { SimulatedFanOut } from './fan-out.ts';
import { ReplayWindow } from './replay-window.ts';
import { SentPackets } from './sent-packets.ts';
import { TRANSPORT_SEQUENCE_EXTENSION, type Viewer } from './viewer.ts';

/** The worker looks at its deadlines no more often than this, ms. */
const TICK_MS = 10;

/** A viewer's connection as the server has it. */
interface ServedViewer {
  subscriber: Subscriber;
  send: (datagram: Datagram) => void;
  /** Undefined until its packets are numbered. */
  sent: SentPackets | undefined;
}

/** The real room with its publisher and subscribers, driven by virtual time as a media worker drives them. */
export class SimulatedServer {
  readonly #events: EventQueue;
  readonly #viewers = new Map<number, ServedViewer>();
  readonly #batch = new RtpBatch();
  readonly #replays = new ReplayWindow();
  readonly room: Room;
  publisher: Publisher | undefined;
  #due = Number.POSITIVE_INFINITY;

  /** `followers`: who follows the room. */
  constructor(events: EventQueue, followers: () => readonly PublicationFollower[] = () => []) {
    this.#events = events;
    const createTable = () => new SimulatedFanOut((peer, bytes, numbered) => this.#sendRtp(peer, bytes, numbered));
    this.room = new Room('room', { lingerMs: 10_000, createTable, followers });
  }

  /** Connects the publisher. */
  publish(media: AcceptedMedia, send: (datagram: Datagram) => void): void {
    const publisher = new Publisher({
      negotiation: negotiation('publish', [media]),
      ssrc: 99,
      cname: 'server',
      gopCacheMs: 12_000,
      sendRtcp: (bytes) => {
        send({ kind: 'rtcp', bytes });
        return true;
      },
      now: this.#events.now,
    });
    this.publisher = publisher;
    this.room.addPublisher(publisher);
    this.room.setLivePublisher(publisher, this.#events.now);
    this.wakeAt(this.#events.now);
  }

  receiveFromPublisher({ kind, bytes }: Datagram): void {
    const { publisher } = this;
    const { now } = this.#events;
    if (publisher === undefined) return;
    if (kind === 'rtcp') {
      publisher.handleRtcp(parseCompound(bytes), now);
    } else {
      const header = parseRtpHeader(bytes);
      if (header === undefined || this.#replays.seen(header.ssrc, header.sequence)) return;
      this.#batch.setSingle(bytes, header);
      publisher.handleRtp(this.#batch, header.ssrc, now);
    }
    this.wakeAt(Math.min(publisher.deadline(), this.room.sendingDeadline()));
  }

  /** Connects a viewer. `peer` numbers it. */
  play(peer: number, viewer: Viewer, send: (datagram: Datagram) => void): void {
    const { now } = this.#events;
    const subscriber = new Subscriber({
      negotiation: negotiation('play', [viewer.media]),
      streams: [viewer.stream],
      peer,
      fanOuts: this.room.fanOuts,
      sendRtp: (bytes) => {
        this.#sendRtp(peer, bytes, findExtension(bytes, TRANSPORT_SEQUENCE_EXTENSION) !== undefined);
        return true;
      },
      sendRtcp: (bytes) => {
        send({ kind: 'rtcp', bytes });
        return true;
      },
      trackSends: () => {
        const sent = new SentPackets();
        const served = this.#viewers.get(peer);
        if (served !== undefined) served.sent = sent;
        return sent;
      },
      now,
    });
    this.#viewers.set(peer, { subscriber, send, sent: undefined });
    this.room.addSubscriber(subscriber);
    subscriber.start(now);
    this.wakeAt(now);
  }

  receiveFromViewer(peer: number, { bytes }: Datagram): void {
    const { now } = this.#events;
    const viewer = this.#viewers.get(peer);
    if (viewer === undefined) return;
    viewer.subscriber.handleRtcp(parseCompound(bytes), now);
    this.wakeAt(Math.min(viewer.subscriber.deadline(), this.publisher?.deadline() ?? Number.POSITIVE_INFINITY));
  }

  subscriber(peer: number): Subscriber | undefined {
    return this.#viewers.get(peer)?.subscriber;
  }

  #sendRtp(peer: number, bytes: Uint8Array, numbered: boolean): void {
    const viewer = this.#viewers.get(peer);
    const transportSequence = numbered ? viewer?.sent?.add(bytes.length, this.#events.now) : undefined;
    viewer?.send({ kind: 'rtp', bytes, transportSequence });
  }

  /** Looks at the deadlines at this time, or a tick from now. */
  wakeAt(time: number): void {
    const due = Math.max(time, this.#events.now + TICK_MS);
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
    this.room.sendWaiting(now);
    let deadline = this.room.sendingDeadline();
    const endpoints = [...this.#viewers.values()].map(({ subscriber }) => subscriber);
    for (const endpoint of this.publisher === undefined ? endpoints : [this.publisher, ...endpoints]) {
      if (now >= endpoint.deadline()) endpoint.handleTimeout(now);
      deadline = Math.min(deadline, endpoint.deadline());
    }
    this.wakeAt(deadline);
  }
}
