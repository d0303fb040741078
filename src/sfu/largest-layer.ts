import type { RtpBatch } from './rtp-batch.ts';
import type { Sink, SourceTrack } from './sink.ts';
import { largestSource } from './source-choice.ts';

/** Passes on one source at a time to a sink that knows no layers: the largest, changed at its keyframes only. */
export class LargestLayer implements Sink {
  readonly #sink: Sink;
  readonly #sources = new Set<SourceTrack>();
  #selected: SourceTrack | undefined;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  write(batch: RtpBatch, source: SourceTrack, now: number): void {
    this.#sources.add(source);
    if (source !== this.#selected && !this.#select(batch, source, now)) return;
    this.#sink.write(batch, source, now);
  }

  sourceEnded(source: SourceTrack): void {
    this.#sources.delete(source);
    if (source !== this.#selected) return;
    this.#selected = undefined;
    this.#sink.sourceEnded(source);
  }

  #select(batch: RtpBatch, source: SourceTrack, now: number): boolean {
    const selected = this.#selected;
    if (selected !== undefined) {
      if (largestSource(this.#sources, selected, now) !== source) return false;
      if (source.kind === 'video' && batch.keyframeIndex < 0) {
        source.requestKeyframe(now);
        return false;
      }
    }
    this.#selected = source;
    return true;
  }
}
