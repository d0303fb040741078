import { describe, expect, it } from 'vitest';
import { readPayloads } from '../rtp/testing/fixtures.ts';
import type { CodecName } from '../sdp/types.ts';
import { layerIndices } from './layer-indices.ts';

describe('layerIndices', () => {
  it('reads the temporal layer of VP8 where there is one', () => {
    expect(layerIndices('VP8', Uint8Array.of(0x90, 0xe0, 0x81, 0x02, 0x03, 0x80, 0x01))).toEqual({
      spatialLayer: 0,
      temporalLayer: 2,
      endOfFrame: false,
    });
    expect(layerIndices('VP8', Uint8Array.of(0x90, 0x80, 0x05, 0x01))).toBeUndefined();
    expect(layerIndices('VP8', Uint8Array.of(0x90, 0xe0))).toBeUndefined();
  });

  it('reads both layers of VP9', () => {
    // L, E; temporal layer 1, spatial layer 2; TL0PICIDX.
    expect(layerIndices('VP9', Uint8Array.of(0x24, 0x24, 0x07, 0x00))).toEqual({
      spatialLayer: 2,
      temporalLayer: 1,
      endOfFrame: true,
    });
    expect(layerIndices('VP9', Uint8Array.of(0x0c, 0x00))).toBeUndefined();
    expect(layerIndices('VP9', Uint8Array.of(0x24))).toBeUndefined();
  });

  it('finds both spatial layers in what Chromium sends, each frame with one end', () => {
    const layers = readPayloads('chromium-vp9-svc.rtp').map(({ payload }) => layerIndices('VP9', payload));
    expect(new Set(layers.map((layer) => layer?.spatialLayer))).toEqual(new Set([0, 1]));
    expect(layers.filter((layer) => layer?.endOfFrame === true).length).toBeGreaterThan(2);
  });

  it.each(['H264', 'H265', 'AV1', 'opus'] satisfies CodecName[])('finds none in %s', (codec) => {
    expect(layerIndices(codec, Uint8Array.of(0x90, 0xe0, 0x81, 0x02, 0x03, 0x80, 0x01))).toBeUndefined();
  });
});
