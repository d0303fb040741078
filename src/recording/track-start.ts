import type { MediaKind } from '../protocol/sdp/types.ts';
import type { RecordedTracks } from './formats/media-writer.ts';
import type { MediaFrame } from './media-frame.ts';

/** A track that may come is waited for so long, ms: the tracks of a file are named at its begin. */
const LONGEST_WAIT_MS = 2000;
/** Where pictures come and none of them can be started from, ms. */
const LONGEST_KEYFRAME_WAIT_MS = 15_000;
/** Opus in RTP is always announced with two channels (RFC 7587 7). */
const OPUS_CHANNELS = 2;

/** The frames before a recording begins, and which tracks it will have. */
export class TrackStart {
  readonly #kinds: readonly MediaKind[];
  readonly #frames: MediaFrame[] = [];
  #since: number | undefined;
  #video: MediaFrame | undefined;
  #hasAudio = false;
  /** There are pictures, and none of them can be started from. */
  lacksKeyframe = false;

  /** `kinds`: what may come. `expected`: tracks of the recording before, which go on. */
  constructor(kinds: readonly MediaKind[], expected: readonly MediaKind[] = []) {
    this.#kinds = kinds;
    this.#hasAudio = expected.includes('audio');
  }

  add(frame: MediaFrame, now: number): void {
    this.#since ??= now;
    if (frame.kind === 'audio') {
      this.#hasAudio = true;
    } else {
      const starts = frame.keyframe && frame.size !== undefined;
      if (this.#video?.codec !== frame.codec && !starts) {
        this.lacksKeyframe = true;
        return;
      }
      if (starts && this.#video?.codec !== frame.codec) {
        this.#video = frame;
        this.lacksKeyframe = false;
      }
    }
    this.#frames.push(frame);
  }

  /** The tracks and frames to begin with; undefined while more is to be waited for. */
  take(now: number): { tracks: RecordedTracks; frames: MediaFrame[] } | undefined {
    const [first] = this.#frames;
    if (this.#since === undefined || first === undefined) return undefined;
    const isWhole =
      (this.#video !== undefined || !this.#kinds.includes('video')) &&
      (this.#hasAudio || !this.#kinds.includes('audio'));
    const longestWait = this.lacksKeyframe ? LONGEST_KEYFRAME_WAIT_MS : LONGEST_WAIT_MS;
    if (!isWhole && now - this.#since < longestWait) return undefined;
    const video = this.#video;
    const tracks: RecordedTracks = {
      video:
        video?.size === undefined || video.codec === 'opus'
          ? undefined
          : { codec: video.codec, size: video.size, firstFrame: video.data },
      audio: this.#hasAudio ? { channels: OPUS_CHANNELS } : undefined,
    };
    return { tracks, frames: this.#frames.splice(0) };
  }
}
