/** Puts what is known of the recordings into the registry. */
import type { MetricRegistry } from './registry.ts';

export interface RecordingFigures {
  /** Recordings by state. */
  states: Readonly<Record<string, number>>;
  /** Bytes of their files on this machine. */
  bytes: number;
  /** Recordings that are not uploaded yet. */
  queue: number;
}

/** Replaces the figures. */
export function setRecordingFigures(registry: MetricRegistry, { states, bytes, queue }: RecordingFigures): void {
  for (const [state, count] of Object.entries(states)) registry.set('live_webrtc_recordings', count, { state });
  registry.set('live_webrtc_recordings_bytes', bytes);
  registry.set('live_webrtc_upload_queue', queue);
}
