/** A UDP socket with many connections of the load: a read brings packets of all of them. */
import { randomBytes } from 'node:crypto';
import {
  RECORD,
  RECORD_KIND,
  RECORD_WORDS,
  ROUTE_BYTES,
  type Certificate,
  type PeerOptions,
  type Transport,
} from '../../src/native/addon.ts';
import { createTransport } from '../../src/native/transport.ts';
import { parseStunMessage, stunUsername } from '../../src/protocol/stun/message.ts';
import type { LoadConnection } from './connection.ts';
import { machineNow } from './machine-clock.ts';
import { TIME_OFFSET } from './shape.ts';

/** Room for a stall of a tenth of a second of 64 viewers. */
const RECEIVE_BUFFER_BYTES = 32 * 1024 * 1024;
const SEND_BUFFER_BYTES = 1024 * 1024;
/** A float64. */
const TIME_BYTES = 8;

export class LoadSocket {
  readonly transport: Transport;
  readonly #connections = new Map<number, LoadConnection>();
  readonly #byUfrag = new Map<string, LoadConnection>();
  /** The newest check of each connection. */
  readonly #byTransaction = new Map<string, LoadConnection>();
  readonly #transactions = new Map<LoadConnection, string>();
  readonly #view: DataView;

  constructor(certificate: Certificate) {
    this.transport = createTransport({
      address: '0.0.0.0',
      port: 0,
      receiveBufferBytes: RECEIVE_BUFFER_BYTES,
      sendBufferBytes: SEND_BUFFER_BYTES,
      certificate,
      onBatch: (count) => this.#handleBatch(count),
    });
    const { data } = this.transport;
    this.#view = new DataView(data.buffer, data.byteOffset, data.length);
  }

  /** Makes the connection's peer and returns its handle. */
  add(connection: LoadConnection, options: PeerOptions): number {
    const peer = this.transport.createPeer(options);
    this.#connections.set(peer, connection);
    this.#byUfrag.set(connection.ice.ufrag, connection);
    return peer;
  }

  /** Closes the connection's peer, with close_notify. */
  remove(connection: LoadConnection, peer: number): void {
    this.transport.closePeer(peer);
    this.#connections.delete(peer);
    this.#byUfrag.delete(connection.ice.ufrag);
    this.#forgetTransaction(connection);
    this.#transactions.delete(connection);
  }

  /** A transaction id for the connection's next check; the answer to it comes back to that connection. */
  transactionFor(connection: LoadConnection): Uint8Array {
    this.#forgetTransaction(connection);
    const id = randomBytes(12);
    const key = id.toString('latin1');
    this.#byTransaction.set(key, connection);
    this.#transactions.set(connection, key);
    return id;
  }

  #forgetTransaction(connection: LoadConnection): void {
    const key = this.#transactions.get(connection);
    if (key !== undefined) this.#byTransaction.delete(key);
  }

  #handleBatch(count: number): void {
    const { records } = this.transport;
    const now = machineNow();
    let peer = 0;
    let connection: LoadConnection | undefined;
    for (let start = 0; start < count * RECORD_WORDS; start += RECORD_WORDS) {
      const kind = records[start + RECORD.kind];
      if (kind === RECORD_KIND.stun) {
        this.#handleStun(start);
        continue;
      }
      const handle = records[start + RECORD.peer] ?? 0;
      if (handle !== peer) {
        peer = handle;
        connection = this.#connections.get(handle);
      }
      if (connection === undefined) continue;
      if (kind === RECORD_KIND.rtp) this.#handleRtp(connection, start, now);
      else this.#handleRare(connection, kind, start);
    }
  }

  #handleRtp(connection: LoadConnection, start: number, now: number): void {
    const { records } = this.transport;
    const word = records[start + RECORD.sequence] ?? 0;
    const offset = records[start + RECORD.offset] ?? 0;
    const end = offset + (records[start + RECORD.length] ?? 0);
    const time = offset + (records[start + RECORD.headerLength] ?? 0) + TIME_OFFSET;
    const sentAt = time + TIME_BYTES <= end ? this.#view.getFloat64(time) : Number.NaN;
    const payloadType = (word >>> 16) & 0x7f;
    connection.events.onRtp?.(records[start + RECORD.ssrc] ?? 0, payloadType, word & 0xffff, sentAt, now);
  }

  #handleRare(connection: LoadConnection, kind: number | undefined, start: number): void {
    switch (kind) {
      case RECORD_KIND.rtcp:
        connection.events.onRtcp?.(this.#bytes(start));
        break;
      case RECORD_KIND.dtlsConnected:
        connection.handleConnected();
        break;
      case RECORD_KIND.dtlsFailed:
      case RECORD_KIND.dtlsClosed:
        connection.handleEnd();
        break;
      default:
    }
  }

  #handleStun(start: number): void {
    const datagram = this.#bytes(start);
    const message = parseStunMessage(datagram);
    if (message === undefined) return;
    const connection =
      message.class === 'request'
        ? this.#byUfrag.get(stunUsername(datagram)?.split(':')[0] ?? '')
        : this.#byTransaction.get(Buffer.from(message.transactionId).toString('latin1'));
    const routeOffset = this.transport.records[start + RECORD.ssrc] ?? 0;
    // A copy: what follows may send, and the answer's route must stay what it was.
    connection?.handleStun(message, this.transport.data.slice(routeOffset, routeOffset + ROUTE_BYTES));
  }

  #bytes(start: number): Uint8Array {
    const { data, records } = this.transport;
    const offset = records[start + RECORD.offset] ?? 0;
    return data.subarray(offset, offset + (records[start + RECORD.length] ?? 0));
  }
}
