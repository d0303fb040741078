import { byteAt, concatenate, readUint32, writeUint32 } from '../../util/bytes.ts';
import { RTCP_HEADER_BYTES, RTCP_PACKET_TYPE, createRtcpPacket, expectRtcpHeader } from './packet-header.ts';

const END_ITEM = 0;
const CNAME_ITEM = 1;
const SSRC_BYTES = 4;
const ITEM_HEADER_BYTES = 2;
const MAXIMUM_TEXT_BYTES = 255;

/** What a source says of itself. */
export interface SourceDescriptionChunk {
  ssrc: number;
  /** The canonical name that streams of one sender share, at most 255 bytes of UTF-8. */
  cname: string | undefined;
}

/** A source description (RFC 3550 6.5), as far as its canonical names. */
export interface SourceDescription {
  type: 'sourceDescription';
  /** At most 31. */
  chunks: readonly SourceDescriptionChunk[];
}

/** The source description that `bytes` begin with. Items other than CNAME are skipped. */
export function parseSourceDescription(bytes: Uint8Array): SourceDescription | undefined {
  const header = expectRtcpHeader(bytes, RTCP_PACKET_TYPE.sourceDescription, RTCP_HEADER_BYTES);
  if (header === undefined) return undefined;
  const chunks: SourceDescriptionChunk[] = [];
  let offset = RTCP_HEADER_BYTES;
  for (let index = 0; index < header.count; index += 1) {
    const parsed = parseChunk(bytes, offset, header.contentEnd);
    if (parsed === undefined) return undefined;
    chunks.push(parsed.chunk);
    offset = parsed.end;
  }
  return { type: 'sourceDescription', chunks };
}

function parseChunk(
  bytes: Uint8Array,
  start: number,
  limit: number,
): { chunk: SourceDescriptionChunk; end: number } | undefined {
  if (start + SSRC_BYTES > limit) return undefined;
  const ssrc = readUint32(bytes, start);
  let cname: string | undefined;
  let offset = start + SSRC_BYTES;
  while (offset < limit && byteAt(bytes, offset) !== END_ITEM) {
    const textStart = offset + ITEM_HEADER_BYTES;
    const textEnd = textStart + byteAt(bytes, offset + 1);
    if (textEnd > limit) return undefined;
    if (byteAt(bytes, offset) === CNAME_ITEM)
      cname = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(textStart, textEnd));
    offset = textEnd;
  }
  // One to four zero bytes end the list at a multiple of 4; a sender that forgets them at the very end is understood.
  const end = offset === limit ? limit : 4 * (Math.floor(offset / 4) + 1);
  return end > limit ? undefined : { chunk: { ssrc, cname }, end };
}

/** A source description as bytes. A name longer than 255 bytes is cut. */
export function writeSourceDescription({ chunks }: SourceDescription): Uint8Array {
  const content = concatenate(chunks.map(writeChunk));
  const length = RTCP_HEADER_BYTES + content.length;
  const packet = createRtcpPacket(RTCP_PACKET_TYPE.sourceDescription, chunks.length, length);
  packet.set(content, RTCP_HEADER_BYTES);
  return packet;
}

function writeChunk({ ssrc, cname }: SourceDescriptionChunk): Uint8Array {
  const text = new TextEncoder().encode(cname ?? '').subarray(0, MAXIMUM_TEXT_BYTES);
  const itemsEnd = SSRC_BYTES + (cname === undefined ? 0 : ITEM_HEADER_BYTES + text.length);
  const chunk = new Uint8Array(4 * (Math.floor(itemsEnd / 4) + 1));
  writeUint32(chunk, 0, ssrc);
  if (cname !== undefined) {
    chunk[SSRC_BYTES] = CNAME_ITEM;
    chunk[SSRC_BYTES + 1] = text.length;
    chunk.set(text, SSRC_BYTES + ITEM_HEADER_BYTES);
  }
  return chunk;
}
