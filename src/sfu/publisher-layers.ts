import type { PublisherTrack } from './publisher-track.ts';

/** A layer that has sent nothing for this long is given up for another, ms. */
const LAYER_SILENCE_MS = 1500;
/** The same for a stream that is no layer: an encoder that starts anew takes another SSRC, ms. */
const STREAM_SILENCE_MS = 200;

/**
 * Which of a section's simulcast layers goes to the viewers: the largest picture that arrives. A change happens at a
 * keyframe of the new layer only.
 */
export class PublisherLayers {
  #selected: PublisherTrack | undefined;

  get selected(): PublisherTrack | undefined {
    return this.#selected;
  }

  /** True where packets of this track go to the viewers; `keyframe` tells that it has one in hand. */
  select(track: PublisherTrack, keyframe: boolean, now: number): boolean {
    const selected = this.#selected;
    if (selected === track) return true;
    if (selected === undefined) {
      this.#selected = track;
      return true;
    }
    const silent = now - selected.lastPacket > (track.rid === undefined ? STREAM_SILENCE_MS : LAYER_SILENCE_MS);
    if (silent && !keyframe) track.requestKeyframe(now);
    if (!keyframe) return false;
    if (!silent && area(track) <= area(selected)) return false;
    this.#selected = track;
    return true;
  }
}

function area(track: PublisherTrack): number {
  return (track.frameSize?.width ?? 0) * (track.frameSize?.height ?? 0);
}
