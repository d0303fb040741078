/**
 * IVF: a header of 32 bytes, then each frame behind its length and time. All numbers are little-endian. Times are in
 * milliseconds; the header's "length" is in this unit too, as FFmpeg reads and writes it.
 */
import type { RecordedVideo, RepairedFile } from './media-writer.ts';
import type { MediaWriter } from './media-writer.ts';
import type { MediaFrame } from '../media-frame.ts';
import type { OpenFile } from '../recording-file.ts';
import { AppendBuffer } from './append-buffer.ts';

const SIGNATURE = 'DKIF';
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 12;
const TICKS_PER_SECOND = 1000;
const LENGTH_OFFSET = 24;
/** What the last picture is shown for where there is no second one to tell, ms. */
const DEFAULT_FRAME_MS = 33;
/** Before a longer pause there is no telling what the last picture would have been, ms. */
const LONGEST_FRAME_MS = 200;
/** A frame that claims more is a damaged file, bytes. */
const MAXIMUM_FRAME_BYTES = 64 * 1024 * 1024;

const FOUR_CHARACTER_CODES: Partial<Record<RecordedVideo['codec'], string>> = {
  VP8: 'VP80',
  VP9: 'VP90',
  AV1: 'AV01',
};
/** OBU_TEMPORAL_DELIMITER with an empty body (AV1 5.6), which each temporal unit of a stream begins with (7.5). */
const TEMPORAL_DELIMITER = Uint8Array.of(0x12, 0);

/** Whether IVF holds this codec. */
export function isIvfCodec(codec: RecordedVideo['codec']): boolean {
  return FOUR_CHARACTER_CODES[codec] !== undefined;
}

export class IvfWriter implements MediaWriter {
  readonly #file: OpenFile;
  readonly #buffer: AppendBuffer;
  readonly #prefix: Uint8Array;
  readonly #end = new EndTime();

  constructor(file: OpenFile, { codec, size }: RecordedVideo) {
    this.#file = file;
    this.#buffer = new AppendBuffer(file);
    this.#prefix = codec === 'AV1' ? TEMPORAL_DELIMITER : new Uint8Array(0);
    this.#buffer.append(writeHeader(FOUR_CHARACTER_CODES[codec] ?? '', size.width, size.height));
    this.#buffer.flush();
  }

  get size(): number {
    return this.#buffer.end;
  }

  write({ data, time }: MediaFrame): void {
    const header = new DataView(new ArrayBuffer(FRAME_HEADER_BYTES));
    const ticks = this.#end.add(Math.round(time * TICKS_PER_SECOND));
    header.setUint32(0, this.#prefix.length + data.length, true);
    header.setBigUint64(4, BigInt(ticks), true);
    this.#buffer.append(new Uint8Array(header.buffer));
    this.#buffer.append(this.#prefix);
    this.#buffer.append(data);
  }

  flush(): void {
    this.#buffer.flush();
  }

  finish(): void {
    this.#buffer.flush();
    writeLength(this.#file, this.#end.value);
    this.#file.sync();
    this.#file.close();
  }

  abandon(): void {
    this.#file.close();
  }
}

/** Cuts off what is no whole frame and writes the length. */
export function repairIvf(file: OpenFile): RepairedFile {
  if (Buffer.from(file.read(0, SIGNATURE.length)).toString('latin1') !== SIGNATURE) {
    return { size: 0, frames: 0, duration: 0 };
  }
  const length = file.size();
  const end = new EndTime();
  let position = HEADER_BYTES;
  let frames = 0;
  while (position + FRAME_HEADER_BYTES <= length) {
    const header = file.read(position, FRAME_HEADER_BYTES);
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const next = position + FRAME_HEADER_BYTES + view.getUint32(0, true);
    const ticks = Number(view.getBigUint64(4, true));
    const bytes = next - position - FRAME_HEADER_BYTES;
    if (next > length || bytes === 0 || bytes > MAXIMUM_FRAME_BYTES || (frames > 0 && ticks <= end.last)) break;
    end.add(ticks);
    frames += 1;
    position = next;
  }
  if (frames > 0) {
    file.truncate(position);
    writeLength(file, end.value);
  }
  return { size: position, frames, duration: end.value / TICKS_PER_SECOND };
}

/** When the last of some pictures ends: as long after it as it came after the one before. */
class EndTime {
  last = -1;
  #step = DEFAULT_FRAME_MS;

  /** Notes a picture's time and returns it, moved on where it is not after the one before. */
  add(ticks: number): number {
    const time = Math.max(ticks, this.last + 1);
    if (this.last >= 0) this.#step = Math.min(time - this.last, LONGEST_FRAME_MS);
    this.last = time;
    return time;
  }

  get value(): number {
    return this.last < 0 ? 0 : this.last + this.#step;
  }
}

function writeHeader(fourCharacterCode: string, width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(SIGNATURE), 0);
  view.setUint16(6, HEADER_BYTES, true);
  bytes.set(Buffer.from(fourCharacterCode), 8);
  view.setUint16(12, width, true);
  view.setUint16(14, height, true);
  view.setUint32(16, TICKS_PER_SECOND, true);
  view.setUint32(20, 1, true);
  return bytes;
}

function writeLength(file: OpenFile, ticks: number): void {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, ticks, true);
  file.write(bytes, LENGTH_OFFSET);
}
