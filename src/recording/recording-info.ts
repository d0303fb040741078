/** What is known of one recording: the file `{id}.json` beside its media files holds it. */
import type { CodecName } from '../protocol/sdp/types.ts';

/**
 * | state     | what is true                                                                     |
 * |-----------|----------------------------------------------------------------------------------|
 * | recording | files grow; after a crash, the next start finishes them                          |
 * | done      | files are finished                                                               |
 * | uploading | they wait for upload or are on the way                                           |
 * | uploaded  | size and checksum were confirmed by the store; local files may be deleted        |
 * | failed    | `error` says why: the disk was full (what is there plays), or the upload failed  |
 */
export type RecordingState = 'recording' | 'done' | 'uploading' | 'uploaded' | 'failed';

export interface RecordedFile {
  /** Path below RECORD_DIR with '/' as separator: `{room}/{UTC start}_{id}.{ext}`. */
  name: string;
  /** Bytes. */
  size: number;
}

/** Where the files of a recording are in the object store: the key of each is `prefix` + its name. */
export interface UploadedTo {
  bucket: string;
  /** Of S3_PREFIX when they were uploaded. */
  prefix: string;
}

export interface RecordingInfo {
  /** Unguessable; part of the files' names. */
  id: string;
  room: string;
  state: RecordingState;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Milliseconds since the epoch; undefined while it goes on. */
  endedAt: number | undefined;
  /** Seconds. */
  duration: number;
  videoCodec: CodecName | undefined;
  audioCodec: CodecName | undefined;
  /** Pixels, of the first picture. */
  width: number | undefined;
  height: number | undefined;
  files: RecordedFile[];
  /** One sentence; undefined where nothing went wrong. */
  error: string | undefined;
  /** There once the state is uploaded. */
  uploadedTo?: UploadedTo;
}
