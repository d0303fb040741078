/** Tells what becomes of recordings. */
import type { EventLog } from '../events/event-log.ts';
import type { RecordingInfo } from '../recording/recording-info.ts';

const UNKNOWN = 'The reason is not known.';

export class RecordingEvents {
  readonly #events: EventLog;

  constructor(events: EventLog) {
    this.#events = events;
  }

  /** A recording goes on no more. */
  recordingEnded(info: RecordingInfo): void {
    if (info.error !== undefined) this.#events.add('recording.failed', info.room, { ...data(info), error: info.error });
    // Without any frame, nothing is left of it.
    else if (info.files.length > 0) this.#events.add('recording.finished', info.room, data(info));
  }

  /** An upload was done or given up. */
  uploadEnded(result: 'done' | 'failed', info: RecordingInfo): void {
    const { room, error = UNKNOWN } = info;
    if (result === 'done') this.#events.add('upload.finished', room, data(info));
    else this.#events.add('upload.failed', room, { ...data(info), error });
  }
}

function data({ id, duration, files }: RecordingInfo) {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { recording: id, seconds: duration, bytes, files: files.map(({ name }) => name) };
}
