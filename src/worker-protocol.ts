/** The messages between the server process and a media worker: one request gets one reply, events come on their own. */
import type { ErrorCode } from './errors.ts';
import type { MediaCounters } from './sfu/media-counters.ts';
import type { PipeReport } from './sfu/pipe-edge.ts';
import type { PublisherWarning } from './sfu/publisher-warnings.ts';
import type { RecordingInfo } from './recording/recording-info.ts';
import type { RecordingCounters, RecordingOptions } from './recording/recording-options.ts';
import type { LayerRequest, PatchAnswer, RoomDetail, RoomState, RoomSummary, SessionRole } from './sfu/room-service.ts';

/** Settings of a worker, sent once as its first message. */
export interface WorkerOptions {
  /** UDP port, 0 for any. */
  udpPort: number;
  /** TCP port for clients without UDP: 0 for any, 'same' for the number of the UDP port, 'off' for none. */
  tcpPort: number | 'same' | 'off';
  /** Addresses to announce, most preferred first. */
  announcedAddresses: string[];
  /** How long viewers stay when their publisher has left, ms. */
  roomLingerMs: number;
  /** The longest group of pictures to keep for new viewers, ms; 0 for none. */
  gopCacheMs: number;
  /** Undefined where nothing is recorded. */
  recording: RecordingOptions | undefined;
  /** Authenticates and encrypts what workers send each other: 32 random bytes in base64, the same for all. A secret. */
  pipeKey: string;
  logLevel: string;
}

/** Where the pipe socket of a worker listens. */
export interface PipeAddress {
  /** IPv4 or IPv6, in text. */
  address: string;
  port: number;
}

/** Where a worker has the packets of a room from: its own publisher, another worker, or nobody at present. */
export type RoomOrigin = 'local' | 'pipe' | 'none';

/** What a worker knows of a room; tracks and liveness of a pipe are those of the publisher on the other worker. */
export interface WorkerRoomSummary extends RoomSummary {
  origin: RoomOrigin;
}

/** The same with the sessions on this worker. */
export interface WorkerRoomDetail extends RoomDetail {
  origin: RoomOrigin;
}

export type WorkerRequest =
  | { method: 'start'; options: WorkerOptions }
  /**
   * Answers an offer. `recorded`: whether what a publisher sends is recorded, where the worker records at all. `origin`:
   * for viewers, what setOrigin tells; each message of its own wakes both processes.
   */
  | {
      method: 'open';
      role: SessionRole;
      room: string;
      sessionId: string;
      offer: string;
      recorded: boolean;
      origin: PipeAddress | undefined;
    }
  | { method: 'patch'; sessionId: string; fragment: string; ifMatch: string | undefined }
  /** Ends a session: its client or a moderator asked for it, or a publisher on another worker took the room. */
  | { method: 'remove'; sessionId: string; reason: RemovalReason }
  | { method: 'selectLayer'; sessionId: string; layer: LayerRequest }
  /** Tells of a session's room by roomChanged events until the session ends. */
  | { method: 'watch'; sessionId: string }
  | { method: 'rooms' }
  | { method: 'room'; room: string }
  /** Ends all sessions of a room. */
  | { method: 'closeRoom'; room: string }
  /**
   * The room's publisher is on the worker with this pipe address; undefined: on no other worker. To be sent whenever a
   * publisher comes, moves or goes that viewers on another worker wait for or watch. A worker forgets it some seconds
   * after its last viewer of the room: each viewer's `open` tells it too. Idempotent.
   */
  | { method: 'setOrigin'; room: string; origin: PipeAddress | undefined }
  | { method: 'metrics' }
  /** Ends all sessions with RTCP BYE and DTLS close, finishes what is being recorded, then ends the process. */
  | { method: 'stop' };

/** What each method answers. */
export interface WorkerResults {
  /** The ports in use; `pipePort` is a UDP port of 127.0.0.1. */
  start: { udpPort: number; tcpPort: number | undefined; pipePort: number };
  open: { answer: string; tag: string };
  patch: PatchAnswer;
  remove: null;
  selectLayer: null;
  /** The mid of the first video section, and how the room is now. */
  watch: { videoMid: string | undefined; state: RoomState };
  rooms: WorkerRoomSummary[];
  room: WorkerRoomDetail;
  closeRoom: null;
  setOrigin: null;
  metrics: WorkerMetrics;
  stop: null;
}

