/** What the worker pool tells of sessions and workers. */
import type { PublisherWarning } from '../sfu/publisher-warnings.ts';
import type { SessionRole } from '../sfu/room-service.ts';
import type { CloseReason, RecordingEvent } from '../worker-protocol.ts';

/** A session that has ended, with the reason. */
export interface ClosedSession {
  sessionId: string;
  room: string;
  role: SessionRole;
  reason: CloseReason;
}

/** A session whose media can flow. */
export interface ConnectedSession {
  sessionId: string;
  room: string;
  role: SessionRole;
  /** Milliseconds from the offer. */
  joinTime: number;
}

/** A worker that takes sessions, and where. */
export interface WorkerPlace {
  index: number;
  pid: number | undefined;
  udpPort: number;
  tcpPort: number | undefined;
}

export interface WorkerPoolEvents {
  onSessionConnected(session: ConnectedSession): void;
  onSessionClosed(session: ClosedSession): void;
  onWorkerReady(worker: WorkerPlace): void;
  onWorkerDied(worker: { index: number; status: string; sessions: number; restartInMilliseconds: number }): void;
  /** A warning about a broadcast begins to hold, or no longer does. */
  onPublisherWarning(event: { sessionId: string; room: string; warning: PublisherWarning; holds: boolean }): void;
  onRecording(event: RecordingEvent): void;
  /** A worker wrote a line. */
  onWorkerOutput(index: number, line: string): void;
}
