/** The messages between the server process and a media worker: one request gets one reply, events come on their own. */
import type { ErrorCode } from './errors.ts';
import type { PatchAnswer, RoomDetail, RoomSummary, SessionRole } from './sfu/room-service.ts';

/** Settings of a worker, sent once as its first message. */
export interface WorkerOptions {
  /** UDP port, 0 for any. */
  udpPort: number;
  /** Addresses to announce, most preferred first. */
  announcedAddresses: string[];
  logLevel: string;
}

export type WorkerRequest =
  | { method: 'start'; options: WorkerOptions }
  | { method: 'open'; role: SessionRole; room: string; sessionId: string; offer: string }
  | { method: 'patch'; sessionId: string; fragment: string; ifMatch: string | undefined }
  | { method: 'remove'; sessionId: string }
  | { method: 'rooms' }
  | { method: 'room'; room: string }
  /** Ends all sessions of a room. */
  | { method: 'closeRoom'; room: string }
  /** Ends all sessions with RTCP BYE and DTLS close, then the process. */
  | { method: 'stop' };

/** What each method answers. */
export interface WorkerResults {
  start: { udpPort: number };
  open: { answer: string; tag: string };
  patch: PatchAnswer;
  remove: null;
  rooms: RoomSummary[];
  room: RoomDetail;
  closeRoom: null;
  stop: null;
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
  | { type: 'sessionClosed'; sessionId: string; room: string; role: SessionRole; reason: CloseReason };

export type CloseReason =
  /** DELETE on the session. */
  | 'deleted'
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
