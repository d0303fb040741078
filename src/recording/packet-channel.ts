/**
 * What goes from a media worker to its recorder: records one behind the other in chunks of bytes, so that a packet
 * costs one copy and no object. A record is 8 bits of type and 24 of length, 32 bits of publication, 64 bits of
 * monotonic arrival time in milliseconds, and the packet or a note in JSON.
 */
import type { Codec, MediaKind } from '../protocol/sdp/types.ts';
import type { SenderClock } from '../sfu/sink.ts';

export const CHUNK_BYTES = 128 * 1024;
const HEADER_BYTES = 16;
const TYPE = { audio: 0, video: 1, note: 2 } as const;
const LENGTH_BITS = 24;

/** What the recorder must know besides the packets; each takes effect before the packets behind it. */
export type ChannelNote =
  /** A publication begins; `kinds` are those that it may send, `wallClock` milliseconds since the epoch. */
  | { type: 'open'; room: string; kinds: readonly MediaKind[]; wallClock: number }
  /** The packets of this kind come from another source or have another codec from now on. */
  | { type: 'source'; kind: MediaKind; codec: Codec }
  | { type: 'senderReport'; kind: MediaKind; report: SenderClock }
  /** The publication has ended. */
  | { type: 'close' };

/** Fills a chunk. Each method is false where the chunk has no room for the record. */
export class ChunkWriter {
  readonly buffer: ArrayBuffer;
  /** Bytes that are filled. */
  length = 0;
  readonly #view: DataView;
  readonly #bytes: Buffer;

  constructor(buffer: ArrayBuffer) {
    this.buffer = buffer;
    this.#view = new DataView(buffer);
    this.#bytes = Buffer.from(buffer);
  }

  /** Copies the packet that stands at `start` of `source`. */
  packet(
    publication: number,
    kind: MediaKind,
    arrival: number,
    source: Buffer,
    start: number,
    length: number,
  ): boolean {
    if (!this.#header(TYPE[kind], publication, arrival, length)) return false;
    source.copy(this.#bytes, this.length, start, start + length);
    this.length += length;
    return true;
  }

  note(publication: number, arrival: number, note: ChannelNote): boolean {
    const text = JSON.stringify(note);
    const length = Buffer.byteLength(text);
    if (!this.#header(TYPE.note, publication, arrival, length)) return false;
    this.#bytes.write(text, this.length);
    this.length += length;
    return true;
  }

  #header(type: number, publication: number, arrival: number, length: number): boolean {
    if (this.length + HEADER_BYTES + length > this.buffer.byteLength) return false;
    this.#view.setUint32(this.length, ((type << LENGTH_BITS) | length) >>> 0);
    this.#view.setUint32(this.length + 4, publication);
    this.#view.setFloat64(this.length + 8, arrival);
    this.length += HEADER_BYTES;
    return true;
  }
}

/** One record of a chunk. The packet's bytes are valid as long as the chunk is. */
export type ChannelRecord = { publication: number; arrival: number } & (
  { type: 'packet'; kind: MediaKind; packet: Uint8Array } | { type: 'note'; note: ChannelNote }
);

/** The records of a chunk, of which `length` bytes are filled. */
export function* readChunk(buffer: ArrayBuffer, length: number): Generator<ChannelRecord> {
  const view = new DataView(buffer);
  let position = 0;
  while (position + HEADER_BYTES <= length) {
    const head = view.getUint32(position);
    const publication = view.getUint32(position + 4);
    const arrival = view.getFloat64(position + 8);
    const type = head >>> LENGTH_BITS;
    const bytes = new Uint8Array(buffer, position + HEADER_BYTES, head & (2 ** LENGTH_BITS - 1));
    position += HEADER_BYTES + bytes.length;
    if (type === TYPE.note) {
      const note = JSON.parse(Buffer.from(bytes).toString()) as ChannelNote;
      yield { publication, arrival, type: 'note', note };
    } else {
      yield { publication, arrival, type: 'packet', kind: type === TYPE.audio ? 'audio' : 'video', packet: bytes };
    }
  }
}
