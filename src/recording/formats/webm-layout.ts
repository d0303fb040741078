/** The parts of a WebM file around its clusters: what is written first, and filled in at the end. */
import { concatenate } from '../../util/bytes.ts';
import type { MediaFrame } from '../media-frame.ts';
import type { OpenFile } from '../recording-file.ts';
import {
  element,
  floatElement,
  ID,
  idBytes,
  longSize,
  numberElement,
  parseElementHeader,
  textElement,
  UNKNOWN_SIZE,
  voidElement,
} from './ebml.ts';
import type { RecordedTracks } from './media-writer.ts';
import { OPUS_RATE, opusHead } from './opus-packet.ts';

const APPLICATION = 'live-webrtc';
/** Numbers of the tracks. */
export const TRACK = { video: 1, audio: 2 } as const;
const TRACK_TYPE = { video: 1, audio: 2 } as const;
/** What a decoder wants before the point that is sought, nanoseconds (RFC 7845 4.6). */
const OPUS_SEEK_PRE_ROLL = 80_000_000;
const SEEK_HEAD_BYTES = 96;
/** Id, size and a 64-bit number. */
const DURATION_BYTES = 11;
/** Ids and lengths of the longest header of an element. */
const MAXIMUM_HEADER_BYTES = 12;

/** A cluster that can be played from. */
export interface Cue {
  /** Milliseconds. */
  time: number;
  /** Of the cluster, from the begin of the segment's content. */
  position: number;
}

/** Where the parts stand that are filled in at the end: bytes from the begin of the file. */
export interface Layout {
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

/** What a file with these tracks begins with. */
export function writeHead(recorded: RecordedTracks): { bytes: Uint8Array; layout: Layout } {
  const ebml = ebmlHeader();
  const infoElement = segmentInfo();
  const tracksElement = element(ID.tracks, ...trackEntries(recorded));
  const bytes = concatenate([
    ebml,
    idBytes(ID.segment),
    UNKNOWN_SIZE,
    voidElement(SEEK_HEAD_BYTES),
    infoElement,
    tracksElement,
  ]);
  const size = ebml.length + idBytes(ID.segment).length;
  const content = size + UNKNOWN_SIZE.length;
  const info = content + SEEK_HEAD_BYTES;
  const duration = info + (parseElementHeader(infoElement)?.length ?? 0);
  const tracks = info + infoElement.length;
  return { bytes, layout: { size, content, info, duration, tracks, clusters: bytes.length } };
}

function ebmlHeader(): Uint8Array {
  return element(
    ID.ebml,
    numberElement(ID.ebmlVersion, 1),
    numberElement(ID.ebmlReadVersion, 1),
    numberElement(ID.ebmlMaxIdLength, 4),
    numberElement(ID.ebmlMaxSizeLength, 8),
    textElement(ID.docType, 'webm'),
    numberElement(ID.docTypeVersion, 4),
    numberElement(ID.docTypeReadVersion, 2),
  );
}

function segmentInfo(): Uint8Array {
  return element(
    ID.info,
    // The duration's place: first, so that it is known.
    voidElement(DURATION_BYTES),
    numberElement(ID.timestampScale, 1_000_000),
    textElement(ID.muxingApp, APPLICATION),
    textElement(ID.writingApp, APPLICATION),
  );
}

function trackEntries({ video, audio }: RecordedTracks): Uint8Array[] {
  return [...(video === undefined ? [] : [videoEntry(video)]), ...(audio === undefined ? [] : [audioEntry(audio)])];
}

function videoEntry({ size: { width, height } }: NonNullable<RecordedTracks['video']>): Uint8Array {
  return trackEntry(
    'video',
    textElement(ID.codecId, 'V_VP8'),
    element(ID.video, numberElement(ID.pixelWidth, width), numberElement(ID.pixelHeight, height)),
  );
}

function audioEntry({ channels }: NonNullable<RecordedTracks['audio']>): Uint8Array {
  return trackEntry(
    'audio',
    textElement(ID.codecId, 'A_OPUS'),
    element(ID.codecPrivate, opusHead(channels)),
    numberElement(ID.seekPreRoll, OPUS_SEEK_PRE_ROLL),
    element(ID.audio, floatElement(ID.samplingFrequency, OPUS_RATE), numberElement(ID.channels, channels)),
  );
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
export function complete(
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
export function findLayout(file: OpenFile): { layout: Layout; indexed: MediaFrame['kind'] } | undefined {
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

/** The header of the element at `position`; undefined where there is none. */
export function readHeader(file: OpenFile, position: number): ReturnType<typeof parseElementHeader> {
  return parseElementHeader(file.read(position, MAXIMUM_HEADER_BYTES));
}
