/**
 * The control stream of a session: messages, each after its length in 32 bits, as one stream of bytes. It is cut into
 * segments, which are sent again from the first one that is not acknowledged.
 */
import { concatenate, readUint32, writeUint32 } from '../../util/bytes.ts';

const LENGTH_BYTES = 4;
/** A longer message is nothing that this protocol has. */
const MAXIMUM_MESSAGE_BYTES = 65_536;
/** Bytes that wait to be sent or acknowledged, beyond which the other end counts as gone. */
const MAXIMUM_PENDING_BYTES = 1 << 20;
/** Bytes on their way at the most. */
const WINDOW_BYTES = 65_536;
/** Time until a segment that is not acknowledged is sent again, while the round trip is not known, ms. */
const INITIAL_TIMEOUT_MS = 100;
const MINIMUM_TIMEOUT_MS = 20;
const MAXIMUM_TIMEOUT_MS = 500;

export interface Segment {
  /** Place in the stream, modulo 2^32. */
  offset: number;
  bytes: Uint8Array;
}

/** The sending side of a control stream. */
export class ControlSender {
  #pending: Uint8Array[] = [];
  /** Bytes of `#pending`, from the first that is not acknowledged on. */
  #bytes: Uint8Array = new Uint8Array(0);
  /** Place in the stream of the first byte in `#bytes`. */
  #base = 0;
  /** Bytes of `#bytes` that have been sent. */
  #sent = 0;
  #sentAt = 0;
  #timeouts = 0;
  #timeout = INITIAL_TIMEOUT_MS;
  #overflowed = false;

  /** More waits than a living end leaves unacknowledged. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  send(message: Uint8Array): void {
    const framed = new Uint8Array(LENGTH_BYTES + message.length);
    writeUint32(framed, 0, message.length);
    framed.set(message, LENGTH_BYTES);
    this.#pending.push(framed);
  }

  /** A round trip was measured, ms. */
  setRoundTrip(roundTrip: number): void {
    this.#timeout = Math.min(MAXIMUM_TIMEOUT_MS, Math.max(MINIMUM_TIMEOUT_MS, 2 * roundTrip));
  }

  /** The next segment to send now, of at most this many bytes; undefined where none is due. */
  poll(now: number, maximumBytes: number): Segment | undefined {
    this.#collect();
    if (this.#sent > 0 && now >= this.#resendAt) {
      this.#sent = 0;
      this.#timeouts++;
    }
    const end = Math.min(this.#bytes.length, this.#sent + maximumBytes, WINDOW_BYTES);
    if (end <= this.#sent) return undefined;
    const segment = { offset: (this.#base + this.#sent) >>> 0, bytes: this.#bytes.slice(this.#sent, end) };
    this.#sent = end;
    this.#sentAt = now;
    return segment;
  }

  /** All before this offset has come. What was never sent cannot have. */
  acknowledge(offset: number): void {
    const bytes = (offset - this.#base) >>> 0;
    if (bytes === 0 || bytes > this.#bytes.length) return;
    this.#bytes = this.#bytes.slice(bytes);
    this.#base = offset;
    this.#sent = Math.max(0, this.#sent - bytes);
    this.#timeouts = 0;
  }

  /** Monotonic ms of the next segment, infinite where none is to be sent. */
  deadline(): number {
    if (this.#pending.length > 0 || (this.#sent < this.#bytes.length && this.#sent < WINDOW_BYTES)) return 0;
    return this.#sent > 0 ? this.#resendAt : Number.POSITIVE_INFINITY;
  }

  get #resendAt(): number {
    return this.#sentAt + Math.min(MAXIMUM_TIMEOUT_MS, this.#timeout * 2 ** Math.min(this.#timeouts, 5));
  }

  #collect(): void {
    if (this.#pending.length === 0) return;
    this.#bytes = concatenate([this.#bytes, ...this.#pending]);
    this.#pending = [];
    if (this.#bytes.length > MAXIMUM_PENDING_BYTES) this.#overflowed = true;
  }
}

/** The receiving side of a control stream. */
export class ControlReceiver {
  #bytes: Uint8Array = new Uint8Array(0);
  #next = 0;
  #owesAcknowledgment = false;

  /** The other end waits to hear how far this one has got. */
  get owesAcknowledgment(): boolean {
    return this.#owesAcknowledgment;
  }

  /** The offset to acknowledge. */
  takeAcknowledgment(): number {
    this.#owesAcknowledgment = false;
    return this.#next;
  }

  /** Takes a segment and returns the messages that are whole now; undefined where it is no stream of messages. */
  receive({ offset, bytes }: Segment): Uint8Array[] | undefined {
    this.#owesAcknowledgment = true;
    const known = (this.#next - offset) | 0;
    // Ahead of what has come: something before it was lost and comes again. Behind: it has come already.
    if (known < 0 || known >= bytes.length) return [];
    this.#bytes = concatenate([this.#bytes, bytes.subarray(known)]);
    this.#next = (this.#next + bytes.length - known) >>> 0;
    return this.#takeMessages();
  }

  #takeMessages(): Uint8Array[] | undefined {
    const messages: Uint8Array[] = [];
    let start = 0;
    while (start + LENGTH_BYTES <= this.#bytes.length) {
      const length = readUint32(this.#bytes, start);
      if (length > MAXIMUM_MESSAGE_BYTES) return undefined;
      const end = start + LENGTH_BYTES + length;
      if (end > this.#bytes.length) break;
      messages.push(this.#bytes.slice(start + LENGTH_BYTES, end));
      start = end;
    }
    this.#bytes = this.#bytes.slice(start);
    return messages;
  }
}
