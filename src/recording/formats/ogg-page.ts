/** Pages of the Ogg container (RFC 3533 6). Numbers are little-endian. */
import { concatenate } from '../../util/bytes.ts';

const HEADER_BYTES = 27;
const CHECKSUM_OFFSET = 22;
const FLAGS_OFFSET = 5;
const CAPTURE_PATTERN = 'OggS';
/** Segments of one page. */
export const MAXIMUM_SEGMENTS = 255;
/** A segment of this length is not the packet's last one. */
const FULL_SEGMENT_BYTES = 255;

export const FIRST_PAGE = 0x02;
const LAST_PAGE = 0x04;

/** Generator polynomial of the page checksum, without reflection. */
const POLYNOMIAL = 0x04c11db7;

const CHECKSUM_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? POLYNOMIAL : 0);
  return value >>> 0;
});

/** Segments that a packet of so many bytes takes. */
export function segmentsOf(length: number): number {
  return Math.floor(length / FULL_SEGMENT_BYTES) + 1;
}

export interface OggPage {
  flags: number;
  /** Samples up to the end of the last packet in the page. */
  granule: number;
  serial: number;
  /** Position of the page in the stream, from 0. */
  index: number;
  /** Whole packets, of no more than MAXIMUM_SEGMENTS segments together. */
  packets: readonly Uint8Array[];
}

/** The page's bytes with its checksum. */
export function writeOggPage({ flags, granule, serial, index, packets }: OggPage): Uint8Array {
  const segments = packets.flatMap(({ length }) => [
    ...new Array<number>(segmentsOf(length) - 1).fill(FULL_SEGMENT_BYTES),
    length % FULL_SEGMENT_BYTES,
  ]);
  const header = new Uint8Array(HEADER_BYTES);
  header.set(Buffer.from(CAPTURE_PATTERN), 0);
  header[FLAGS_OFFSET] = flags;
  const view = new DataView(header.buffer);
  view.setBigInt64(6, BigInt(granule), true);
  view.setUint32(14, serial, true);
  view.setUint32(18, index, true);
  header[HEADER_BYTES - 1] = segments.length;
  const page = concatenate([header, Uint8Array.from(segments), ...packets]);
  setChecksum(page);
  return page;
}

/** The same page as the last one of its stream. */
export function asLastPage(page: Uint8Array): Uint8Array {
  const last = page.slice();
  last[FLAGS_OFFSET] = (last[FLAGS_OFFSET] ?? 0) | LAST_PAGE;
  setChecksum(last);
  return last;
}

/** What a page's header says; undefined where there is none, or the checksum is wrong. */
export function parseOggPage(bytes: Uint8Array): { length: number; granule: number; packets: number } | undefined {
  if (bytes.length < HEADER_BYTES || Buffer.from(bytes.subarray(0, 4)).toString('latin1') !== CAPTURE_PATTERN) {
    return undefined;
  }
  const table = bytes.subarray(HEADER_BYTES, HEADER_BYTES + (bytes[HEADER_BYTES - 1] ?? 0));
  const length = table.reduce((sum, segment) => sum + segment, HEADER_BYTES + table.length);
  if (length > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const page = bytes.slice(0, length);
  setChecksum(page);
  if (new DataView(page.buffer).getUint32(CHECKSUM_OFFSET, true) !== view.getUint32(CHECKSUM_OFFSET, true)) {
    return undefined;
  }
  const packets = table.filter((segment) => segment < FULL_SEGMENT_BYTES).length;
  return { length, granule: Number(view.getBigInt64(6, true)), packets };
}

/** The longest page, bytes. */
export const MAXIMUM_PAGE_BYTES = HEADER_BYTES + MAXIMUM_SEGMENTS + MAXIMUM_SEGMENTS * FULL_SEGMENT_BYTES;

function setChecksum(page: Uint8Array): void {
  page.fill(0, CHECKSUM_OFFSET, CHECKSUM_OFFSET + 4);
  let checksum = 0;
  for (const byte of page) checksum = ((checksum << 8) ^ (CHECKSUM_TABLE[(checksum >>> 24) ^ byte] ?? 0)) >>> 0;
  new DataView(page.buffer).setUint32(CHECKSUM_OFFSET, checksum, true);
}
