import { endianness } from 'node:os';
import { ROW, ROW_FLAG, type Transport } from '../native/addon.ts';
import type { FanOutRow, FanOutTable, RowCounters } from '../sfu/fan-out-table.ts';
import type { RtpBatch } from '../sfu/rtp-batch.ts';

/** A viewer that catches up has a table of its own. */
const INITIAL_ROWS = 1;
/** Rows are in this machine's own byte order. */
const LITTLE_ENDIAN = endianness() === 'LE';
/** The counters; a row is a whole number of them. */
const DOUBLE_BYTES = 8;
/** Viewers served by one call: its packets and keys still fit the cache, and the event loop is held briefly. */
const ROWS_PER_CALL = 50;

/** The rows of one track as the addon reads them (native/BATCH_LAYOUT.md). */
export class NativeFanOutTable implements FanOutTable {
  readonly #transport: Pick<Transport, 'fanOut'>;
  #bytes = new Uint8Array(INITIAL_ROWS * ROW.bytes);
  #view = new DataView(this.#bytes.buffer);
  #doubles = new Float64Array(this.#bytes.buffer);

  constructor(transport: Pick<Transport, 'fanOut'>) {
    this.#transport = transport;
  }

  write(index: number, row: FanOutRow, reset: boolean): void {
    this.#reserve(index + 1);
    const start = index * ROW.bytes;
    const view = this.#view;
    view.setUint32(start + ROW.peer, row.peer, LITTLE_ENDIAN);
    view.setUint32(start + ROW.ssrc, row.ssrc, LITTLE_ENDIAN);
    view.setUint32(start + ROW.timestampOffset, row.timestampOffset, LITTLE_ENDIAN);
    view.setUint16(start + ROW.sequenceOffset, row.sequenceOffset, LITTLE_ENDIAN);
    view.setUint8(start + ROW.payloadType, row.payloadType);
    const twoByteExtensions = row.twoByteExtensions ? ROW_FLAG.twoByteExtensions : 0;
    view.setUint8(start + ROW.flags, twoByteExtensions | (row.vp8 === undefined ? 0 : ROW_FLAG.vp8));
    view.setUint16(start + ROW.vp8PictureIdOffset, row.vp8?.pictureIdOffset ?? 0, LITTLE_ENDIAN);
    view.setUint8(start + ROW.vp8Tl0PictureIndexOffset, row.vp8?.tl0PictureIndexOffset ?? 0);
    view.setUint8(start + ROW.transportSequenceId, row.transportSequenceId ?? 0);
    this.#writeMid(start, row.mid);
    this.#bytes.fill(0, start + ROW.extensionMap, start + ROW.extensionMap + 16);
    for (const [incoming, outgoing] of row.extensionIds) {
      if (incoming >= 1 && incoming <= 14) view.setUint8(start + ROW.extensionMap + incoming, outgoing);
    }
    if (reset) this.#bytes.fill(0, start + ROW.packetsSent, start + ROW.bytes);
  }

  move(from: number, to: number): void {
    this.#reserve(to + 1);
    this.#bytes.copyWithin(to * ROW.bytes, from * ROW.bytes, (from + 1) * ROW.bytes);
  }

  counters(index: number): RowCounters {
    const counter = (offset: number): number => this.#doubles[(index * ROW.bytes + offset) / DOUBLE_BYTES] ?? 0;
    return {
      packets: counter(ROW.packetsSent),
      octets: counter(ROW.octetsSent),
      dropped: counter(ROW.packetsDropped),
    };
  }

  send(batch: RtpBatch, firstPacket: number, packetCount: number, firstRow: number, rowCount: number): void {
    const packets = batch.packets.subarray(2 * firstPacket, 2 * (firstPacket + packetCount));
    const end = firstRow + rowCount;
    for (let row = firstRow; row < end; row += ROWS_PER_CALL) {
      const count = Math.min(ROWS_PER_CALL, end - row);
      this.#transport.fanOut(batch.data, packets, packetCount, this.#bytes, row, count, false);
    }
  }

  resend(batch: RtpBatch, row: number): boolean {
    return this.#transport.fanOut(batch.data, batch.packets.subarray(0, 2), 1, this.#bytes, row, 1, true) === 1;
  }

  #writeMid(start: number, mid: FanOutRow['mid']): void {
    const value = mid === undefined ? new Uint8Array(0) : new TextEncoder().encode(mid.value);
    const written = mid !== undefined && value.length > 0 && value.length <= ROW.extensionMap - ROW.mid;
    this.#view.setUint8(start + ROW.midExtensionId, written ? mid.id : 0);
    this.#view.setUint8(start + ROW.midLength, written ? value.length : 0);
    if (written) this.#bytes.set(value, start + ROW.mid);
  }

  #reserve(rows: number): void {
    if (rows * ROW.bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(rows * 2 * ROW.bytes);
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
    this.#doubles = new Float64Array(grown.buffer);
  }
}
