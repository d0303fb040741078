/** What the bench asks of a load process, and its replies. */
import type { LatencyCounts } from './latency-histogram.ts';
import type { LoadShape } from './shape.ts';

export type LoadRequest =
  /** One publisher more. */
  | { type: 'publish'; url: string; shape: LoadShape }
  /** So many viewers more; with `perSecond` at that pace and until their first packet, otherwise as fast as may be. */
  | { type: 'play'; url: string; count: number; perSecond?: number }
  /** Ends the viewers that have been there longest. */
  | { type: 'leave'; count: number }
  /** All viewers report once a second what they get, or no more. */
  | { type: 'report'; isOn: boolean }
  /** Counts from now on. */
  | { type: 'reset' }
  /** What has been counted. */
  | { type: 'count' };

export interface LoadFigures {
  viewers: number;
  /** Packets that all viewers got. */
  received: number;
  /** Gaps in the sequence numbers of all viewers. */
  lost: number;
  /** Viewers that the server ended. */
  closedByServer: number;
  /** Milliseconds from the publisher's send to the viewer's read. */
  latencies: LatencyCounts;
  /** How late the publisher was at most, ms. */
  publisherDelay: number;
  /** 99th percentile and longest delay of this process's event loop, ms. */
  loopDelayP99: number;
  loopDelayLongest: number;
  /** Of its sockets. */
  ports: number[];
}

export type LoadReply =
  | { type: 'done' }
  | { type: 'joined'; times: number[] }
  | { type: 'counted'; figures: LoadFigures }
  | { type: 'failed'; message: string };
