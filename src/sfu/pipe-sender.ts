import type { PipeMessage } from '../protocol/pipe/control-messages.ts';
import type { MediaFrame } from '../protocol/pipe/pipe-session.ts';

/** What both ends of a pipe need of its session. */
export interface PipeSender {
  /** Longest frame that goes into one datagram, bytes. */
  readonly frameBytes: number;
  /** Sends reliably and in order, a moment later. */
  sendMessage(message: PipeMessage): void;
  /** Sends once and at once, behind the messages before it. */
  sendFrame(frame: MediaFrame, now: number): void;
  /** Counts a packet that has come after later ones. */
  noteRepaired(): void;
}
