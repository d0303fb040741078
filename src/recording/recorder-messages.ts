/** The messages between a media worker and the thread that records for it. */
import type { RecordingInfo } from './recording-info.ts';
import type { RecordingCounters, RecordingOptions } from './recording-options.ts';

/** What the thread is started with. */
export interface RecorderThreadData {
  options: RecordingOptions;
  /** What to add to this machine's monotonic clock for that of the worker, ms. */
  clockOffset: number;
  /** Recordings that a thread before this one left when it failed. */
  abandoned: readonly string[];
}

export type ToRecorder =
  /** `length` bytes of the buffer are filled; it comes back when they are read. */
  | { type: 'chunk'; buffer: ArrayBuffer; length: number }
  /** Finish all recordings. */
  | { type: 'stop' };

export type FromRecorder =
  | { type: 'chunk'; buffer: ArrayBuffer }
  | { type: 'keyframe'; publication: number }
  | { type: 'recording'; event: 'started' | 'changed' | 'ended'; info: RecordingInfo }
  | { type: 'counters'; counters: RecordingCounters }
  | { type: 'stopped' };
