import { RECORD, RECORD_KIND, RECORD_WORDS, ROUTE_BYTES, type Transport } from '../native/addon.ts';
import { RtpBatch } from '../sfu/rtp-batch.ts';

/** Who gets what a read brought. */
export interface BatchHandler {
  /** The route is a copy, the datagram is not. */
  stun(datagram: Uint8Array, route: Uint8Array, now: number): void;
  /** Packets of one SSRC of one peer, in order of arrival. Valid only during the call. */
  rtp(peer: number, ssrc: number, batch: RtpBatch, now: number): void;
  rtcp(peer: number, datagram: Uint8Array, now: number): void;
  dtlsConnected(peer: number, now: number): void;
  dtlsFailed(peer: number): void;
  dtlsClosed(peer: number): void;
}

/**
 * Walks the records of one read and joins neighbouring RTP packets of one stream into a batch. Checks of ICE come last:
 * one takes longer than a packet, and nothing in the same read depends on it.
 */
export class BatchDispatcher {
  readonly #handler: BatchHandler;
  readonly #batch = new RtpBatch();
  #peer = 0;
  #ssrc = 0;

  constructor(handler: BatchHandler) {
    this.#handler = handler;
  }

  dispatch(transport: Transport, recordCount: number, now: number): void {
    const { records } = transport;
    const end = recordCount * RECORD_WORDS;
    let hasChecks = false;
    for (let start = 0; start < end; start += RECORD_WORDS) {
      const kind = records[start + RECORD.kind];
      if (kind === RECORD_KIND.rtp) this.#addRtp(transport, start, now);
      else if (kind === RECORD_KIND.stun) hasChecks = true;
      else this.#dispatchOther(transport, start, now);
    }
    this.#flush(now);
    if (!hasChecks) return;
    for (let start = 0; start < end; start += RECORD_WORDS) {
      if (records[start + RECORD.kind] === RECORD_KIND.stun) this.#dispatchCheck(transport, start, now);
    }
  }

  #addRtp({ data, records }: Transport, start: number, now: number): void {
    const peer = records[start + RECORD.peer] ?? 0;
    const ssrc = records[start + RECORD.ssrc] ?? 0;
    if (peer !== this.#peer || ssrc !== this.#ssrc || this.#batch.full) {
      this.#flush(now);
      this.#peer = peer;
      this.#ssrc = ssrc;
    }
    if (this.#batch.count === 0) this.#batch.clear(data);
    const packed = records[start + RECORD.sequence] ?? 0;
    this.#batch.add(
      records[start + RECORD.offset] ?? 0,
      records[start + RECORD.length] ?? 0,
      packed & 0xffff,
      records[start + RECORD.timestamp] ?? 0,
      (packed >>> 16) & 0x7f,
      (packed >>> 23) & 1,
      records[start + RECORD.headerLength] ?? 0,
    );
  }

  #dispatchCheck(transport: Transport, start: number, now: number): void {
    const { data, records } = transport;
    const route = records[start + RECORD.ssrc] ?? 0;
    this.#handler.stun(datagramOf(transport, start), data.slice(route, route + ROUTE_BYTES), now);
  }

  #dispatchOther(transport: Transport, start: number, now: number): void {
    const { records } = transport;
    const peer = records[start + RECORD.peer] ?? 0;
    switch (records[start + RECORD.kind]) {
      case RECORD_KIND.rtcp:
        // Reports tell of the packets before them.
        this.#flush(now);
        this.#handler.rtcp(peer, datagramOf(transport, start), now);
        return;
      case RECORD_KIND.dtlsConnected:
        this.#handler.dtlsConnected(peer, now);
        return;
      case RECORD_KIND.dtlsFailed:
        this.#handler.dtlsFailed(peer);
        return;
      case RECORD_KIND.dtlsClosed:
        this.#flush(now);
        this.#handler.dtlsClosed(peer);
        return;
      default:
        return;
    }
  }

  #flush(now: number): void {
    if (this.#batch.count === 0) return;
    this.#handler.rtp(this.#peer, this.#ssrc, this.#batch, now);
    this.#batch.count = 0;
  }
}

function datagramOf({ data, records }: Transport, start: number): Uint8Array {
  const offset = records[start + RECORD.offset] ?? 0;
  return data.subarray(offset, offset + (records[start + RECORD.length] ?? 0));
}
