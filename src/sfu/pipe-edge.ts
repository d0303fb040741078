import type { DatagramCipher } from '../protocol/pipe/datagram-cipher.ts';
import { parseHead, type Refusal } from '../protocol/pipe/handshake.ts';
import type { PipeFigures } from '../protocol/pipe/pipe-session.ts';
import { PipeLink } from './pipe-link.ts';
import type { PipePublication } from './pipe-publication.ts';
import { PipeSubscription } from './pipe-subscription.ts';
import type { Publication } from './publication.ts';
import type { Room } from './room.ts';

/** Whether rooms still have viewers is looked at this often, ms. */
const REVIEW_INTERVAL_MS = 250;
/** A room without viewers is subscribed to for so long: the next one may be on its way, ms. */
const IDLE_MS = 2000;
/** Where a room's publisher is, is remembered for so long after its last viewer, ms. */
const MEMORY_MS = 10_000;
/** A link that nothing is asked of is kept for so long, ms. */
const UNUSED_LINK_MS = 5000;

export interface PipeEdgeOptions<Address> {
  pipeKey: Uint8Array;
  /** Longest datagram that the way to an address takes, bytes. */
  datagramBytes: (address: Address) => number;
  /** Names an address: the same for equal ones. */
  nameOf: (address: Address) => string;
  send: (datagram: Uint8Array, to: Address) => void;
  /** By node:crypto where none is given. */
  cipher?: DatagramCipher | undefined;
  randomBytes: (count: number) => Uint8Array;
  /** The longest group of pictures to keep for new viewers, ms; 0 for none. */
  gopCacheMs: number;
  /** The open room of this name. */
  findRoom: (name: string) => Room | undefined;
  /** A room has got a publication, or packets. */
  onRoomActive: (room: Room, now: number) => void;
  /** A room has lost its publication. */
  onRoomEnded: (room: Room) => void;
  onRefused: (address: Address, refusal: Refusal) => void;
  /** There is something to do at once. */
  onWork: () => void;
}

/** What has come through a pipe since its session began, and the name of the other end's address. */
export interface PipeReport {
  origin: string;
  figures: PipeFigures;
}

/** A room whose publisher is elsewhere. */
interface EdgeRoom<Address> {
  readonly name: string;
  address: Address;
  /** The publisher of this worker that was there when the other was told: that one replaces it, a later one does not. */
  replaced: Publication | undefined;
  /** What feeds the room. */
  current: Subscribed | undefined;
  /** What will, as soon as a publisher is there: until then the current one goes on. */
  next: Subscribed | undefined;
  /** Monotonic ms when it last had viewers, or its origin was told. */
  usedAt: number;
}

interface Subscribed {
  link: PipeLink;
  subscription: PipeSubscription;
}

/** The rooms of a worker whose publishers are on other workers, and the links to these. */
export class PipeEdge<Address> {
  readonly #options: PipeEdgeOptions<Address>;
  readonly #links = new Map<string, PipeLink>();
  readonly #rooms = new Map<string, EdgeRoom<Address>>();
  #nextReview = Number.POSITIVE_INFINITY;

  constructor(options: PipeEdgeOptions<Address>) {
    this.#options = options;
  }

  /** Of the sessions with other workers, by the names of their addresses. */
  figures(): PipeReport[] {
    return [...this.#links].flatMap(([origin, { session }]) =>
      session === undefined ? [] : [{ origin, figures: session.figures }],
    );
  }

  /** Where a room's publisher is; undefined: on no other worker. */
  setOrigin(name: string, address: Address | undefined, now: number): void {
    const known = this.#rooms.get(name);
    if (address === undefined) {
      if (known !== undefined) this.#forget(known, now);
      return;
    }
    const publisher = this.#options.findRoom(name)?.publisher;
    const replaced = publisher?.origin === 'local' ? publisher : undefined;
    if (known === undefined) {
      this.#rooms.set(name, { name, address, replaced, current: undefined, next: undefined, usedAt: now });
    } else {
      const isSame = this.#options.nameOf(known.address) === this.#options.nameOf(address);
      Object.assign(known, { address, replaced, usedAt: now });
      if (!isSame) this.#leave(known, 'next', now);
    }
    this.review(now);
  }

