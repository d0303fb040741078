/** Which layer a viewer has asked for by itself, and which source that is at present. */
import type { ErrorCode } from '../errors.ts';
import type { AcceptedMedia } from '../protocol/sdp/types.ts';
import { arrivingStreams, type LayerBounds, partOf } from './layer-candidates.ts';
import type { Publication } from './publication.ts';
import type { LayerRequest } from './room-service.ts';
import type { LayerPair, SourceTrack } from './sink.ts';
import { pictureArea } from './source-choice.ts';

export type LayerWish =
  /** The server chooses. */
  | { type: 'automatic' }
  /**
   * A simulcast layer by its rid, and layers of a scalable stream; undefined for the highest. The publisher may not
   * send it yet, or not all the time.
   */
  | { type: 'layer'; rid: string | undefined; spatialLayer: number | undefined; temporalLayer: number | undefined }
  /** The server chooses among what is no larger; pixels, layers. */
  | ({ type: 'bounds'; maxWidth: number | undefined; maxHeight: number | undefined } & LayerBounds);

const SCALABLE_MEMBERS = ['spatialLayerId', 'temporalLayerId', 'maxSpatialLayerId', 'maxTemporalLayerId'] as const;

/** What every viewer begins with. */
export const AUTOMATIC: LayerWish = { type: 'automatic' };

/** The video section that a request speaks of, with its wish; or why there is none. */
export type WishDecision =
  | { ok: true; media: AcceptedMedia; wish: LayerWish }
  | { ok: false; code: Extract<ErrorCode, 'no_such_media' | 'no_such_layer'>; detail: string };

/**
 * The source that fulfils the wish for a layer; undefined where the choice is the server's: the layer is silent or not
 * there. Without a rid it is of the largest picture.
 */
export function wantedSource(
  wish: Extract<LayerWish, { type: 'layer' }>,
  sources: Iterable<SourceTrack>,
  now: number,
): SourceTrack | undefined {
  const streams = arrivingStreams(sources, now).filter(({ rid }) => wish.rid === undefined || rid === wish.rid);
  const [first, ...others] = streams;
  if (first === undefined) return undefined;
  const largest = others.reduce((best, stream) => (pictureArea(stream) > pictureArea(best) ? stream : best), first);
  return partOf(largest, wish);
}

/** What the publisher of a session sends of its picture. */
export interface PublishedLayers {
  /** Simulcast layers that were offered. */
  rids: readonly string[];
  /** The highest layers of its streams; undefined where none is scalable. */
  highest: LayerPair | undefined;
}

/** What this publisher sends of its picture. */
export function publishedLayers({ media: sections, tracks }: Publication): PublishedLayers {
  const media = sections.filter(({ offered }) => offered.kind === 'video');
  const layers = tracks.flatMap(({ layer }) => layer ?? []);
  const highest = {
    spatialLayer: Math.max(...layers.map(({ spatialLayer }) => spatialLayer)),
    temporalLayer: Math.max(...layers.map(({ temporalLayer }) => temporalLayer)),
  };
  return {
    rids: media.flatMap(({ offered }) => offered.sendRids),
    highest: layers.length === 0 ? undefined : highest,
  };
}

/**
 * What a request asks of a session with these sections. `published`: undefined where no publisher is there, so that any
 * layer may come.
 */
export function decideLayerWish(
  request: LayerRequest,
  sections: readonly AcceptedMedia[],
  published: PublishedLayers | undefined,
): WishDecision {
  const media = findSection(request.mediaId, sections);
  if (media === undefined) {
    const named = request.mediaId === undefined ? '' : ` "${request.mediaId}"`;
    return { ok: false, code: 'no_such_media', detail: `The session has no video section${named}.` };
  }
  const detail = published === undefined ? undefined : findFault(request, published);
  return detail === undefined
    ? { ok: true, media, wish: wishOf(request) }
    : { ok: false, code: 'no_such_layer', detail };
}

/** Why a publisher has nothing that the request could mean. */
function findFault(request: LayerRequest, { rids, highest }: PublishedLayers): string | undefined {
  const { rid, spatialLayerId = 0, temporalLayerId = 0 } = request;
  const scalable = SCALABLE_MEMBERS.find((name) => request[name] !== undefined);
  if (scalable !== undefined && highest === undefined) {
    return `The publisher’s streams are not scalable: they have no layers that ${scalable} could choose.`;
  }
  if (highest !== undefined && (spatialLayerId > highest.spatialLayer || temporalLayerId > highest.temporalLayer)) {
    return `The highest layers are spatial layer ${highest.spatialLayer} and temporal layer ${highest.temporalLayer}.`;
  }
  if (rid === undefined || rids.includes(rid)) return undefined;
  return `The publisher has no layer "${rid}". Its layers: ${rids.length === 0 ? 'none' : rids.join(', ')}.`;
}

/** Ids outrank bounds, which hold beside them where they are of the other kind of layer. */
function wishOf(request: LayerRequest): LayerWish {
  const { rid, spatialLayerId, temporalLayerId, maxWidth, maxHeight } = request;
  const spatialLayer = spatialLayerId ?? request.maxSpatialLayerId;
  const temporalLayer = temporalLayerId ?? request.maxTemporalLayerId;
  if (rid !== undefined || spatialLayerId !== undefined || temporalLayerId !== undefined) {
    return { type: 'layer', rid, spatialLayer, temporalLayer };
  }
  const bounds = [maxWidth, maxHeight, spatialLayer, temporalLayer];
  if (bounds.every((bound) => bound === undefined)) return AUTOMATIC;
  return { type: 'bounds', maxWidth, maxHeight, spatialLayer, temporalLayer };
}

/** By mid, else by the position of the m-line; the first video section where the request names none. */
function findSection(mediaId: string | undefined, sections: readonly AcceptedMedia[]): AcceptedMedia | undefined {
  const videos = sections.filter(({ offered }) => offered.kind === 'video');
  if (mediaId === undefined) return videos[0];
  return (
    videos.find(({ offered }) => offered.mid === mediaId) ??
    videos.find(
      ({ offered }) => String(offered.index) === mediaId && !sections.some((one) => one.offered.mid === mediaId),
    )
  );
}
