/** What the HTTP side asks of the media side. Each call rejects with a ServiceError where it is refused. */
import type { MediaKind } from '../protocol/sdp/types.ts';

export type SessionRole = 'publish' | 'play';

export interface SessionAnswer {
  /** Unguessable, from a CSPRNG; a path segment of the session URL. */
  sessionId: string;
  /** SDP. */
  answer: string;
  /** Names the ICE session, without quotes. */
  tag: string;
}

export interface PatchRequest {
  sessionId: string;
  /** application/trickle-ice-sdpfrag. */
  fragment: string;
  /** The If-Match header without quotes, '*' for any; undefined where it is missing. */
  ifMatch: string | undefined;
}

/** `fragment` and `tag` are there after an ICE restart only; a trickle fragment answers neither. */
export interface PatchAnswer {
  fragment: string | undefined;
  tag: string | undefined;
}

export interface TrackSummary {
  kind: MediaKind;
  /** Encoding name, e.g. 'VP8'; undefined until the first packet. */
  codec: string | undefined;
  width: number | undefined;
  height: number | undefined;
  /** Bits a second over the last seconds. */
  bitrate: number;
}

export interface RoomSummary {
  name: string;
  /** A publisher's media is or was just arriving. */
  live: boolean;
  /** Milliseconds since the epoch when the present publisher came; undefined where there is none. */
  liveSince: number | undefined;
  tracks: TrackSummary[];
  subscribers: number;
}

export interface SessionFigures {
  /** Bits a second that the session sends to the server (publisher) or gets from it (subscriber). */
  bitrate: number;
  packets: number;
  packetsLost: number;
  /** Milliseconds; undefined until reports have told it. */
  roundTripTime: number | undefined;
  /** Milliseconds; undefined until reports have told it. */
  jitter: number | undefined;
}

export interface SessionSummary extends SessionFigures {
  sessionId: string;
  role: SessionRole;
  state: 'connecting' | 'connected';
  /** Milliseconds since the epoch. */
  since: number;
}

export interface RoomDetail extends RoomSummary {
  sessions: SessionSummary[];
}

export interface RoomService {
  publish(room: string, offer: string): Promise<SessionAnswer>;
  play(room: string, offer: string): Promise<SessionAnswer>;
  /** Which room and role a session has; undefined where it has ended. */
  session(sessionId: string): { room: string; role: SessionRole; tag: string } | undefined;
  patch(request: PatchRequest): Promise<PatchAnswer>;
  /** Ends a session; no_such_session where it has ended before. */
  remove(sessionId: string): Promise<void>;
  rooms(): Promise<RoomSummary[]>;
  /** no_such_room where it is not open. */
  room(name: string): Promise<RoomDetail>;
  /** Ends all sessions of a room; no_such_room where it is not open. */
  closeRoom(name: string): Promise<void>;
}
