import { ByteWriter } from './byte-writer.ts';
import { type PipeMessage, parseMessage, writeMessage } from './control-messages.ts';
import type { DatagramCipher } from './datagram-cipher.ts';
import { ControlReceiver, ControlSender } from './control-stream.ts';
import { eachPacket, type PipeFrame, type PipeStatistics, parseFrames, writeFrame } from './frames.ts';
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
  /** By node:crypto where none is given. */
  cipher?: DatagramCipher | undefined;
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

/** What an end has counted since the session began. */
export interface PipeFigures {
  datagramsSent: number;
  bytesSent: number;
  datagramsReceived: number;
  bytesReceived: number;
  /** Of those that the other end has sent. */
  datagramsLost: number;
  /** RTP packets that came. */
  packetsReceived: number;
  /** RTP packets that this end asked for again, each time counted. */
  packetsNacked: number;
  /** RTP packets that came after later ones, as those do that were asked for again. */
  packetsRepaired: number;
  /** Milliseconds; undefined until a ping was answered. */
  roundTrip: number | undefined;
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
  readonly #counted: Omit<PipeFigures, 'datagramsSent' | 'roundTrip'> = {
    bytesSent: 0,
    datagramsReceived: 0,
    bytesReceived: 0,
    datagramsLost: 0,
    packetsReceived: 0,
    packetsNacked: 0,
    packetsRepaired: 0,
  };
  #lastReceived: number;
  #broken = false;
  #pingDue = Number.POSITIVE_INFINITY;
  #ping: { id: number; sentAt: number } | undefined;
  #pingId = 0;
  #pongId: number | undefined;
  #roundTrip: number | undefined;

  constructor(options: PipeSessionOptions) {
    this.#options = options;
    this.#sealer = new DatagramSealer(options.sendKey, options.remoteId, options.cipher);
    this.#opener = new DatagramOpener(options.receiveKey, options.cipher);
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

  get figures(): PipeFigures {
    return { ...this.#counted, datagramsSent: this.#sealer.count, roundTrip: this.#roundTrip };
  }

  /** A packet has come that was asked for again. */
  noteRepaired(): void {
    this.#counted.packetsRepaired++;
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
    this.#counted.datagramsReceived++;
    this.#counted.bytesReceived += datagram.length;
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
    if (frame.type === 'nack') this.#counted.packetsNacked += frame.sequences.length;
    this.#writer.clear();
    writeFrame(frame, this.#writer);
    this.#sendWritten();
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
      this.#sendWritten();
      segment = this.#sender.poll(now, room);
    } while (segment !== undefined);
  }

  /** Monotonic ms when handleTimeout has something to send. */
  deadline(): number {
    if (this.#receiver.owesAcknowledgment || this.#pongId !== undefined) return 0;
    return Math.min(this.#sender.deadline(), this.#pingDue);
  }

  #sendWritten(): void {
    const datagram = this.#sealer.seal(this.#writer.bytes);
    this.#counted.bytesSent += datagram.length;
    this.#options.send(datagram);
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
        this.#takeStatistics(frame.statistics);
        return;
      case 'pong':
        this.#takeStatistics(frame.statistics);
        if (frame.id !== this.#ping?.id) return;
        this.#measure(now - this.#ping.sentAt);
        this.#ping = undefined;
        return;
      case 'packets':
        eachPacket(frame.packets, () => this.#counted.packetsReceived++);
        delivery.frames.push(frame);
        return;
      default:
        delivery.frames.push(frame);
    }
  }

  #takeStatistics(statistics: PipeStatistics): void {
    Object.assign(this.#received, statistics);
    // The datagram that tells it was not counted there, but is here. Later ones may have overtaken others.
    const missing = (statistics.datagramsSent + 1 - this.#counted.datagramsReceived) | 0;
    this.#counted.datagramsLost = Math.max(this.#counted.datagramsLost, missing);
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
    return { datagramsSent: this.#sealer.count >>> 0, datagramsReceived: this.#counted.datagramsReceived >>> 0 };
  }
}
