import type { PipeMessage } from '../protocol/pipe/control-messages.ts';
import type { DatagramCipher } from '../protocol/pipe/datagram-cipher.ts';
import type { PipeDelivery } from '../protocol/pipe/pipe-session.ts';
import { PipeResponder, type RespondingSession } from '../protocol/pipe/pipe-responder.ts';
import { PipeSink } from './pipe-sink.ts';
import type { PublicationFollower } from './publication.ts';
import type { Room } from './room.ts';

export interface PipeOriginOptions<Address> {
  pipeKey: Uint8Array;
  /** Longest datagram that the way to an address takes, bytes. */
  datagramBytes: (address: Address) => number;
  send: (datagram: Uint8Array, to: Address) => void;
  /** By node:crypto where none is given. */
  cipher?: DatagramCipher | undefined;
  randomBytes: (count: number) => Uint8Array;
  /** The open room of this name. */
  findRoom: (name: string) => Room | undefined;
  /** A publisher of this worker is to be asked for something. */
  onRequest: (room: Room, now: number) => void;
  /** There is something to do at once. */
  onWork: () => void;
}

interface Followed {
  room: string;
  sink: PipeSink;
}

/** What other workers have of the rooms whose publishers are on this one. */
export class PipeOrigin<Address> {
  readonly #options: PipeOriginOptions<Address>;
  readonly #responder: PipeResponder<Address>;
  readonly #bySession = new Map<RespondingSession<Address>, Map<number, Followed>>();
  readonly #byRoom = new Map<string, Set<PipeSink>>();

  constructor(options: PipeOriginOptions<Address>) {
    this.#options = options;
    this.#responder = new PipeResponder({
      ...options,
      onDelivery: (session, delivery, now) => this.#deliver(session, delivery, now),
      onEnded: (session) => this.#endSession(session),
    });
  }

  /** Sessions of other workers, for figures. */
  get sessions(): RespondingSession<Address>[] {
    return this.#responder.sessions;
  }

  /** Who follows a room. */
  followers(room: string): PublicationFollower[] {
    return [...(this.#byRoom.get(room) ?? [])];
  }

  receive(datagram: Uint8Array, from: Address, now: number): void {
    this.#responder.receive(datagram, from, now);
  }

  handleTimeout(now: number): void {
    for (const sinks of this.#byRoom.values()) for (const sink of sinks) sink.handleTimeout(now);
    this.#responder.handleTimeout(now);
  }

  /** Gives nothing any more; the other ends notice by its silence. */
  close(): void {
    for (const session of this.#bySession.keys()) this.#endSession(session);
  }

  /** Monotonic ms when handleTimeout has something to do. */
  deadline(): number {
    let deadline = this.#responder.deadline();
    for (const sinks of this.#byRoom.values()) {
      for (const sink of sinks) deadline = Math.min(deadline, sink.deadline());
    }
    return deadline;
  }

  #deliver(session: RespondingSession<Address>, { messages, frames }: PipeDelivery, now: number): void {
    for (const message of messages) this.#handleMessage(session, message, now);
    for (const frame of frames) {
      if (frame.type !== 'nack') continue;
      const followed = this.#bySession.get(session)?.get(frame.subscription);
      followed?.sink.handleNack(frame.track, frame.sequences, now);
    }
  }

  #handleMessage(session: RespondingSession<Address>, message: PipeMessage, now: number): void {
    const followed = this.#bySession.get(session)?.get(message.subscription);
    switch (message.type) {
      case 'subscribe':
        if (followed === undefined) this.#subscribe(session, message.subscription, message.room);
        return;
      case 'unsubscribe':
        if (followed === undefined) return;
        this.#bySession.get(session)?.delete(message.subscription);
        this.#unfollow(followed);
        return;
      default: {
        if (followed === undefined) return;
        followed.sink.handleMessage(message, now);
        const room = this.#options.findRoom(followed.room);
        if (room !== undefined && message.type === 'requestKeyframe') this.#options.onRequest(room, now);
      }
    }
  }

  #subscribe(session: RespondingSession<Address>, subscription: number, room: string): void {
    const sink = new PipeSink({ subscription, sender: session.session, onWork: this.#options.onWork });
    const ofSession = this.#bySession.get(session) ?? new Map<number, Followed>();
    this.#bySession.set(session, ofSession.set(subscription, { room, sink }));
    const ofRoom = this.#byRoom.get(room) ?? new Set<PipeSink>();
    this.#byRoom.set(room, ofRoom.add(sink));
    this.#options.findRoom(room)?.follow(sink);
  }

  #unfollow({ room, sink }: Followed): void {
    sink.close();
    const sinks = this.#byRoom.get(room);
    sinks?.delete(sink);
    if (sinks?.size === 0) this.#byRoom.delete(room);
  }

  #endSession(session: RespondingSession<Address>): void {
    for (const followed of this.#bySession.get(session)?.values() ?? []) this.#unfollow(followed);
    this.#bySession.delete(session);
  }
}
