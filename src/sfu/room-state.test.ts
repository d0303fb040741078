import { describe, expect, it } from 'vitest';
import { summarizeLayers } from './layer-summary.ts';
import type { LayerSummary, RoomState } from './room-service.ts';
import { isNews } from './room-state.ts';
import { codec, TestSource } from './testing/fixtures.ts';
import { scalable } from './testing/scalable-source.ts';

const HIGH: LayerSummary = { rid: 'h', active: true, width: 1280, height: 720, bitrate: 1000, scalable: [] };
const TOLD: RoomState = { active: true, layers: [HIGH], viewerCount: 3 };
const withLayer = (change: Partial<LayerSummary>): RoomState => ({ ...TOLD, layers: [{ ...HIGH, ...change }] });

describe('isNews', () => {
  it.each<[string, RoomState]>([
    ['the publisher goes', { ...TOLD, active: false }],
    ['viewers come', { ...TOLD, viewerCount: 4 }],
    ['a layer comes', { ...TOLD, layers: [HIGH, { ...HIGH, rid: 'l' }] }],
    ['a layer goes', { ...TOLD, layers: [] }],
    ['a layer falls silent', withLayer({ active: false })],
    ['a layer is another', withLayer({ rid: 'x' })],
    ['a picture changes its width', withLayer({ width: 640 })],
    ['a picture changes its height', withLayer({ height: 360 })],
  ])('is told at once where %s', (_name, state) => {
    expect(isNews(state, TOLD, 0)).toBe(true);
  });

  it('is told of another bitrate now and then, where it differs by more than a quarter', () => {
    expect(isNews(withLayer({ bitrate: 1500 }), TOLD, 1999)).toBe(false);
    expect(isNews(withLayer({ bitrate: 1500 }), TOLD, 2000)).toBe(true);
    expect(isNews(withLayer({ bitrate: 700 }), TOLD, 2000)).toBe(true);
    expect(isNews(withLayer({ bitrate: 1100 }), TOLD, 60_000)).toBe(false);
    expect(isNews(withLayer({}), TOLD, 60_000)).toBe(false);
  });
});

describe('summarizeLayers', () => {
  function layer(rid: string | undefined, width: number | undefined, lastPacket: number): TestSource {
    const source = new TestSource('video', codec('VP8', 96));
    source.rid = rid;
    source.frameSize = width === undefined ? undefined : { width, height: width / 2 };
    source.lastPacket = lastPacket;
    return source;
  }

  it('lists the largest picture first, the newest stream of each layer, and what is silent', () => {
    const layers = summarizeLayers(
      [layer('m', 640, 5000), layer('l', undefined, 3000), layer('h', 640, 100), layer('h', 1280, 5000)],
      5000,
    );
    expect(layers).toEqual([
      { rid: 'h', active: true, width: 1280, height: 640, bitrate: 0, scalable: [] },
      { rid: 'm', active: true, width: 640, height: 320, bitrate: 0, scalable: [] },
      { rid: 'l', active: false, width: undefined, height: undefined, bitrate: 0, scalable: [] },
    ]);
  });

  it('makes one entry of streams that are no layers', () => {
    const layers = summarizeLayers([layer(undefined, 320, 100), layer(undefined, 640, 5000)], 5000);
    expect(layers).toEqual([{ rid: undefined, active: true, width: 640, height: 320, bitrate: 0, scalable: [] }]);
  });

  it('tells what there is of a scalable stream, the whole first', () => {
    const [summary] = summarizeLayers([scalable(layer('h', 320, 100))], 100);
    const ids = summary?.scalable.map(({ spatialLayerId, temporalLayerId }) => [spatialLayerId, temporalLayerId]);
    expect(ids).toEqual([
      [1, 2],
      [1, 1],
      [1, 0],
      [0, 2],
      [0, 1],
      [0, 0],
    ]);
    expect(summary?.scalable.map(({ width }) => width)).toEqual([320, 320, 320, undefined, undefined, undefined]);
  });
});
