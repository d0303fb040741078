/** What a test can ask of the script in page/client.ts, which runs in the browser as the global `testClient`. */

/** Statistics of what a connection sends; names and units as in the W3C's webrtc-stats. */
export interface OutboundStatistics {
  kind: 'audio' | 'video';
  /** Encoding name, e.g. 'VP8'. */
  codec: string;
  packetsSent: number;
  framesEncoded: number;
  framesSent: number;
  keyFramesEncoded: number;
  pliCount: number;
  nackCount: number;
}

/** Statistics of what a connection receives; names and units as in the W3C's webrtc-stats. */
export interface InboundStatistics {
  kind: 'audio' | 'video';
  /** Encoding name, e.g. 'VP8'. */
  codec: string;
  packetsReceived: number;
  bytesReceived: number;
  totalSamplesReceived: number;
  /** Of these, what was not received and had to be made up. */
  concealedSamples: number;
  packetsLost: number;
  framesReceived: number;
  framesDecoded: number;
  framesDropped: number;
  keyFramesDecoded: number;
  freezeCount: number;
  frameWidth: number;
  frameHeight: number;
  /** Seconds. */
  totalFreezesDuration: number;
  totalAudioEnergy: number;
  /** Seconds that all samples or frames spent in the jitter buffer. */
  jitterBufferDelay: number;
  jitterBufferEmittedCount: number;
}

export interface ConnectionStatistics {
  /** Counts the connections that the page has made, from 0. */
  number: number;
  state: string;
  outbound: OutboundStatistics[];
  inbound: InboundStatistics[];
}

/** What every publisher of the page sends from now on. */
export interface PublishingOptions {
  /** Encoding name that comes first in the offer, e.g. 'VP9'. */
  codec: string;
  width: number;
  height: number;
  framesPerSecond: number;
  /** Bits a second that each stream of video may have at most, whatever the page allows. */
  maxBitrate: number;
  /** As the W3C's webrtc-svc names them; the browser's default where it is missing. */
  scalabilityMode?: string;
}

/** As the W3C's RTCIceServer. */
export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}

/** A picture as it was shown. */
export interface ShownFrame {
  /** Of its packets, as they came; ticks. */
  rtpTimestamp: number;
  /** Milliseconds since the epoch when it was shown. */
  shownAt: number;
}

export interface PageClient {
  /** Makes camera and encoder of the page, or of the real publisher page, small enough for a test machine. */
  setPublishing(options: PublishingOptions): void;
  /** Every offer of the page has these formats of sound alone from now on, in this order, e.g. 'red' and 'opus'. */
  setSoundFormats(names: readonly string[]): void;
  /** Publishes the fake camera by WHIP with nothing but fetch and RTCPeerConnection; returns the session's number. */
  publish(url: string): Promise<number>;
  /** Plays by WHEP in a video element of its own; returns the session's number. */
  play(url: string): Promise<number>;
  /** Ends a session of publish or play: with DELETE, or by closing the connection and saying nothing over HTTP. */
  leave(session: number, how: 'delete' | 'close'): Promise<void>;
  /** Statistics of every RTCPeerConnection that the page has made and not closed, in the order of their making. */
  statistics(): Promise<ConnectionStatistics[]>;
  /** A small grey copy of the first video element's present picture; empty where there is none. */
  picture(): number[];
  /** Milliseconds from the making of the newest connection to the first frame shown after it; undefined before that. */
  timeToFirstFrame(): number | undefined;
  /** The ICE servers of the newest connection's configuration. */
  iceServers(): IceServer[];
  /** The newest frame of the first video element; undefined before there is one. */
  shownFrame(): ShownFrame | undefined;
}
