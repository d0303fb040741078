import { describe, expect, it } from 'vitest';
import { AUTOMATIC, decideLayerWish, wantedSource, type LayerWish } from './layer-wish.ts';
import type { LayerRequest } from './room-service.ts';
import type { LayerPair } from './sink.ts';
import { codec, media, TestSource } from './testing/fixtures.ts';
import { pointOf, scalable } from './testing/scalable-source.ts';

const NOW = 10_000;
const NOTHING: LayerRequest = {
  mediaId: undefined,
  rid: undefined,
  maxWidth: undefined,
  maxHeight: undefined,
  spatialLayerId: undefined,
  temporalLayerId: undefined,
  maxSpatialLayerId: undefined,
  maxTemporalLayerId: undefined,
};

function layer(rid: string | undefined, width: number | undefined, lastPacket = NOW): TestSource {
  const source = new TestSource('video', codec('VP8', 96));
  source.rid = rid;
  source.frameSize = width === undefined ? undefined : { width, height: (width * 9) / 16 };
  source.lastPacket = lastPacket;
  return source;
}

const [low, middle, high] = [layer('l', 320), layer('m', 640), layer('h', 1280)];
const all = [middle, high, low];
const wished = (
  rid?: string,
  spatialLayer?: number,
  temporalLayer?: number,
): Extract<LayerWish, { type: 'layer' }> => ({ type: 'layer', rid, spatialLayer, temporalLayer });

describe('wantedSource', () => {
  it('finds a layer by its rid once it is there, and gives up while it is silent', () => {
    expect(wantedSource(wished('h'), [low, middle], NOW)).toBeUndefined();
    expect(wantedSource(wished('h'), all, NOW)).toBe(high);
    expect(wantedSource(wished('h'), [low, layer('h', 1280, NOW - 1501)], NOW)).toBeUndefined();
  });

  it('takes the newest stream of a layer whose encoder has started anew', () => {
    const [before, after] = [layer('h', 1280, NOW - 100), layer('h', undefined, NOW)];
    expect(wantedSource(wished('h'), [before, after], NOW)).toBe(after);
    expect(wantedSource(wished('h'), [after, before], NOW)).toBe(after);
  });

  it('finds the layers of a scalable stream, of the largest picture where no rid is named', () => {
    const [small, large] = [scalable(layer('l', 320)), scalable(layer('h', 1280))];
    const found = (wish: ReturnType<typeof wished>): unknown => wantedSource(wish, [small, large], NOW);
    expect(found(wished(undefined, 0, 1))).toBe(pointOf(large, 0, 1));
    expect(found(wished('l', 0, 1))).toBe(pointOf(small, 0, 1));
    expect(found(wished('l', 1))).toBe(small);
    expect(found(wished('l', 0))).toBe(pointOf(small, 0, 2));
    expect(found(wished('l', undefined, 0))).toBe(pointOf(small, 1, 0));
    expect(found(wished('l', 7, 7))).toBe(small);
  });
});

describe('decideLayerWish', () => {
  const VP8 = codec('VP8', 96);
  const sections = [media('audio', [codec('opus', 111)]), media('video', [VP8], { mid: 'v', index: 1 })];
  const decide = (
    request: Partial<LayerRequest>,
    rids: readonly string[] = ['h', 'l'],
    among = sections,
    highest?: LayerPair,
  ) => decideLayerWish({ ...NOTHING, ...request }, among, { rids, highest });
  const wish = (request: Partial<LayerRequest>, highest?: LayerPair): LayerWish | undefined => {
    const decision = decide(request, undefined, undefined, highest);
    return decision.ok ? decision.wish : undefined;
  };

  it.each(['v', '1', undefined])('takes the video section that mediaId %j names', (mediaId) => {
    expect(decide({ mediaId, rid: 'h' })).toEqual({ ok: true, media: sections[1], wish: wished('h') });
  });

  it.each(['0', '2', 'w', ''])('knows no video section %j', (mediaId) => {
    expect(decide({ mediaId })).toMatchObject({ ok: false, code: 'no_such_media' });
  });

  it('takes a mid for a mid before it takes it for a position', () => {
    const swapped = [media('video', [VP8], { mid: '1', index: 0 }), media('audio', [], { mid: '0', index: 1 })];
    expect(decide({ mediaId: '1' }, [], swapped)).toMatchObject({ ok: true, media: swapped[0] });
    expect(decide({ mediaId: '0' }, [], swapped)).toMatchObject({ ok: false });
  });

  it('has no video section without video', () => {
    expect(decide({}, [], sections.slice(0, 1))).toMatchObject({ ok: false, code: 'no_such_media' });
  });

  it('refuses a layer that the publisher does not offer, and none where there is no publisher yet', () => {
    expect(decide({ rid: 'x' })).toMatchObject({ ok: false, code: 'no_such_layer' });
    expect(decide({ rid: 'x' }, [])).toMatchObject({ ok: false, code: 'no_such_layer' });
    expect(decideLayerWish({ ...NOTHING, rid: 'x' }, sections, undefined)).toMatchObject({ ok: true });
  });

  it('makes a wish of a size, of one bound too, and of nothing at all', () => {
    expect(wish({ maxWidth: 5 })).toEqual({ type: 'bounds', maxWidth: 5 });
    expect(wish({ maxHeight: 7 })).toEqual({ type: 'bounds', maxHeight: 7 });
    expect(wish({ rid: 'h', maxHeight: 7 })).toEqual(wished('h'));
    expect(wish({})).toEqual(AUTOMATIC);
  });

  it('makes a wish of layers of a scalable stream and of bounds for them', () => {
    const highest = { spatialLayer: 1, temporalLayer: 2 };
    expect(wish({ spatialLayerId: 0, maxWidth: 9 }, highest)).toEqual(wished(undefined, 0));
    expect(wish({ temporalLayerId: 2, maxSpatialLayerId: 0 }, highest)).toEqual(wished(undefined, 0, 2));
    expect(wish({ rid: 'l', maxTemporalLayerId: 5 }, highest)).toEqual(wished('l', undefined, 5));
    expect(wish({ maxTemporalLayerId: 1 }, highest)).toEqual({ type: 'bounds', temporalLayer: 1 });
  });

  it('refuses layers that no stream of the publisher has', () => {
    for (const member of ['spatialLayerId', 'temporalLayerId', 'maxSpatialLayerId', 'maxTemporalLayerId']) {
      const refusal = decide({ [member]: 0 });
      expect(refusal).toMatchObject({ ok: false, code: 'no_such_layer' });
      expect(refusal.ok ? '' : refusal.detail).toContain(member);
    }
    const highest = { spatialLayer: 1, temporalLayer: 2 };
    expect(wish({ spatialLayerId: 2 }, highest)).toBeUndefined();
    expect(wish({ temporalLayerId: 3 }, highest)).toBeUndefined();
    expect(decideLayerWish({ ...NOTHING, spatialLayerId: 2 }, sections, undefined)).toMatchObject({ ok: true });
  });
});
