/** Which of a publisher's streams of one kind is the one to show. */
import type { SourceTrack } from './sink.ts';

/** A layer that has sent nothing for this long is given up for another, ms. */
const LAYER_SILENCE_MS = 1500;
/** The same for a stream that is no layer: an encoder that starts anew takes another SSRC, ms. */
const STREAM_SILENCE_MS = 200;

/** True where the source sends at present. */
export function isAlive(source: SourceTrack, now: number): boolean {
  return now - source.lastPacket <= (source.rid === undefined ? STREAM_SILENCE_MS : LAYER_SILENCE_MS);
}

/** The same with a layer's patience for every stream: what people are told should not flicker. */
export function isLayerAlive(source: SourceTrack, now: number): boolean {
  return now - source.lastPacket <= LAYER_SILENCE_MS;
}

/** The stream that a source is a part of, or the source itself. */
export function wholeOf(source: SourceTrack): SourceTrack {
  return source.whole ?? source;
}

/** Pixels of a source's picture; 0 where it is not known. */
export function pictureArea({ frameSize }: SourceTrack): number {
  return (frameSize?.width ?? 0) * (frameSize?.height ?? 0);
}

/**
 * The largest picture that arrives; of equal ones `present`, then the newest. Where none arrives, what has arrived
 * last. Undefined where there are no sources.
 */
export function largestSource(
  sources: Iterable<SourceTrack>,
  present: SourceTrack | undefined,
  now: number,
): SourceTrack | undefined {
  let best: SourceTrack | undefined;
  for (const source of sources) {
    if (best === undefined || isBetter(source, best, present, now)) best = source;
  }
  return best;
}

/** The source that was chosen, whole or a part, while it arrives; else the largest, `present` before its equals. */
export function chosenSource(
  preferred: SourceTrack | undefined,
  sources: readonly SourceTrack[],
  present: SourceTrack | undefined,
  now: number,
): SourceTrack | undefined {
  const isThere = preferred !== undefined && sources.includes(wholeOf(preferred));
  if (isThere && isAlive(preferred, now)) return preferred;
  const largest = largestSource(sources, present && wholeOf(present), now);
  // A stream of few pictures is a silent one between them: its point stays, where there is nothing better.
  return isThere && wholeOf(preferred) === largest ? preferred : largest;
}

function isBetter(source: SourceTrack, than: SourceTrack, present: SourceTrack | undefined, now: number): boolean {
  const alive = isAlive(source, now);
  if (alive !== isAlive(than, now)) return alive;
  if (!alive) return source.lastPacket >= than.lastPacket;
  const difference = pictureArea(source) - pictureArea(than);
  return difference > 0 || (difference === 0 && than !== present);
}
