/** Sources of scalable streams for tests. */
import { OperatingPoint } from '../operating-point.ts';
import { PacketLayers } from '../packet-layers.ts';
import type { TestSource } from './fixtures.ts';

/** Gives a source two spatial and three temporal layers. */
export function scalable(source: TestSource): TestSource {
  const layers = new PacketLayers();
  source.layer = { spatialLayer: 1, temporalLayer: 2 };
  source.operatingPoints = [0, 1, 2, 3, 4].map(
    (index) => new OperatingPoint(source, { spatialLayer: Math.floor(index / 3), temporalLayer: index % 3 }, layers),
  );
  return source;
}

/** The operating point of a source; undefined where it has none such. */
export function pointOf(
  { operatingPoints }: TestSource,
  spatialLayer: number,
  temporalLayer: number,
): OperatingPoint | undefined {
  return operatingPoints.find(
    ({ layer }) => layer.spatialLayer === spatialLayer && layer.temporalLayer === temporalLayer,
  );
}
