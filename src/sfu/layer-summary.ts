/** A publisher's streams of one kind as others see them. */
import type { LayerSummary, ScalableLayerSummary } from './room-service.ts';
import type { SourceTrack } from './sink.ts';
import { isLayerAlive, pictureArea } from './source-choice.ts';

/** One entry a layer, the largest picture first; a stream without layers is one entry without a rid. */
export function summarizeLayers(sources: Iterable<SourceTrack>, now: number): LayerSummary[] {
  // An encoder that starts anew takes another SSRC for the same layer.
  const newest = new Map<string | undefined, SourceTrack>();
  for (const source of sources) {
    const known = newest.get(source.rid);
    if (known === undefined || source.lastPacket >= known.lastPacket) newest.set(source.rid, source);
  }
  const order = [...newest.values()].sort(
    (a, b) => pictureArea(b) - pictureArea(a) || ((a.rid ?? '') < (b.rid ?? '') ? -1 : 1),
  );
  return order.map((source) => ({
    rid: source.rid,
    active: isLayerAlive(source, now),
    width: source.frameSize?.width,
    height: source.frameSize?.height,
    bitrate: source.bitrate(now),
    scalable: summarizeScalable(source, now),
  }));
}

/** The whole stream, then its operating points from the highest on. */
function summarizeScalable(stream: SourceTrack, now: number): ScalableLayerSummary[] {
  const summaries: ScalableLayerSummary[] = [];
  for (const source of [stream, ...stream.operatingPoints.toReversed()]) {
    const { layer, frameSize } = source;
    if (layer === undefined) continue;
    summaries.push({
      spatialLayerId: layer.spatialLayer,
      temporalLayerId: layer.temporalLayer,
      width: frameSize?.width,
      height: frameSize?.height,
      bitrate: source.bitrate(now),
    });
  }
  return summaries;
}
