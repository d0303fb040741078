import type { PipeMessage } from '../protocol/pipe/control-messages.ts';
import type { MediaFrame } from '../protocol/pipe/pipe-session.ts';
import { PipePublication } from './pipe-publication.ts';
import type { PipeSender } from './pipe-sender.ts';

export interface PipeSubscriptionOptions {
  room: string;
  /** The longest group of pictures to keep for new viewers, ms; 0 for none. */
  gopCacheMs: number;
  /** A publisher has come on the other worker, in the place of any before. */
  onPublication: (publication: PipePublication, now: number) => void;
  /** It has left, or cannot be reached any more. */
  onEnded: (publication: PipePublication, now: number) => void;
  /** Packets have been handed on. */
  onPackets: (now: number) => void;
  /** There is something to do at once. */
  onWork: () => void;
}

/** What this worker has of one room on another: nothing, while there is no session or no publisher. */
export class PipeSubscription {
  readonly #options: PipeSubscriptionOptions;
  #sender: PipeSender | undefined;
  #number = 0;
  #publication: PipePublication | undefined;

  constructor(options: PipeSubscriptionOptions) {
    this.#options = options;
  }

  /** As the messages of the present session name it. */
  get number(): number {
    return this.#number;
  }

  get publication(): PipePublication | undefined {
    return this.#publication;
  }

  /** A session stands that knows nothing of this yet. */
  open(sender: PipeSender, number: number): void {
    this.#sender = sender;
    this.#number = number;
    sender.sendMessage({ type: 'subscribe', subscription: number, room: this.#options.room });
  }

  /** The session is over. */
  lost(now: number): void {
    this.#sender = undefined;
    this.#end(now);
  }

  /** Wants no more. */
  close(now: number): void {
    this.#sender?.sendMessage({ type: 'unsubscribe', subscription: this.#number });
    this.lost(now);
  }

  handleMessage(message: PipeMessage, now: number): void {
    switch (message.type) {
      case 'publication':
        this.#begin(message, now);
        return;
      case 'publicationEnded':
        this.#end(now);
        return;
      default:
        this.#publication?.handleMessage(message, now);
    }
  }

  handleFrame(frame: MediaFrame, now: number): void {
    if (frame.type === 'facts') this.#publication?.handleFacts(frame.tracks, now);
    if (frame.type !== 'packets') return;
    this.#publication?.handlePackets(frame, now);
    this.#options.onPackets(now);
  }

  handleTimeout(now: number): void {
    if (now >= this.deadline()) this.#publication?.handleTimeout(now);
  }

  /** Monotonic ms when handleTimeout has something to do; infinite where nothing is there. */
  deadline(): number {
    return this.#publication?.deadline() ?? Number.POSITIVE_INFINITY;
  }

  #begin({ liveSince, media }: Extract<PipeMessage, { type: 'publication' }>, now: number): void {
    if (this.#sender === undefined) return;
    const { gopCacheMs, onWork, onPublication } = this.#options;
    const publication = new PipePublication({
      subscription: this.#number,
      media,
      liveSince,
      sender: this.#sender,
      gopCacheMs,
      onWork,
      now,
    });
    this.#publication = publication;
    onPublication(publication, now);
  }

  #end(now: number): void {
    const publication = this.#publication;
    if (publication === undefined) return;
    this.#publication = undefined;
    publication.close();
    this.#options.onEnded(publication, now);
  }
}
