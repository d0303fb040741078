/** Layers of each kind that are told apart; what is above counts as the highest of them. */
const LAYERS = 4;

/** Cells in all: pairs of a spatial and a temporal layer, in one number of 4 bits each. */
export const LAYER_CELLS = LAYERS * LAYERS;

/** The number of a pair of layers. */
export function layerCell(spatialLayer: number, temporalLayer: number): number {
  return (Math.min(spatialLayer, LAYERS - 1) << 2) | Math.min(temporalLayer, LAYERS - 1);
}

/** The spatial layer of a cell. */
export function spatialLayerOf(cell: number): number {
  return cell >> 2;
}

/** The temporal layer of a cell. */
export function temporalLayerOf(cell: number): number {
  return cell & 3;
}

/** Whether the layers of a cell are those of another one or lower. */
export function isCellWithin(cell: number, other: number): boolean {
  return spatialLayerOf(cell) <= spatialLayerOf(other) && temporalLayerOf(cell) <= temporalLayerOf(other);
}
