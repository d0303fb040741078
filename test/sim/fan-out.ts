import { readExtensions } from '../../src/protocol/rtp/header-extensions.ts';
import { shiftVp8PictureIndex } from '../../src/protocol/payload/vp8.ts';
import { parseRtpHeader, rtpPayload, writeRtpPacket } from '../../src/protocol/rtp/packet.ts';
import type { FanOutRow, FanOutTable, RowCounters } from '../../src/sfu/fan-out-table.ts';
import type { RtpBatch } from '../../src/sfu/rtp-batch.ts';

interface TableRow {
  fields: FanOutRow;
  counters: RowCounters;
}

/** `numbered`: with the peer's next transport-wide number. */
export type SendToPeer = (peer: number, packet: Uint8Array, numbered: boolean) => void;

/** Rewrites packets row by row as the addon does, and gives each to the link of its viewer. */
export class SimulatedFanOut implements FanOutTable {
  readonly #rows: TableRow[] = [];
  readonly #send: SendToPeer;

  constructor(send: SendToPeer) {
    this.#send = send;
  }

  write(index: number, fields: FanOutRow, reset: boolean): void {
    const counters = this.#rows[index]?.counters;
    this.#rows[index] = {
      fields,
      counters: reset || counters === undefined ? { packets: 0, octets: 0, dropped: 0 } : counters,
    };
  }

  move(from: number, to: number): void {
    this.#rows[to] = this.#row(from);
  }

  counters(index: number): RowCounters {
    return { ...this.#row(index).counters };
  }

  send(batch: RtpBatch, firstPacket: number, packetCount: number, firstRow: number, rowCount: number): void {
    for (let row = firstRow; row < firstRow + rowCount; row++) {
      for (let index = firstPacket; index < firstPacket + packetCount; index++) this.#sendOne(batch, index, row);
    }
  }

  resend(batch: RtpBatch, row: number): boolean {
    this.#sendOne(batch, 0, row);
    return true;
  }

  #sendOne(batch: RtpBatch, index: number, row: number): void {
    const { fields, counters } = this.#row(row);
    counters.packets++;
    counters.octets += batch.payload(index).length;
    this.#send(fields.peer, rewrite(batch.packet(index), fields), (fields.transportSequenceId ?? 0) !== 0);
  }

  #row(index: number): TableRow {
    const row = this.#rows[index];
    if (row === undefined) throw new RangeError(`row ${index} was never written`);
    return row;
  }
}

/** The packet as the row's viewer gets it. */
function rewrite(packet: Uint8Array, row: FanOutRow): Uint8Array {
  const header = parseRtpHeader(packet);
  if (header === undefined) throw new RangeError('the server forwarded what is no RTP packet');
  const extensions = [...readExtensions(packet)].flatMap(({ id, value }) => {
    const target = row.extensionIds.get(id);
    return target === undefined ? [] : [{ id: target, value }];
  });
  const payload = rtpPayload(packet, header).slice();
  if (row.vp8 !== undefined) shiftVp8PictureIndex(payload, row.vp8.pictureIdOffset, row.vp8.tl0PictureIndexOffset);
  return writeRtpPacket({
    marker: header.marker,
    payloadType: row.payloadType,
    sequence: (header.sequence + row.sequenceOffset) & 0xffff,
    timestamp: (header.timestamp + row.timestampOffset) >>> 0,
    ssrc: row.ssrc,
    extensions,
    payload,
  });
}
