/** How much of a stream a viewer's decoder can show. */
import { matchCodec } from '../protocol/sdp/match-codec.ts';
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import type { AcceptedMedia } from '../protocol/sdp/types.ts';
import { type LayerBounds, partOf } from './layer-candidates.ts';
import type { SourceTrack } from './sink.ts';
import { wholeOf } from './source-choice.ts';

/**
 * Browsers find out which frames of AV1 make one picture by the dependency descriptor alone. They offer to receive it
 * only where their page says so; without it they take each spatial layer for a picture of its own, and show nothing at
 * all. Such a viewer gets the lowest spatial layer, of which every frame is a picture. Temporal layers do no harm.
 */
function isBaseAlone(source: SourceTrack, { extensions }: AcceptedMedia): boolean {
  if (source.codec.name !== 'AV1' || (source.layer?.spatialLayer ?? 0) === 0) return false;
  return extensions.every(({ uri }) => uri !== EXTENSION.dependencyDescriptor);
}

/** Whether a viewer with this section can show a source as it comes. */
export function isDecodable(source: SourceTrack, media: AcceptedMedia): boolean {
  return matchCodec(media.codecs, source.codec) !== undefined && !isBaseAlone(source, media);
}

/** The source itself, or as much of its stream as a viewer with this section can show. */
export function decodablePart(source: SourceTrack, media: AcceptedMedia): SourceTrack {
  if (!isBaseAlone(source, media)) return source;
  return partOf(wholeOf(source), { spatialLayer: 0, temporalLayer: source.layer?.temporalLayer });
}

/** The bounds within which a viewer with this section can show all of these sources. */
export function decodableBounds(
  sources: Iterable<SourceTrack>,
  media: AcceptedMedia,
  bounds: LayerBounds | undefined,
): LayerBounds | undefined {
  for (const source of sources) {
    if (isBaseAlone(source, media)) return { temporalLayer: bounds?.temporalLayer, spatialLayer: 0 };
  }
  return bounds;
}
