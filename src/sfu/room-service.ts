/** What the HTTP side asks of the media side. Each call rejects with a ServiceError where it is refused. */
import type { MediaKind } from '../protocol/sdp/types.ts';
import type { PublisherWarning } from './publisher-warnings.ts';

export type SessionRole = 'publish' | 'play';

/** What holds for a session because of its room, beside the settings of the server. */
export interface RoomRules {
  /** Viewers of the room; 0 for no limit but the server's. */
  viewerLimit?: number;
  /** Whether what is published is recorded, where the server records; it is unless this says otherwise. */
  recorded?: boolean;
}

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

/** Layers of a scalable stream, with all lower ones. */
export interface ScalableLayerSummary {
  /** 0 is the lowest. */
  spatialLayerId: number;
  temporalLayerId: number;
  /** Pixels; undefined where the stream does not tell them. */
  width: number | undefined;
  height: number | undefined;
  /** Bits a second over the last seconds. */
  bitrate: number;
}

/** One simulcast layer of a picture, or its only stream. */
export interface LayerSummary {
  /** RFC 8851; undefined where the publisher sends no layers. */
  rid: string | undefined;
  /** It arrives at present. */
  active: boolean;
  /** Pixels; undefined until a keyframe has told them. */
  width: number | undefined;
  height: number | undefined;
  /** Bits a second over the last seconds. */
  bitrate: number;
  /** What a viewer can get of it, the highest first; empty where the stream is not scalable. */
  scalable: ScalableLayerSummary[];
}

/** What viewers are told of their room while it changes. */
export interface RoomState {
  /** A publisher's media is there to be played. */
  active: boolean;
  /** Of the picture, the largest first. */
  layers: LayerSummary[];
  /** Viewers, those that wait for a publisher counted. */
  viewerCount: number;
}

/** Is told what happens in the room of a session, until the session ends. */
export interface SessionWatcher {
  /** The state has changed; called once at first. */
  onState(state: RoomState): void;
  /** The server is about to end all sessions: clients do well to reconnect. */
  onDraining(): void;
  /** The session has ended; nothing more follows. */
  onEnded(): void;
}

/** Which layer a viewer wants. Without any member that chooses, the server chooses again. */
export interface LayerRequest {
  /** The mid of a video section, or its position; undefined for the first. */
  mediaId: string | undefined;
  /** RFC 8851. It outranks the size. */
  rid: string | undefined;
  /** Pixels. */
  maxWidth: number | undefined;
  maxHeight: number | undefined;
  /** Layers of a scalable stream, 0 for the lowest; they outrank the size. */
  spatialLayerId: number | undefined;
  temporalLayerId: number | undefined;
  /** The highest that the server may choose. */
  maxSpatialLayerId: number | undefined;
  maxTemporalLayerId: number | undefined;
}

export interface TrackSummary {
  kind: MediaKind;
  /** Encoding name, e.g. 'VP8'; undefined until the first packet. */
  codec: string | undefined;
  width: number | undefined;
  height: number | undefined;
  /** Bits a second over the last seconds. */
  bitrate: number;
  /** The simulcast layers, largest first, or the only stream where it is scalable; empty where there is no choice. */
  layers: LayerSummary[];
}

export interface RoomSummary {
  name: string;
  /** A publisher's media is or was just arriving. */
  live: boolean;
  /** Milliseconds since the epoch when the present publisher came; undefined where there is none. */
  liveSince: number | undefined;
  tracks: TrackSummary[];
  subscribers: number;
  /** What is wrong with the broadcast although it arrives. */
  warnings: readonly PublisherWarning[];
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
  /** The simulcast layer that a viewer gets at present; undefined where there is none, and for publishers. */
  rid: string | undefined;
  /** The highest layers that a viewer of a scalable stream gets at present. */
  spatialLayerId: number | undefined;
  temporalLayerId: number | undefined;
}

export interface RoomDetail extends RoomSummary {
  sessions: SessionSummary[];
}

export interface RoomService {
  publish(room: string, offer: string, rules?: RoomRules): Promise<SessionAnswer>;
  play(room: string, offer: string, rules?: RoomRules): Promise<SessionAnswer>;
  /** Which room and role a session has; undefined where it has ended. */
  session(sessionId: string): { room: string; role: SessionRole; tag: string } | undefined;
  patch(request: PatchRequest): Promise<PatchAnswer>;
  /** no_such_media or no_such_layer where the session or its publisher has none such. */
  selectLayer(sessionId: string, request: LayerRequest): Promise<void>;
  /** Tells a watcher of a viewer's room, and returns the mid of the viewer's first video section. */
  watch(sessionId: string, watcher: SessionWatcher): Promise<string | undefined>;
  /** Ends a session, for its client or, 'removed', against its will; no_such_session where it has ended before. */
  remove(sessionId: string, reason?: 'deleted' | 'removed'): Promise<void>;
  rooms(): Promise<RoomSummary[]>;
  /** no_such_room where it is not open. */
  room(name: string): Promise<RoomDetail>;
  /** Ends all sessions of a room; no_such_room where it is not open. */
  closeRoom(name: string): Promise<void>;
}
