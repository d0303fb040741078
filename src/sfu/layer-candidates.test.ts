import { describe, expect, it } from 'vitest';
import { arrivingStreams, layerCandidates, type LayerBounds } from './layer-candidates.ts';
import { codec, TestSource } from './testing/fixtures.ts';
import { pointOf, scalable } from './testing/scalable-source.ts';

const NOW = 10_000;

function stream(rid: string | undefined, width: number, lastPacket = NOW): TestSource {
  const source = new TestSource('video', codec('VP9', 98));
  source.rid = rid;
  source.frameSize = { width, height: width / 2 };
  source.lastPacket = lastPacket;
  return source;
}

const none: LayerBounds = { spatialLayer: undefined, temporalLayer: undefined };

describe('layerCandidates', () => {
  it('are the simulcast layers that arrive, of an encoder that started anew the newest', () => {
    const [silent, before, after] = [stream('m', 640, NOW - 1501), stream('h', 1280, NOW - 50), stream('h', 1280)];
    const candidates = layerCandidates([stream('l', 320), silent, before, after], NOW);
    expect([...candidates.keys()]).toEqual(['l/0/0', 'h/0/0']);
    expect(candidates.get('h/0/0')).toBe(after);
    expect(arrivingStreams([after, before, silent], NOW)).toEqual([after]);
  });

  it('are none where a single stream without layers is all there is', () => {
    expect(layerCandidates([stream(undefined, 640)], NOW).size).toBe(0);
    expect(layerCandidates([scalable(stream(undefined, 640))], NOW).size).toBe(4);
  });

  it('are each spatial layer, and of the smallest picture the lower rates', () => {
    const [small, large] = [scalable(stream('l', 320)), scalable(stream('h', 1280))];
    const candidates = layerCandidates([large, small], NOW);
    expect([...candidates.keys()].sort()).toEqual(['h/0/2', 'h/1/2', 'l/0/0', 'l/0/1', 'l/0/2', 'l/1/2']);
    expect(candidates.get('h/1/2')).toBe(large);
    expect(candidates.get('h/0/2')).toBe(pointOf(large, 0, 2));
    expect(candidates.get('l/0/0')).toBe(pointOf(small, 0, 0));
  });

  it('keep within bounds of layers', () => {
    const source = scalable(stream('h', 1280));
    const keys = (bounds: Partial<LayerBounds>): string[] =>
      [...layerCandidates([source], NOW, { ...none, ...bounds }).keys()].sort();
    expect(keys({ spatialLayer: 0 })).toEqual(['h/0/0', 'h/0/1', 'h/0/2']);
    expect(keys({ temporalLayer: 1 })).toEqual(['h/0/0', 'h/0/1', 'h/1/1']);
    expect(keys({ spatialLayer: 0, temporalLayer: 0 })).toEqual(['h/0/0']);
    expect(keys({ spatialLayer: 9, temporalLayer: 9 })).toEqual(['h/0/0', 'h/0/1', 'h/0/2', 'h/1/2']);
  });
});
