/** What the bench asks of the load process, and its replies. */
export type LoadRequest =
  /** One publisher more; its frames have ten packets unless told otherwise. */
  | { type: 'publish'; url: string; packetsPerFrame?: number }
  | { type: 'play'; url: string; count: number }
  /** Counts for so long what the viewers get. */
  | { type: 'measure'; durationMs: number }
  | { type: 'stop' };

export type LoadReply =
  | { type: 'published' }
  | { type: 'joined'; connectMs: number[] }
  | {
      type: 'measured';
      /** Packets that all viewers got. */
      received: number;
      /** Gaps in the sequence numbers of all viewers. */
      lost: number;
      /** Milliseconds from the publisher's send to the viewer's read. */
      latencyP50: number;
      latencyP99: number;
      /** CPU that the load itself used: close to the duration, it measures itself. */
      loadCpuMs: number;
    }
  | { type: 'stopped' }
  | { type: 'failed'; message: string };