/** Counters of a worker's UDP socket since its start, and of datagrams in its TCP connections. */
export interface TransportCounters {
  datagramsReceived: number;
  bytesReceived: number;
  datagramsSent: number;
  bytesSent: number;
  /** System calls that sent. */
  sendCalls: number;
  /** Messages with more than one datagram (UDP segmentation offload). */
  segmentedSends: number;
  /** Not sent because the socket's buffer was full. */
  droppedSocketFull: number;
  /** Not sent because a TCP connection had enough to send. */
  droppedStreamFull: number;
  droppedUnknownAddress: number;
  droppedMalformed: number;
  authenticationFailures: number;
  replays: number;
  sendErrors: number;
  reusedIndexes: number;
}

/** What a worker has counted since its start. */
export interface WorkerMetrics {
  process: {
    cpuSeconds: number;
    residentBytes: number;
    /** Seconds, since the last time that these figures were asked for. */
    eventLoopDelay: { median: number; percentile99: number; longest: number };
  };
  transport: TransportCounters;
  /** From publishers. */
  received: MediaCounters;
  /** To viewers. */
  sent: MediaCounters;
  /** The sessions of some open rooms, summed up. */
  rooms: { name: string; received: MediaCounters; sent: MediaCounters }[];
  /** Milliseconds, one for each session that knows it. */
  roundTrips: number[];
  recording: RecordingCounters;
  /** The name of its end of the pipes, and the pipes that it gets packets by, each from the worker of another name. */
  pipes: { name: string | undefined; from: readonly PipeReport[] };
}

/** How busy a worker was since its last report, about a second ago. */
export interface LoadReport {
  /**
   * Share of the time in which its event loop had work, 0 to 1. That is its CPU time in shares of a core, and more where
   * the machine or a container's quota gave it less than a core: what viewers feel.
   */
  busy: number;
  /** How late the event loop was: nine of ten timers were on time by so many milliseconds. */
  delay: number;
  /** Share of the datagrams to be sent that found the socket's buffer full, 0 to 1. */
  refused: number;
}

export type WorkerMethod = WorkerRequest['method'];

/** Server to worker. */
export interface RequestMessage {
  id: number;
  request: WorkerRequest;
}

/** Worker to server. */
export type WorkerMessage =
  | { type: 'reply'; id: number; result: WorkerResults[WorkerMethod] }
  | { type: 'refusal'; id: number; code: ErrorCode; detail: string | undefined }
  /** SRTP runs; `joinTime` is in milliseconds, from the offer. */
  | { type: 'sessionConnected'; sessionId: string; room: string; role: SessionRole; joinTime: number }
  | { type: 'sessionClosed'; sessionId: string; room: string; role: SessionRole; reason: CloseReason }
  /** A warning about a broadcast begins to hold, or no longer does. */
  | { type: 'publisherWarning'; sessionId: string; room: string; warning: PublisherWarning; holds: boolean }
  | { type: 'load'; load: LoadReport }
  /** Of rooms that are watched. */
  | { type: 'roomChanged'; room: string; state: RoomState }
  | { type: 'recording'; event: RecordingEvent };

/** What happens to a recording; `changed` tells growth, `ended` is the last of it. */
export interface RecordingEvent {
  type: 'started' | 'changed' | 'ended';
  info: RecordingInfo;
}

/** Why a session can be ended from outside its worker. */
export type RemovalReason = Extract<CloseReason, 'deleted' | 'removed' | 'replaced'>;

export type CloseReason =
  /** DELETE on the session. */
  | 'deleted'
  /** A moderator, a ban, or the end of its token has ended it. */
  | 'removed'
  /** No sign of life for the consent time. */
  | 'timeout'
  /** DTLS close_notify or RTCP BYE of the peer. */
  | 'peer_closed'
  /** The DTLS handshake failed. */
  | 'handshake_failed'
  /** Another publisher took the room. */
  | 'replaced'
  /** The room was closed. */
  | 'room_closed'
  /** The server shuts down. */
  | 'shutdown'
  /** The media worker ended. */
  | 'worker_died';
