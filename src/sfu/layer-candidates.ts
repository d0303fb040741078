/** What a viewer could get of all that a publisher sends of one picture. */
import type { LayerPair, SourceTrack } from './sink.ts';
import { isLayerAlive, pictureArea } from './source-choice.ts';

/** The highest layers that a viewer wants; undefined for no bound. */
export interface LayerBounds {
  spatialLayer: number | undefined;
  temporalLayer: number | undefined;
}

const UNBOUNDED: LayerBounds = { spatialLayer: undefined, temporalLayer: undefined };
const SINGLE: LayerPair = { spatialLayer: 0, temporalLayer: 0 };

/**
 * Each simulcast layer that arrives, whole: an encoder that starts anew takes another SSRC, and the newest packet is its
 * own.
 */
export function arrivingStreams(sources: Iterable<SourceTrack>, now: number): SourceTrack[] {
  const newest = new Map<string | undefined, SourceTrack>();
  for (const source of sources) {
    if (!isLayerAlive(source, now)) continue;
    const known = newest.get(source.rid);
    if (known === undefined || known.lastPacket < source.lastPacket) newest.set(source.rid, source);
  }
  return [...newest.values()];
}

/** The part of a stream with these layers, or with the highest that it has. */
export function partOf(stream: SourceTrack, bounds: LayerBounds): SourceTrack {
  const highest = stream.layer ?? SINGLE;
  const spatialLayer = Math.min(highest.spatialLayer, bounds.spatialLayer ?? Infinity);
  const temporalLayer = Math.min(highest.temporalLayer, bounds.temporalLayer ?? Infinity);
  const point = stream.operatingPoints.find(
    ({ layer }) => layer.spatialLayer === spatialLayer && layer.temporalLayer === temporalLayer,
  );
  return point ?? stream;
}

/**
 * What the choice by bandwidth is among, by id: each stream, each spatial layer at its full rate of pictures, and of the
 * smallest picture the lower rates, which are the last thing to fall back to. A single stream without layers leaves no
 * choice.
 */
export function layerCandidates(
  sources: Iterable<SourceTrack>,
  now: number,
  bounds: LayerBounds = UNBOUNDED,
): Map<string, SourceTrack> {
  const candidates = new Map<string, SourceTrack>();
  const streams = arrivingStreams(sources, now).filter(
    ({ rid, operatingPoints }) => rid !== undefined || operatingPoints.length > 0,
  );
  const smallest = streams.reduce<SourceTrack | undefined>(
    (least, stream) => (least === undefined || pictureArea(stream) < pictureArea(least) ? stream : least),
    undefined,
  );
  const add = (stream: SourceTrack, spatialLayer: number, temporalLayer: number | undefined): void => {
    const part = partOf(stream, { spatialLayer, temporalLayer });
    const { spatialLayer: spatial, temporalLayer: temporal } = part.layer ?? SINGLE;
    candidates.set(`${part.rid ?? ''}/${spatial}/${temporal}`, part);
  };
  for (const stream of streams) {
    const highest = stream.layer ?? SINGLE;
    const temporalLayer = Math.min(highest.temporalLayer, bounds.temporalLayer ?? Infinity);
    for (let lower = 0; stream === smallest && lower < temporalLayer; lower++) add(stream, 0, lower);
    const spatialLayers = Math.min(highest.spatialLayer, bounds.spatialLayer ?? Infinity);
    for (let spatial = 0; spatial <= spatialLayers; spatial++) add(stream, spatial, temporalLayer);
  }
  return candidates;
}
