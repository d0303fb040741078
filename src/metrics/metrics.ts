/** What the parts of the server report to be counted, and the page that Prometheus reads. */
import type { ErrorCode } from '../errors.ts';
import type { SessionRole } from '../sfu/room-service.ts';
import type { CloseReason } from '../worker-protocol.ts';
import { setRecordingFigures } from './recording-figures.ts';
import type { RecordingFigures } from './recording-figures.ts';
import { MetricRegistry } from './registry.ts';
import { setWorkerFigures } from './worker-figures.ts';
import type { WorkerFigures } from './worker-figures.ts';

/** What is looked at when somebody asks. */
export interface MetricSources {
  workers(): Promise<WorkerFigures[]>;
  /** How many there are now. */
  counts(): { rooms: number; publishers: number; subscribers: number };
  recordings(): RecordingFigures;
}

export interface AnsweredRequest {
  method: string;
  /** The route's pattern, never the path: its labels must be few. */
  route: string;
  status: number;
  seconds: number;
}

/** Counts. */
export class Metrics {
  readonly #registry = new MetricRegistry();

  /** An offer was answered with a session. */
  joined(role: SessionRole): void {
    this.#registry.increment('live_webrtc_joins_total', { role });
  }

  /** An offer was refused. */
  refused(role: SessionRole, code: ErrorCode): void {
    this.#registry.increment('live_webrtc_refusals_total', { role, code });
  }

  /** SRTP runs, so many seconds after the offer. */
  connected(role: SessionRole, seconds: number): void {
    this.#registry.observe('live_webrtc_join_seconds', seconds, { role });
  }

  ended(role: SessionRole, reason: CloseReason): void {
    this.#registry.increment('live_webrtc_sessions_ended_total', { role, reason });
  }

  workerDied(index: number): void {
    this.#registry.increment('live_webrtc_worker_deaths_total', { worker: String(index) });
  }

  answered({ method, route, status, seconds }: AnsweredRequest): void {
    this.#registry.increment('live_webrtc_http_requests_total', { method, route, status: String(status) });
    this.#registry.observe('live_webrtc_http_request_seconds', seconds, { method, route });
  }

  /** An attempt to upload a recording has ended. */
  uploaded(result: 'done' | 'retried' | 'failed', bytes: number): void {
    this.#registry.increment('live_webrtc_uploads_total', { result });
    this.#registry.increment('live_webrtc_uploaded_bytes_total', {}, bytes);
  }

  /** RECORD_RETENTION has removed a recording. */
  recordingRemoved(): void {
    this.#registry.increment('live_webrtc_recordings_removed_total');
  }

  /** So many clients read the stream of events. */
  eventReaders(readers: number): void {
    this.#registry.set('live_webrtc_event_readers', readers);
  }

  /** One of them read too slowly. */
  eventReaderCutOff(): void {
    this.#registry.increment('live_webrtc_event_readers_cut_off_total');
  }

  /** What became of `count` events for a URL of WEBHOOK_URLS, by its place from 1. */
  webhookResult(webhook: number, result: string, count: number): void {
    this.#registry.increment('live_webrtc_webhook_events_total', { webhook: String(webhook), result }, count);
  }

  /** So many events wait for it. */
  webhookWaiting(webhook: number, waiting: number): void {
    this.#registry.set('live_webrtc_webhook_waiting', waiting, { webhook: String(webhook) });
  }

  /** The media type of the page. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The page, with everything as it is now. */
  async render(sources: MetricSources): Promise<string> {
    const { rooms, publishers, subscribers } = sources.counts();
    this.#registry.set('live_webrtc_rooms', rooms);
    this.#registry.set('live_webrtc_publishers', publishers);
    this.#registry.set('live_webrtc_subscribers', subscribers);
    setRecordingFigures(this.#registry, sources.recordings());
    setWorkerFigures(this.#registry, await sources.workers());
    return this.#registry.render();
  }
}
