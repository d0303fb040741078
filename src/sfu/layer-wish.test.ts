import { describe, expect, it } from 'vitest';
import { AUTOMATIC, decideLayerWish, wantedSource, type LayerWish } from './layer-wish.ts';
import type { LayerRequest } from './room-service.ts';
import { codec, media, TestSource } from './testing/fixtures.ts';

const NOW = 10_000;
const NOTHING: LayerRequest = {
  mediaId: undefined,
  rid: undefined,
  maxWidth: undefined,
  maxHeight: undefined,
  scalableLayer: undefined,
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
const size = (maxWidth?: number, maxHeight?: number): LayerWish => ({ type: 'size', maxWidth, maxHeight });

describe('wantedSource', () => {
  it('leaves the choice to the server where nothing is wished', () => {
    expect(wantedSource(AUTOMATIC, all, NOW)).toBeUndefined();
  });

  it('finds a layer by its rid once it is there, and gives up while it is silent', () => {
    const wish: LayerWish = { type: 'rid', rid: 'h' };
    expect(wantedSource(wish, [low, middle], NOW)).toBeUndefined();
    expect(wantedSource(wish, all, NOW)).toBe(high);
    expect(wantedSource(wish, [low, layer('h', 1280, NOW - 1501)], NOW)).toBeUndefined();
  });

  it('takes the newest stream of a layer whose encoder has started anew', () => {
    const [before, after] = [layer('h', 1280, NOW - 100), layer('h', undefined, NOW)];
    expect(wantedSource({ type: 'rid', rid: 'h' }, [before, after], NOW)).toBe(after);
    expect(wantedSource({ type: 'rid', rid: 'h' }, [after, before], NOW)).toBe(after);
  });

  it.each([
    ['width', size(640), middle],
    ['width between two', size(1279), middle],
    ['height', size(undefined, 359), low],
    ['both, where the height is the narrower', size(1280, 360), middle],
    ['more than there is', size(10_000, 10_000), high],
    ['less than there is', size(100, 100), low],
  ] as const)('chooses the largest layer that fits a %s', (_name, wish, source) => {
    expect(wantedSource(wish, all, NOW)).toBe(source);
    expect(wantedSource(wish, [...all].reverse(), NOW)).toBe(source);
  });

  it('does not guess sizes, and passes over silent layers', () => {
    expect(wantedSource(size(640), [layer('x', undefined), low], NOW)).toBe(low);
    expect(wantedSource(size(640), [layer('x', undefined)], NOW)).toBeUndefined();
    expect(wantedSource(size(640), [layer('m', 640, 0), low, high], NOW)).toBe(low);
  });

  it('has no choice among streams that are no layers', () => {
    expect(wantedSource(size(640), [layer(undefined, 640)], NOW)).toBeUndefined();
  });
});

describe('decideLayerWish', () => {
  const VP8 = codec('VP8', 96);
  const sections = [media('audio', [codec('opus', 111)]), media('video', [VP8], { mid: 'v', index: 1 })];
  const decide = (request: Partial<LayerRequest>, rids: readonly string[] | undefined = ['h', 'l'], among = sections) =>
    decideLayerWish({ ...NOTHING, ...request }, among, rids);

  it.each(['v', '1', undefined])('takes the video section that mediaId %j names', (mediaId) => {
    expect(decide({ mediaId, rid: 'h' })).toEqual({ ok: true, media: sections[1], wish: { type: 'rid', rid: 'h' } });
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
    const wish = (request: Partial<LayerRequest>) => {
      const decision = decide(request);
      return decision.ok ? decision.wish : undefined;
    };
    expect(wish({ maxWidth: 5 })).toEqual({ type: 'size', maxWidth: 5, maxHeight: undefined });
    expect(wish({ maxHeight: 7 })).toEqual({ type: 'size', maxWidth: undefined, maxHeight: 7 });
    expect(wish({ rid: 'h', maxHeight: 7 })).toEqual({ type: 'rid', rid: 'h' });
    expect(wish({})).toEqual(AUTOMATIC);
  });

  it('refuses spatial and temporal layers, which no stream has', () => {
    const refusal = decide({ scalableLayer: 'maxTemporalLayerId' });
    expect(refusal).toMatchObject({ ok: false, code: 'no_such_layer' });
    expect(refusal.ok ? '' : refusal.detail).toContain('maxTemporalLayerId');
  });
});
