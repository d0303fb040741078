import type { EventQueue } from './event-queue.ts';
import type { SimulationRandom } from './random.ts';
import type { Frame } from './vp8-frame.ts';

/** A keyframe has this many times the bits of other frames. */
const KEYFRAME_WEIGHT = 6;
/** Frames around it are made smaller by this share until the keyframe's excess is paid for. */
const REPAYMENT = 0.3;
/** Frames differ from their average size by up to this share. */
const VARIATION = 0.2;

export interface EncoderDescription {
  /** Of the simulcast layer; undefined without simulcast. */
  rid?: string;
  width: number;
  height: number;
  /** Bits a second on average. */
  bitrate: number;
  /** Frames a second. */
  frameRate: number;
  /** Between keyframes, ms; infinite where they come on request alone. */
  keyframeIntervalMs: number;
  /** False for what OBS and FFmpeg do: a keyframe comes when it comes. */
  answersKeyframeRequests: boolean;
}

/** Makes frames at an even rate. */
export class Encoder {
  readonly #description: EncoderDescription;
  readonly #events: EventQueue;
  readonly #random: SimulationRandom;
  readonly #deliver: (frame: Frame) => void;
  #pictureId: number;
  #lastKeyframe = Number.NEGATIVE_INFINITY;
  #keyframeWanted = true;
  #excessBytes = 0;
  keyframes = 0;

  constructor(
    description: EncoderDescription,
    events: EventQueue,
    random: SimulationRandom,
    deliver: (frame: Frame) => void,
  ) {
    this.#description = description;
    this.#events = events;
    this.#random = random;
    this.#deliver = deliver;
    this.#pictureId = Math.floor(random.between(0, 0x8000));
  }

  start(): void {
    this.#events.every(1000 / this.#description.frameRate, () => this.#encode());
  }

  requestKeyframe(): void {
    if (this.#description.answersKeyframeRequests) this.#keyframeWanted = true;
  }

  #encode(): void {
    const { now } = this.#events;
    const { width, height, keyframeIntervalMs } = this.#description;
    // Half a frame early, so that rounding does not put a keyframe off by a frame.
    const due = now - this.#lastKeyframe >= keyframeIntervalMs - 500 / this.#description.frameRate;
    const keyframe = this.#keyframeWanted || due;
    if (keyframe) {
      this.#keyframeWanted = false;
      this.#lastKeyframe = now;
      this.keyframes++;
    }
    this.#pictureId = (this.#pictureId + 1) & 0x7fff;
    const bytes = this.#frameBytes(keyframe);
    this.#deliver({ captureTime: now, keyframe, pictureId: this.#pictureId, width, height, bytes });
  }

  #frameBytes(keyframe: boolean): number {
    const { bitrate, frameRate } = this.#description;
    const average = bitrate / 8 / frameRate;
    if (keyframe) {
      this.#excessBytes += average * (KEYFRAME_WEIGHT - 1);
      return Math.round(average * KEYFRAME_WEIGHT);
    }
    const repaid = Math.min(this.#excessBytes, average * REPAYMENT);
    this.#excessBytes -= repaid;
    return Math.round((average - repaid) * this.#random.between(1 - VARIATION, 1 + VARIATION));
  }
}
