import { monitorEventLoopDelay } from 'node:perf_hooks';
import { COUNTER } from '../native/addon.ts';
import type { Transport } from '../native/addon.ts';
import { emptyRecordingCounters } from '../recording/recording-options.ts';
import type { RecordingCounters } from '../recording/recording-options.ts';
import { addCounters, emptyCounters, type MediaCounters } from '../sfu/media-counters.ts';
import type { TransportCounters, WorkerMetrics } from '../worker-protocol.ts';
import type { Session } from './session.ts';

/** Rooms beyond so many are told in the sums alone: every one is a dozen time series. */
const MAXIMUM_ROOMS = 100;
/** How finely the event loop's delay is measured, ms. */
const DELAY_RESOLUTION_MS = 20;

interface Counters {
  /** From publishers. */
  received: MediaCounters;
  /** To viewers. */
  sent: MediaCounters;
}

/** What a worker has counted, sessions that have ended included. */
export class WorkerCounters {
  readonly #transport: Transport;
  readonly #ended = emptyBoth();
  /** Of sessions that have ended, in rooms that are still open. */
  readonly #endedInRoom = new Map<string, Counters>();
  readonly #delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#delay.enable();
  }

  /** Keeps what a session had counted; called once, when it has ended and left its room. */
  sessionEnded(session: Session): void {
    const { room } = session;
    if (room.empty) {
      this.#endedInRoom.delete(room.name);
      add(session, this.#ended);
      return;
    }
    const inRoom = this.#endedInRoom.get(room.name) ?? emptyBoth();
    this.#endedInRoom.set(room.name, inRoom);
    add(session, this.#ended, inRoom);
  }

  /** A room is closed after its last session has ended. */
  roomClosed(name: string): void {
    this.#endedInRoom.delete(name);
  }

  /** All figures; those of the event loop are since the last call. */
  metrics(
    sessions: readonly Session[],
    now: number,
    recording: RecordingCounters = emptyRecordingCounters(),
  ): Omit<WorkerMetrics, 'pipes'> {
    const total = copy(this.#ended);
    const rooms = new Map<string, Counters>();
    const roundTrips: number[] = [];
    for (const session of sessions) {
      const { name } = session.room;
      const roundTripTime = roundTripOf(session, now);
      if (roundTripTime !== undefined) roundTrips.push(roundTripTime);
      if (!rooms.has(name) && rooms.size < MAXIMUM_ROOMS) {
        rooms.set(name, copy(this.#endedInRoom.get(name) ?? emptyBoth()));
      }
      const room = rooms.get(name);
      if (room === undefined) add(session, total);
      else add(session, total, room);
    }
    return {
      process: this.#process(),
      transport: this.#counters(),
      ...total,
      rooms: [...rooms].map(([name, counters]) => ({ name, ...counters })),
      roundTrips,
      recording,
    };
  }

  /** Stops measuring the event loop. */
  stop(): void {
    this.#delay.disable();
  }

  #process(): WorkerMetrics['process'] {
    const { user, system } = process.cpuUsage();
    const figures = {
      cpuSeconds: (user + system) / 1e6,
      residentBytes: process.memoryUsage.rss(),
      eventLoopDelay: {
        median: this.#delaySeconds(this.#delay.percentile(50)),
        percentile99: this.#delaySeconds(this.#delay.percentile(99)),
        longest: this.#delaySeconds(this.#delay.max),
      },
    };
    this.#delay.reset();
    return figures;
  }

  /** What a timer of DELAY_RESOLUTION_MS took longer than that. */
  #delaySeconds(nanoseconds: number): number {
    return this.#delay.count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - DELAY_RESOLUTION_MS / 1e3);
  }

  #counters(): TransportCounters {
    const count = (name: keyof TransportCounters): number => this.#transport.counters[COUNTER[name]] ?? 0;
    return {
      datagramsReceived: count('datagramsReceived'),
      bytesReceived: count('bytesReceived'),
      datagramsSent: count('datagramsSent'),
      bytesSent: count('bytesSent'),
      sendCalls: count('sendCalls'),
      segmentedSends: count('segmentedSends'),
      droppedSocketFull: count('droppedSocketFull'),
      droppedStreamFull: count('droppedStreamFull'),
      droppedUnknownAddress: count('droppedUnknownAddress'),
      droppedMalformed: count('droppedMalformed'),
      authenticationFailures: count('authenticationFailures'),
      replays: count('replays'),
      sendErrors: count('sendErrors'),
      reusedIndexes: count('reusedIndexes'),
    };
  }
}

function emptyBoth(): Counters {
  return { received: emptyCounters(), sent: emptyCounters() };
}

/** Adds what a session has counted to each of the sums. */
function add({ participant }: Session, ...sums: readonly Counters[]): void {
  const counters = participant.endpoint.counters();
  for (const { received, sent } of sums) addCounters(participant.role === 'publish' ? received : sent, counters);
}

/** Of all figures, as a worker has many viewers. */
function roundTripOf({ participant: { role, endpoint } }: Session, now: number): number | undefined {
  return role === 'play' ? endpoint.roundTripTime : endpoint.figures(now).roundTripTime;
}

function copy(counters: Counters): Counters {
  const sum = emptyBoth();
  addCounters(sum.received, counters.received);
  addCounters(sum.sent, counters.sent);
  return sum;
}
