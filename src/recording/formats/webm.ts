/**
 * WebM with VP8 and Opus. Clusters are written whole, one each flush and one each keyframe, so that the file plays
 * while it grows and a crash costs what is not flushed. At the end come the index (Cues), the duration and the sizes,
 * into the space that was left for them.
 */
import { concatenate } from '../../util/bytes.ts';
import type { MediaFrame } from '../media-frame.ts';
import type { OpenFile } from '../recording-file.ts';
import {
  element,
  floatElement,
  ID,
  idBytes,
  longSize,
  number,
  numberElement,
  parseElementHeader,
  textElement,
  UNKNOWN_SIZE,
  voidElement,
} from './ebml.ts';
import type { MediaWriter, RecordedTracks, RepairedFile } from './media-writer.ts';
import { OPUS_RATE, opusHead } from './opus-packet.ts';

const APPLICATION = 'live-webrtc';
const TRACK = { video: 1, audio: 2 } as const;
const TRACK_TYPE = { video: 1, audio: 2 } as const;
const KEYFRAME_FLAG = 0x80;
/** A block's time counts from its cluster's in 16 bits; a cluster ends well before, ms. */
const MAXIMUM_CLUSTER_MS = 5000;
/** What a decoder wants before the point that is sought, nanoseconds (RFC 7845 4.6). */
const OPUS_SEEK_PRE_ROLL = 80_000_000;
/** A picture or packet is taken to last so long where none follows, ms. */
const DEFAULT_FRAME_MS = 20;

const SEEK_HEAD_BYTES = 96;
/** Id, size and a 64-bit number. */
const DURATION_BYTES = 11;
/** Ids and lengths of the longest header of an element. */
const MAXIMUM_HEADER_BYTES = 12;

interface Cue {
  /** Milliseconds. */
  time: number;
  /** Of the cluster, from the begin of the segment's content. */
  position: number;
}

/** Where the parts stand that are filled in at the end: bytes from the begin of the file. */
interface Layout {
  /** The segment's size. */
  size: number;
  /** The begin of the segment's content, which the seek head is first in. */
  content: number;
  info: number;
  duration: number;
  tracks: number;
  /** The first cluster. */
  clusters: number;
}

export class WebmWriter implements MediaWriter {
  readonly #file: OpenFile;
  readonly #layout: Layout;
  readonly #indexed: MediaFrame['kind'];
  readonly #cues: Cue[] = [];
  readonly #end = new EndTime();
  #blocks: Uint8Array[] = [];
  #held = 0;
  #clusterTime = 0;
  #isCue = false;
  #position: number;

  constructor(file: OpenFile, tracks: RecordedTracks) {
    this.#file = file;
    this.#indexed = tracks.video === undefined ? 'audio' : 'video';
    const { bytes, layout } = writeHead(tracks);
    this.#layout = layout;
    this.#position = bytes.length;
    file.write(bytes, 0);
  }

  get size(): number {
    return this.#position + this.#held;
  }

