/** What the recorder in a media worker is told at its start. */

export interface RecordingOptions {
  /** RECORD_DIR, absolute. */
  directory: string;
  /** One file a track: IVF (VP8, VP9, AV1) and Ogg Opus. */
  elementary: boolean;
  /** One file with picture and sound: WebM for VP8, fragmented MP4 for all others. */
  muxed: boolean;
  /** A new recording is begun after so long, ms; 0 for never. */
  segmentMs: number;
  /** Bytes of the file system that stay free: nothing is written below. */
  minimumFreeBytes: number;
}

/** What a worker's recorder has counted since its start. */
export interface RecordingCounters {
  /** Recordings that go on. */
  active: number;
  bytesWritten: number;
  framesWritten: number;
  /** Frames that were lost on the way, or that follow one that was. */
  framesDropped: number;
  /** Packets that did not fit the queue to a recorder that was too slow. */
  packetsDropped: number;
  /** Recordings that ended with an error. */
  failures: number;
}

export function emptyRecordingCounters(): RecordingCounters {
  return { active: 0, bytesWritten: 0, framesWritten: 0, framesDropped: 0, packetsDropped: 0, failures: 0 };
}
