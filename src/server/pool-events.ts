/** What the server does when the media side tells something. */
import type { Metrics } from '../metrics/metrics.ts';
import type { Participants } from '../moderation/participants.ts';
import { PUBLISHER_WARNINGS } from '../sfu/publisher-warnings.ts';
import type { WorkerPoolEvents } from '../worker-pool/worker-pool.ts';
import type { ServerLog } from './log.ts';
import type { ServerRecordings } from './recordings.ts';
import type { RoomEvents } from './room-events.ts';

export interface PoolEventSinks {
  log: ServerLog;
  metrics: Metrics;
  recordings: ServerRecordings;
  participants: Participants;
  roomEvents: RoomEvents;
}

/** Logs, counts and passes on what the media side tells. */
export function poolEvents(sinks: PoolEventSinks): WorkerPoolEvents {
  const { log, metrics, recordings, participants, roomEvents } = sinks;
  const { logger } = log;
  return {
    onSessionConnected(session) {
      const { sessionId, room, role, joinTime } = session;
      logger.info({ room, session: sessionId, role, ms: Math.round(joinTime) }, 'session connected');
      metrics.connected(role, joinTime / 1000);
      roomEvents.connected(session);
    },
    onSessionClosed(session) {
      const { sessionId, room, role, reason } = session;
      logger.info({ room, session: sessionId, role, reason }, 'session closed');
      metrics.ended(role, reason);
      roomEvents.closed(session);
      participants.remove(sessionId);
    },
    onWorkerReady({ index, ...facts }) {
      logger.info({ worker: index, ...facts }, 'media worker is ready');
    },
    onWorkerDied({ index, ...facts }) {
      logger.error({ worker: index, ...facts }, 'media worker died');
      metrics.workerDied(index);
      void recordings.onWorkerDied();
    },
    onPublisherWarning(event) {
      const { sessionId, room, warning, holds } = event;
      roomEvents.warning(event);
      const facts = { room, session: sessionId, warning };
      if (holds) logger.warn({ ...facts, advice: PUBLISHER_WARNINGS[warning] }, 'the broadcast has a fault');
      else logger.info(facts, 'the fault of the broadcast is over');
    },
    onRecording: (event) => recordings.onRecording(event),
    onWorkerOutput: (worker, line) => log.passOn(worker, line),
  };
}