  write({ kind, data, keyframe, time }: MediaFrame): void {
    const milliseconds = Math.round(time * 1000);
    const isCue = keyframe && kind === this.#indexed;
    const starts = isCue && kind === 'video';
    if (starts || Math.abs(milliseconds - this.#clusterTime) > MAXIMUM_CLUSTER_MS) this.flush();
    if (this.#blocks.length === 0) {
      this.#clusterTime = Math.max(0, milliseconds);
      this.#isCue = isCue;
    }
    const block = new Uint8Array(4);
    block[0] = 0x80 | TRACK[kind];
    new DataView(block.buffer).setInt16(1, milliseconds - this.#clusterTime);
    block[3] = keyframe ? KEYFRAME_FLAG : 0;
    const bytes = element(ID.simpleBlock, block, data);
    this.#blocks.push(bytes);
    this.#held += bytes.length;
    this.#end.add(kind, milliseconds);
  }

  flush(): void {
    if (this.#blocks.length === 0) return;
    const cluster = element(ID.cluster, numberElement(ID.timestamp, this.#clusterTime), ...this.#blocks);
    this.#file.write(cluster, this.#position);
    if (this.#isCue) this.#cues.push({ time: this.#clusterTime, position: this.#position - this.#layout.content });
    this.#position += cluster.length;
    this.#blocks = [];
    this.#held = 0;
  }

  finish(): void {
    this.flush();
    this.#position = complete(this.#file, this.#layout, this.#cues, this.#indexed, this.#position, this.#end.value);
    this.#file.sync();
    this.#file.close();
  }

  abandon(): void {
    this.#file.close();
  }
}

/** Cuts off what is no whole cluster, and writes index, duration and sizes. */
export function repairWebm(file: OpenFile): RepairedFile {
  const found = findLayout(file);
  if (found === undefined) return { size: 0, frames: 0, duration: 0 };
  const { layout, indexed } = found;
  const cues: Cue[] = [];
  const end = new EndTime();
  let frames = 0;
  let position = layout.clusters;
  for (;;) {
    const header = readHeader(file, position);
    if (header?.id !== ID.cluster || header.size === undefined) break;
    const content = file.read(position + header.length, header.size);
    if (content.length < header.size) break;
    const cluster = readCluster(content, end);
    if (cluster === undefined) break;
    if (cluster.isKeyframe[indexed]) cues.push({ time: cluster.time, position: position - layout.content });
    frames += cluster.frames;
    position += header.length + header.size;
  }
  if (frames === 0) return { size: 0, frames: 0, duration: 0 };
  file.truncate(position);
  const size = complete(file, layout, cues, indexed, position, end.value);
  return { size, frames, duration: end.value / 1000 };
}

/** When the last frame ends: as long after it as it came after the one before. Milliseconds. */
class EndTime {
  readonly #last = { video: -1, audio: -1 };
  readonly #step = { video: DEFAULT_FRAME_MS, audio: DEFAULT_FRAME_MS };

  add(kind: MediaFrame['kind'], time: number): void {
    if (this.#last[kind] >= 0 && time > this.#last[kind]) this.#step[kind] = time - this.#last[kind];
    this.#last[kind] = Math.max(time, this.#last[kind]);
  }

  get value(): number {
    const ends = (['video', 'audio'] as const).map((kind) =>
      this.#last[kind] < 0 ? 0 : this.#last[kind] + this.#step[kind],
    );
    return Math.max(...ends);
  }
}

function writeHead({ video, audio }: RecordedTracks): { bytes: Uint8Array; layout: Layout } {
  const ebml = element(
    ID.ebml,
    numberElement(ID.ebmlVersion, 1),
    numberElement(ID.ebmlReadVersion, 1),
    numberElement(ID.ebmlMaxIdLength, 4),
    numberElement(ID.ebmlMaxSizeLength, 8),
    textElement(ID.docType, 'webm'),
    numberElement(ID.docTypeVersion, 4),
    numberElement(ID.docTypeReadVersion, 2),
  );
  const size = ebml.length + idBytes(ID.segment).length;
  const content = size + UNKNOWN_SIZE.length;
  const info = content + SEEK_HEAD_BYTES;
  const infoElement = element(
    ID.info,
    // First, so that its place is known.
    voidElement(DURATION_BYTES),
    numberElement(ID.timestampScale, 1_000_000),
    textElement(ID.muxingApp, APPLICATION),
    textElement(ID.writingApp, APPLICATION),
  );
  const entries: Uint8Array[] = [];
  if (video !== undefined) {
    entries.push(
      trackEntry(
        'video',
        textElement(ID.codecId, 'V_VP8'),
        element(
          ID.video,
          numberElement(ID.pixelWidth, video.size.width),
          numberElement(ID.pixelHeight, video.size.height),
        ),
      ),
    );
  }
  if (audio !== undefined) {
    entries.push(
      trackEntry(
        'audio',
        textElement(ID.codecId, 'A_OPUS'),
        element(ID.codecPrivate, opusHead(audio.channels)),
        numberElement(ID.seekPreRoll, OPUS_SEEK_PRE_ROLL),
        element(ID.audio, floatElement(ID.samplingFrequency, OPUS_RATE), numberElement(ID.channels, audio.channels)),
      ),
    );
  }
  const tracks = element(ID.tracks, ...entries);
  const bytes = concatenate([
    ebml,
    idBytes(ID.segment),
    UNKNOWN_SIZE,
    voidElement(SEEK_HEAD_BYTES),
    infoElement,
    tracks,
  ]);
  const tracksAt = info + infoElement.length;
  const duration = tracksAt - infoElement.length + (parseElementHeader(infoElement)?.length ?? 0);
  return { bytes, layout: { size, content, info, duration, tracks: tracksAt, clusters: bytes.length } };
}

function trackEntry(kind: 'video' | 'audio', ...details: Uint8Array[]): Uint8Array {
  return element(
    ID.trackEntry,
    numberElement(ID.trackNumber, TRACK[kind]),
    numberElement(ID.trackUid, TRACK[kind]),
    numberElement(ID.trackType, TRACK_TYPE[kind]),
    numberElement(ID.flagLacing, 0),
    ...details,
  );
}

/** Writes what is known at the end alone. Returns the bytes of the file. `end` in milliseconds. */
function complete(
  file: OpenFile,
  layout: Layout,
  cues: readonly Cue[],
  indexed: MediaFrame['kind'],
  position: number,
  end: number,
): number {
  const index = element(
    ID.cues,
    ...cues.map((cue) =>
      element(
        ID.cuePoint,
        numberElement(ID.cueTime, cue.time),
        element(
          ID.cueTrackPositions,
          numberElement(ID.cueTrack, TRACK[indexed]),
          numberElement(ID.cueClusterPosition, cue.position),
        ),
      ),
    ),
  );
  file.write(floatElement(ID.duration, end), layout.duration);
  // On a full disk the file plays all the same.
  if (!tryTo(() => file.write(index, position))) {
    tryTo(() => file.truncate(position));
    file.write(longSize(position - layout.content), layout.size);
    return position;
  }
  const seekHead = element(
    ID.seekHead,
    ...(
      [
        [ID.info, layout.info],
        [ID.tracks, layout.tracks],
        [ID.cues, position],
      ] as const
    ).map(([id, place]) =>
      element(ID.seek, element(ID.seekId, idBytes(id)), numberElement(ID.seekPosition, place - layout.content)),
    ),
  );
  file.write(concatenate([seekHead, voidElement(SEEK_HEAD_BYTES - seekHead.length)]), layout.content);
  file.write(longSize(position + index.length - layout.content), layout.size);
  return position + index.length;
}

function tryTo(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

/** Finds the parts of a file that WebmWriter began. */
function findLayout(file: OpenFile): { layout: Layout; indexed: MediaFrame['kind'] } | undefined {
  const ebml = readHeader(file, 0);
  if (ebml?.id !== ID.ebml || ebml.size === undefined) return undefined;
  const segmentAt = ebml.length + ebml.size;
  const segment = readHeader(file, segmentAt);
  if (segment?.id !== ID.segment) return undefined;
  const size = segmentAt + idBytes(ID.segment).length;
  const content = segmentAt + segment.length;
  const info = content + SEEK_HEAD_BYTES;
  const infoHeader = readHeader(file, info);
  if (infoHeader?.id !== ID.info || infoHeader.size === undefined) return undefined;
  const tracks = info + infoHeader.length + infoHeader.size;
  const tracksHeader = readHeader(file, tracks);
  if (tracksHeader?.id !== ID.tracks || tracksHeader.size === undefined) return undefined;
  const tracksContent = file.read(tracks + tracksHeader.length, tracksHeader.size);
  if (tracksContent.length < tracksHeader.size) return undefined;
  const clusters = tracks + tracksHeader.length + tracksHeader.size;
  const hasVideo = Buffer.from(tracksContent).includes('V_VP8');
  const layout = { size, content, info, duration: info + infoHeader.length, tracks, clusters };
  return { layout, indexed: hasVideo ? 'video' : 'audio' };
}

function readHeader(file: OpenFile, position: number): ReturnType<typeof parseElementHeader> {
  return parseElementHeader(file.read(position, MAXIMUM_HEADER_BYTES));
}

/** The time of a cluster and what its first block is; undefined where it is malformed. */
function readCluster(
  content: Uint8Array,
  end: EndTime,
): { time: number; frames: number; isKeyframe: Record<MediaFrame['kind'], boolean> } | undefined {
  let time = 0;
  let frames = 0;
  const isKeyframe = { video: false, audio: false };
  let position = 0;
  while (position < content.length) {
    const header = parseElementHeader(content.subarray(position));
    if (header?.size === undefined) return undefined;
    const start = position + header.length;
    const body = content.subarray(start, start + header.size);
    if (body.length < header.size) return undefined;
    if (header.id === ID.timestamp) time = number(body);
    if (header.id === ID.simpleBlock) {
      const kind = body[0] === (0x80 | TRACK.video) ? 'video' : 'audio';
      const keyframe = ((body[3] ?? 0) & KEYFRAME_FLAG) !== 0;
      if (frames === 0 && keyframe) isKeyframe[kind] = true;
      end.add(kind, time + new DataView(body.buffer, body.byteOffset, body.length).getInt16(1));
      frames += 1;
    }
    position = start + header.size;
  }
  return { time, frames, isKeyframe };
}
