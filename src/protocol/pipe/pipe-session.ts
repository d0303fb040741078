import { ByteWriter } from './byte-writer.ts';
import { type PipeMessage, parseMessage, writeMessage } from './control-messages.ts';
import { ControlReceiver, ControlSender } from './control-stream.ts';
import { type PipeFrame, type PipeStatistics, parseFrames, writeFrame } from './frames.ts';
import type { DirectionKey } from './handshake.ts';
import { DatagramOpener, DatagramSealer, SEALED_OVERHEAD_BYTES } from './sealed-datagram.ts';

/** The end that pings does so this often, ms. */
const PING_INTERVAL_MS = 250;
/** What a datagram may need besides a segment of the control stream: its head, and the small frames. */
const SMALL_FRAMES_BYTES = 7 + 5 + 2 * 13;

export interface PipeSessionOptions {
  sendKey: DirectionKey;
  receiveKey: DirectionKey;
  /** The session as the other end numbers it. */
  remoteId: number;
  /** Longest datagram, bytes. */
  datagramBytes: number;
  send: (datagram: Uint8Array) => void;
  /** Monotonic milliseconds. */
  now: number;
}

/** Frames that are not the session's own business. */
export type MediaFrame = Extract<PipeFrame, { subscription: number }>;

/** What a datagram brought. */
export interface PipeDelivery {
  messages: PipeMessage[];
  frames: MediaFrame[];
}

/** One session of two ends that share its keys: reliable messages, frames that are sent once, and signs of life. */
export class PipeSession {
  readonly #options: PipeSessionOptions;
  readonly #sealer: DatagramSealer;
  readonly #opener: DatagramOpener;
  readonly #sender = new ControlSender();
  readonly #receiver = new ControlReceiver();
  readonly #writer = new ByteWriter();
  readonly #message = new ByteWriter();
  readonly #received: PipeStatistics = { datagramsSent: 0, datagramsReceived: 0 };
  #datagramsReceived = 0;
  #lastReceived: number;
  #broken = false;
  #pingDue = Number.POSITIVE_INFINITY;
  #ping: { id: number; sentAt: number } | undefined;
  #pingId = 0;
  #pongId: number | undefined;
  #roundTrip: number | undefined;

  constructor(options: PipeSessionOptions) {
    this.#options = options;
    this.#sealer = new DatagramSealer(options.sendKey, options.remoteId);
    this.#opener = new DatagramOpener(options.receiveKey);
    this.#lastReceived = options.now;
  }

  /** Monotonic ms of the newest authentic datagram. */
  get lastReceived(): number {
    return this.#lastReceived;
  }

  /** Milliseconds; undefined until a ping was answered. */
  get roundTrip(): number | undefined {
    return this.#roundTrip;
  }

