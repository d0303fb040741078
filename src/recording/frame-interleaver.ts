import type { MediaKind } from '../protocol/sdp/types.ts';
import type { MediaFrame } from './media-frame.ts';

/** A track that gives nothing for so long holds the other one up no longer, ms. A crash costs what waits here. */
const LONGEST_WAIT_MS = 300;
/**
 * The same for a track that waits for packets that were lost, ms: what it then gives is as old as the FrameAssembler's
 * longest wait for them, and a file has to be in the order of its times.
 */
const LONGEST_REPAIR_MS = 1300;

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

  /** The frames that nothing can come before any more. `repairing`: tracks that wait for lost packets. */
  take(now: number, repairing: readonly MediaKind[] = []): MediaFrame[] {
    return this.#take((next) => {
      const isRepaired = repairing.some((kind) => kind !== next.frame.kind);
      return this.#isAlone || now - next.since >= (isRepaired ? LONGEST_REPAIR_MS : LONGEST_WAIT_MS);
    });
  }

  /** All frames: none comes any more. */
  drain(): MediaFrame[] {
    return this.#take(() => true);
  }

  #take(mayGo: (alone: Waiting) => boolean): MediaFrame[] {
    const frames: MediaFrame[] = [];
    const { audio, video } = this.#queues;
    for (;;) {
      const [sound] = audio;
      const [picture] = video;
      const next = earlier(sound, picture);
      if (next === undefined) return frames;
      const both = sound !== undefined && picture !== undefined;
      if (!both && !mayGo(next)) return frames;
      this.#queues[next.frame.kind].shift();
      frames.push(next.frame);
    }
  }
}

function earlier(a: Waiting | undefined, b: Waiting | undefined): Waiting | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.frame.time <= b.frame.time ? a : b;
}
