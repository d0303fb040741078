/** Recordings out of the files that GET /api/records lists. Pure. */
import type { RecordEntry } from '../../../../src/http/api-schemas.ts';

export type RecordingState = RecordEntry['state'];

/** One media file of a recording. */
export interface RecordingFile {
  /** Path below the server's folder of recordings. */
  name: string;
  /** In lower case, without the dot. */
  extension: string;
  /** Bytes. */
  size: number;
  url: string;
}

export interface Recording {
  id: string;
  room: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Seconds. */
  duration: number;
  /** Bytes of all files. */
  size: number;
  videoCodec: string | undefined;
  audioCodec: string | undefined;
  /** Pixels. */
  width: number | undefined;
  height: number | undefined;
  state: RecordingState;
  /** The server's own sentence, in English. */
  error: string | undefined;
  files: RecordingFile[];
}

/** Containers that hold picture and sound and that browsers play, the best first. */
const MUXED = ['mp4', 'webm'];

/** The recordings that the files belong to, in the order in which the list first names them. */
export function groupRecordings(entries: readonly RecordEntry[]): Recording[] {
  const recordings = new Map<string, Recording>();
  for (const entry of entries) {
    const file = { name: entry.name, extension: extensionOf(entry.name), size: entry.size, url: entry.url };
    const known = recordings.get(entry.id);
    if (known === undefined) {
      recordings.set(entry.id, recordingOf(entry, file));
    } else {
      known.files.push(file);
      known.size += file.size;
    }
  }
  return [...recordings.values()];
}

function recordingOf(entry: RecordEntry, file: RecordingFile): Recording {
  const { id, room, duration, videoCodec, audioCodec, width, height, state, error } = entry;
  const startedAt = Date.parse(entry.time);
  return {
    ...{ id, room, startedAt, duration, size: file.size, videoCodec, audioCodec, width, height, state, error },
    files: [file],
  };
}

function extensionOf(name: string): string {
  return /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

export interface Playable {
  kind: 'video' | 'audio';
  file: RecordingFile;
}

/** The file that a browser can play; undefined where there is none with all that was recorded. */
export function playableOf({ files, videoCodec }: Recording): Playable | undefined {
  const kind = videoCodec === undefined ? 'audio' : 'video';
  const extensions = kind === 'audio' ? [...MUXED, 'ogg'] : MUXED;
  for (const extension of extensions) {
    const file = files.find((candidate) => candidate.extension === extension);
    if (file !== undefined) return { kind, file };
  }
  return undefined;
}

/** The files in the order in which they are offered: what plays first, then by name. */
export function downloadsOf(recording: Recording): RecordingFile[] {
  const playable = playableOf(recording)?.file;
  const rank = (file: RecordingFile): number => (file === playable ? 0 : 1);
  return [...recording.files].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** The address that saves a file instead of showing it. A link into an object store is signed and stays as it is. */
export function downloadUrl(url: string, origin: string): string {
  const absolute = new URL(url, origin);
  if (absolute.origin !== origin) return url;
  absolute.searchParams.set('download', '1');
  return absolute.pathname + absolute.search;
}
