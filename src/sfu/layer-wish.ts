/** Which simulcast layer a viewer has asked for by itself, and which source that is at present. */
import type { ErrorCode } from '../errors.ts';
import type { AcceptedMedia } from '../protocol/sdp/types.ts';
import type { LayerRequest } from './room-service.ts';
import type { SourceTrack } from './sink.ts';
import { isAlive, pictureArea } from './source-choice.ts';

export type LayerWish =
  /** The server chooses. */
  | { type: 'automatic' }
  /** RFC 8851 rid. The publisher may not send it yet, or not all the time. */
  | { type: 'rid'; rid: string }
  /** The largest picture that is no larger; pixels. */
  | { type: 'size'; maxWidth: number | undefined; maxHeight: number | undefined };

/** What every viewer begins with. */
export const AUTOMATIC: LayerWish = { type: 'automatic' };

/** The video section that a request speaks of, with its wish; or why there is none. */
export type WishDecision =
  | { ok: true; media: AcceptedMedia; wish: LayerWish }
  | { ok: false; code: Extract<ErrorCode, 'no_such_media' | 'no_such_layer'>; detail: string };

/**
 * The source that fulfils a wish; undefined where the choice is the server's: nothing was wished, the layer is silent
 * or not there, or there is only one. A size that nothing fits gets the smallest picture.
 */
export function wantedSource(wish: LayerWish, sources: Iterable<SourceTrack>, now: number): SourceTrack | undefined {
  if (wish.type === 'automatic') return undefined;
  const alive = [...sources].filter((source) => source.rid !== undefined && isAlive(source, now));
  switch (wish.type) {
    case 'rid':
      // An encoder that starts anew takes another SSRC for the same layer: the newest packet is the present one's.
      return best(
        alive.filter(({ rid }) => rid === wish.rid),
        (source, than) => source.lastPacket > than.lastPacket,
      );
    case 'size': {
      const known = alive.filter(({ frameSize }) => frameSize !== undefined);
      const larger = (source: SourceTrack, than: SourceTrack): boolean => pictureArea(source) > pictureArea(than);
      const fitting = known.filter((source) => fits(source, wish));
      return best(fitting, larger) ?? best(known, (source, than) => larger(than, source));
    }
  }
}

/**
 * What a request asks of a session with these sections. `offeredRids`: the layers that the publisher has offered;
 * undefined where no publisher is there, so that any layer may come.
 */
export function decideLayerWish(
  request: LayerRequest,
  sections: readonly AcceptedMedia[],
  offeredRids: readonly string[] | undefined,
): WishDecision {
  const media = findSection(request.mediaId, sections);
  if (media === undefined) {
    const named = request.mediaId === undefined ? '' : ` "${request.mediaId}"`;
    return { ok: false, code: 'no_such_media', detail: `The session has no video section${named}.` };
  }
  if (request.scalableLayer !== undefined) {
    const detail = `The layers of this stream are simulcast: it has none that ${request.scalableLayer} could choose.`;
    return { ok: false, code: 'no_such_layer', detail };
  }
  const { rid, maxWidth, maxHeight } = request;
  if (rid !== undefined && offeredRids?.includes(rid) === false) {
    const there = offeredRids.length === 0 ? 'none' : offeredRids.join(', ');
    return { ok: false, code: 'no_such_layer', detail: `The publisher has no layer "${rid}". Its layers: ${there}.` };
  }
  if (rid !== undefined) return { ok: true, media, wish: { type: 'rid', rid } };
  const bounded = maxWidth !== undefined || maxHeight !== undefined;
  return { ok: true, media, wish: bounded ? { type: 'size', maxWidth, maxHeight } : AUTOMATIC };
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

function fits({ frameSize }: SourceTrack, { maxWidth, maxHeight }: Extract<LayerWish, { type: 'size' }>): boolean {
  if (frameSize === undefined) return false;
  return frameSize.width <= (maxWidth ?? Infinity) && frameSize.height <= (maxHeight ?? Infinity);
}

function best<T>(candidates: readonly T[], isBetter: (candidate: T, than: T) => boolean): T | undefined {
  return candidates.reduce<T | undefined>(
    (chosen, candidate) => (chosen === undefined || isBetter(candidate, chosen) ? candidate : chosen),
    undefined,
  );
}