  /** What this end has counted, and the newest that the other end has told. */
  get statistics(): { here: PipeStatistics; there: PipeStatistics } {
    return { here: this.#statistics(), there: { ...this.#received } };
  }

  /** The other end breaks the protocol, or acknowledges nothing: only a new session helps. */
  get broken(): boolean {
    return this.#broken || this.#sender.overflowed;
  }

  /** Longest frame that fits a datagram with no other, bytes. */
  get frameBytes(): number {
    return this.#options.datagramBytes - SEALED_OVERHEAD_BYTES;
  }

  /** Pings from now on, or no longer. */
  setPinging(pings: boolean, now: number): void {
    if (!pings) this.#pingDue = Number.POSITIVE_INFINITY;
    else if (this.#pingDue === Number.POSITIVE_INFINITY) this.#pingDue = now;
  }

  /** Opens a datagram; undefined where it is not authentic, or comes again. */
  receive(datagram: Uint8Array, now: number): PipeDelivery | undefined {
    const content = this.#opener.open(datagram);
    if (content === undefined) return undefined;
    this.#datagramsReceived++;
    this.#lastReceived = now;
    const delivery: PipeDelivery = { messages: [], frames: [] };
    const frames = parseFrames(content);
    if (frames === undefined) this.#broken = true;
    for (const frame of frames ?? []) this.#take(frame, delivery, now);
    return delivery;
  }

  /** Sends a message reliably, with the next call of handleTimeout. */
  sendMessage(message: PipeMessage): void {
    this.#message.clear();
    writeMessage(message, this.#message);
    this.#sender.send(this.#message.bytes);
  }

  /** Sends a frame once and at once, behind the messages that wait: they may be what makes it understood. */
  sendFrame(frame: MediaFrame, now: number): void {
    if (this.#sender.deadline() === 0) this.handleTimeout(now);
    this.#writer.clear();
    writeFrame(frame, this.#writer);
    this.#options.send(this.#sealer.seal(this.#writer.bytes));
  }

  /** Sends what is due. */
  handleTimeout(now: number): void {
    const room = this.frameBytes - SMALL_FRAMES_BYTES;
    let segment = this.#sender.poll(now, room);
    do {
      this.#writer.clear();
      if (segment !== undefined) writeFrame({ type: 'segment', ...segment }, this.#writer);
      this.#writeSmallFrames(now);
      if (this.#writer.length === 0) return;
      this.#options.send(this.#sealer.seal(this.#writer.bytes));
      segment = this.#sender.poll(now, room);
    } while (segment !== undefined);
  }

  /** Monotonic ms when handleTimeout has something to send. */
  deadline(): number {
    if (this.#receiver.owesAcknowledgment || this.#pongId !== undefined) return 0;
    return Math.min(this.#sender.deadline(), this.#pingDue);
  }

  #writeSmallFrames(now: number): void {
    if (this.#receiver.owesAcknowledgment) {
      writeFrame({ type: 'acknowledgment', offset: this.#receiver.takeAcknowledgment() }, this.#writer);
    }
    if (this.#pongId !== undefined) {
      writeFrame({ type: 'pong', id: this.#pongId, statistics: this.#statistics() }, this.#writer);
      this.#pongId = undefined;
    }
    if (now < this.#pingDue) return;
    this.#pingDue = now + PING_INTERVAL_MS;
    this.#pingId = (this.#pingId + 1) >>> 0;
    this.#ping = { id: this.#pingId, sentAt: now };
    writeFrame({ type: 'ping', id: this.#pingId, statistics: this.#statistics() }, this.#writer);
  }

  #take(frame: PipeFrame, delivery: PipeDelivery, now: number): void {
    switch (frame.type) {
      case 'segment':
        this.#takeMessages(this.#receiver.receive(frame), delivery);
        return;
      case 'acknowledgment':
        this.#sender.acknowledge(frame.offset);
        return;
      case 'ping':
        this.#pongId = frame.id;
        Object.assign(this.#received, frame.statistics);
        return;
      case 'pong':
        Object.assign(this.#received, frame.statistics);
        if (frame.id !== this.#ping?.id) return;
        this.#measure(now - this.#ping.sentAt);
        this.#ping = undefined;
        return;
      default:
        delivery.frames.push(frame);
    }
  }

  #takeMessages(messages: Uint8Array[] | undefined, delivery: PipeDelivery): void {
    if (messages === undefined) this.#broken = true;
    for (const bytes of messages ?? []) {
      const message = parseMessage(bytes);
      if (message === undefined) this.#broken = true;
      else delivery.messages.push(message);
    }
  }

  #measure(sample: number): void {
    this.#roundTrip = this.#roundTrip === undefined ? sample : this.#roundTrip + (sample - this.#roundTrip) / 4;
    this.#sender.setRoundTrip(this.#roundTrip);
  }

  #statistics(): PipeStatistics {
    return { datagramsSent: this.#sealer.count >>> 0, datagramsReceived: this.#datagramsReceived >>> 0 };
  }
}