  /** A viewer has come, or gone. */
  review(now: number): void {
    for (const room of this.#rooms.values()) this.#reviewRoom(room, now);
    this.#nextReview = this.#rooms.size === 0 && this.#links.size === 0 ? Infinity : now + REVIEW_INTERVAL_MS;
    for (const [name, { unusedSince }] of this.#links) {
      if (unusedSince !== undefined && now - unusedSince >= UNUSED_LINK_MS) this.#links.delete(name);
    }
  }

  /** True where the datagram was for one of these links. */
  receive(datagram: Uint8Array, now: number): boolean {
    const session = parseHead(datagram)?.session;
    for (const link of this.#links.values()) {
      if (link.id !== session) continue;
      link.receive(datagram, now);
      return true;
    }
    return false;
  }

  handleTimeout(now: number): void {
    if (now >= this.#nextReview) this.review(now);
    for (const link of this.#links.values()) if (now >= link.deadline()) link.handleTimeout(now);
  }

  /** Monotonic ms when handleTimeout has something to do. */
  deadline(): number {
    let deadline = this.#nextReview;
    for (const link of this.#links.values()) deadline = Math.min(deadline, link.deadline());
    return deadline;
  }

  /** Ends all subscriptions. */
  close(now: number): void {
    for (const room of this.#rooms.values()) this.#forget(room, now);
    for (const link of this.#links.values()) link.handleTimeout(now);
  }

  #reviewRoom(edge: EdgeRoom<Address>, now: number): void {
    const room = this.#options.findRoom(edge.name);
    const publisher = room?.publisher;
    if (publisher?.origin === 'local' && publisher !== edge.replaced) {
      this.#forget(edge, now);
      return;
    }
    if ((room?.subscriberCount ?? 0) > 0) {
      edge.usedAt = now;
      this.#subscribe(edge, now);
      // The room may have been closed, and opened anew, since its publication came.
      const publication = edge.current?.subscription.publication;
      if (room !== undefined && publication !== undefined && publisher !== publication) {
        this.#attach(room, publication, now);
      }
    } else if (now - edge.usedAt >= IDLE_MS) {
      this.#leave(edge, 'next', now);
      this.#leave(edge, 'current', now);
      if (now - edge.usedAt >= MEMORY_MS) this.#rooms.delete(edge.name);
    }
  }

  #subscribe(edge: EdgeRoom<Address>, now: number): void {
    const link = this.#linkTo(edge.address, now);
    if (edge.current?.link === link || edge.next?.link === link) return;
    const subscription = new PipeSubscription({
      room: edge.name,
      gopCacheMs: this.#options.gopCacheMs,
      onPublication: (publication, at) => this.#goLive(edge, subscription, publication, at),
      onEnded: (publication, at) => this.#end(edge, publication, at),
      onPackets: (at) => {
        const room = this.#options.findRoom(edge.name);
        if (room !== undefined) this.#options.onRoomActive(room, at);
      },
      onWork: this.#options.onWork,
    });
    edge.next = { link, subscription };
    link.add(subscription);
    this.#options.onWork();
  }

  #goLive(edge: EdgeRoom<Address>, subscription: PipeSubscription, publication: PipePublication, now: number): void {
    const room = this.#options.findRoom(edge.name);
    // A publisher has come to this worker meanwhile: the room is its own, and no longer this one's.
    if (room?.publisher?.origin === 'local' && room.publisher !== edge.replaced) {
      this.#forget(edge, now);
      return;
    }
    if (edge.next?.subscription === subscription) {
      const before = edge.current;
      edge.current = edge.next;
      edge.next = undefined;
      if (room !== undefined) this.#attach(room, publication, now);
      before?.link.remove(before.subscription, now);
    } else if (room !== undefined) {
      this.#attach(room, publication, now);
    }
  }

  #attach(room: Room, publication: PipePublication, now: number): void {
    room.setLivePublisher(publication, publication.liveSince);
    this.#options.onRoomActive(room, now);
  }

  #end(edge: EdgeRoom<Address>, publication: PipePublication, now: number): void {
    const room = this.#options.findRoom(edge.name);
    if (room?.publisher !== publication) return;
    room.removePublisher(publication, now);
    this.#options.onRoomEnded(room);
  }

  #forget(edge: EdgeRoom<Address>, now: number): void {
    this.#rooms.delete(edge.name);
    this.#leave(edge, 'next', now);
    this.#leave(edge, 'current', now);
    this.#options.onWork();
  }

  #leave(edge: EdgeRoom<Address>, which: 'current' | 'next', now: number): void {
    const subscribed = edge[which];
    edge[which] = undefined;
    subscribed?.link.remove(subscribed.subscription, now);
  }

  #linkTo(address: Address, now: number): PipeLink {
    const { pipeKey, datagramBytes, nameOf, send, cipher, randomBytes, onRefused, onWork } = this.#options;
    const name = nameOf(address);
    let link = this.#links.get(name);
    if (link === undefined) {
      link = new PipeLink({
        pipeKey,
        datagramBytes: datagramBytes(address),
        send: (datagram) => send(datagram, address),
        cipher,
        randomBytes,
        onRefused: (refusal) => onRefused(address, refusal),
        onWork,
        now,
      });
      this.#links.set(name, link);
    }
    return link;
  }
}
