import type { MediaKind } from '../protocol/sdp/types.ts';
import type { MediaFrame } from './media-frame.ts';

/** A track that gives nothing for so long holds the other one up no longer, ms. */
const LONGEST_WAIT_MS = 300;

interface Waiting {
  frame: MediaFrame;
  /** Monotonic ms. */
  since: number;
}

/** Brings the frames of sound and picture into the order of their times. */
export class FrameInterleaver {
  readonly #isAlone: boolean;
  readonly #queues: Readonly<Record<MediaKind, Waiting[]>> = { audio: [], video: [] };

  /** `kinds`: what may come. */
  constructor(kinds: readonly MediaKind[]) {
    this.#isAlone = kinds.length < 2;
  }

  add(frame: MediaFrame, now: number): void {
    this.#queues[frame.kind].push({ frame, since: now });
  }

  /** The frames that nothing can come before any more. With `all`, those that wait too. */
  take(now: number, all = false): MediaFrame[] {
    const frames: MediaFrame[] = [];
    const { audio, video } = this.#queues;
    for (;;) {
      const [sound] = audio;
      const [picture] = video;
      const next = earlier(sound, picture);
      if (next === undefined) return frames;
      const both = sound !== undefined && picture !== undefined;
      if (!both && !all && !this.#isAlone && now - next.since < LONGEST_WAIT_MS) return frames;
      this.#queues[next.frame.kind].shift();
      frames.push(next.frame);
    }
  }
}

function earlier(a: Waiting | undefined, b: Waiting | undefined): Waiting | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.frame.time <= b.frame.time ? a : b;
}
