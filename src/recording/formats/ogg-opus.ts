/** Opus in Ogg (RFC 7845). Gaps in time are filled, so that time is the count of samples everywhere in the file. */
import { concatenate } from '../../util/bytes.ts';
import type { MediaFrame } from '../media-frame.ts';
import type { OpenFile } from '../recording-file.ts';
import type { MediaWriter, RecordedAudio, RepairedFile } from './media-writer.ts';
import {
  asLastPage,
  FIRST_PAGE,
  MAXIMUM_PAGE_BYTES,
  MAXIMUM_SEGMENTS,
  parseOggPage,
  segmentsOf,
  writeOggPage,
} from './ogg-page.ts';
import { OPUS_RATE, opusGap, opusHead, opusSamples } from './opus-packet.ts';

const VENDOR = 'live-webrtc';
const HEADER_PAGES = 2;
/** A page is begun anew after so much sound, samples: seeking is as fine as this. */
const PAGE_SAMPLES = OPUS_RATE;

export class OggOpusWriter implements MediaWriter {
  readonly #file: OpenFile;
  readonly #serial: number;
  #packets: Uint8Array[] = [];
  #segments = 0;
  /** Samples up to the end of the last packet. */
  #granule = 0;
  #pageStart = 0;
  #index = 0;
  #position = 0;
  #lastPage: Uint8Array = new Uint8Array(0);

  /** `serial`: any 32-bit number. */
  constructor(file: OpenFile, { channels }: RecordedAudio, serial: number) {
    this.#file = file;
    this.#serial = serial;
    this.#writePage([opusHead(channels)], 0, FIRST_PAGE);
    this.#writePage([opusTags()], 0, 0);
  }

  get size(): number {
    return this.#packets.reduce((sum, packet) => sum + packet.length, this.#position);
  }

  write({ data, time }: MediaFrame): void {
    const samples = opusSamples(data);
    if (samples === undefined) return;
    const start = Math.round(time * OPUS_RATE);
    // A packet that is almost a whole one early has no place of its own: the clock was set back, or it came twice.
    if (start + samples <= this.#granule) return;
    const gap = opusGap(data);
    while (start - this.#granule >= gap.samples) this.#add(gap.data, gap.samples);
    this.#add(data, samples);
  }

  flush(): void {
    if (this.#packets.length === 0) return;
    this.#writePage(this.#packets, this.#granule, 0);
    this.#packets = [];
    this.#segments = 0;
    this.#pageStart = this.#granule;
  }

  finish(): void {
    this.flush();
    this.#file.write(asLastPage(this.#lastPage), this.#position - this.#lastPage.length);
    this.#file.sync();
    this.#file.close();
  }

  abandon(): void {
    this.#file.close();
  }

  #add(packet: Uint8Array, samples: number): void {
    const segments = segmentsOf(packet.length);
    if (segments > MAXIMUM_SEGMENTS) return;
    if (this.#segments + segments > MAXIMUM_SEGMENTS || this.#granule - this.#pageStart >= PAGE_SAMPLES) this.flush();
    this.#packets.push(packet);
    this.#segments += segments;
    this.#granule += samples;
  }

  #writePage(packets: readonly Uint8Array[], granule: number, flags: number): void {
    const page = writeOggPage({ flags, granule, serial: this.#serial, index: this.#index, packets });
    this.#file.write(page, this.#position);
    this.#index += 1;
    this.#position += page.length;
    this.#lastPage = page;
  }
}

/** Cuts off what is no whole page and marks the last one. */
export function repairOggOpus(file: OpenFile): RepairedFile {
  let position = 0;
  let last = { start: 0, length: 0, granule: 0 };
  let pages = 0;
  let packets = 0;
  for (;;) {
    const page = parseOggPage(file.read(position, MAXIMUM_PAGE_BYTES));
    if (page === undefined || page.granule < last.granule) break;
    last = { start: position, length: page.length, granule: page.granule };
    position += page.length;
    pages += 1;
    if (pages > HEADER_PAGES) packets += page.packets;
  }
  if (packets > 0) {
    file.truncate(position);
    file.write(asLastPage(file.read(last.start, last.length)), last.start);
  }
  return { size: position, frames: packets, duration: last.granule / OPUS_RATE };
}

/** The comment header (RFC 7845 5.2). */
function opusTags(): Uint8Array {
  const vendor = Buffer.from(VENDOR);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, vendor.length, true);
  return concatenate([Buffer.from('OpusTags'), length, vendor, new Uint8Array(4)]);
}
