/** The sizes in which a picture is broadcast, and which one this viewer gets: the WHEP extension for layers. */
import { call } from './request.ts';

export interface Layer {
  /** Tells it from the others. */
  id: string;
  /** What asks for it. */
  request: LayerRequest;
  /** Pixels; undefined until the server knows. */
  width: number | undefined;
  height: number | undefined;
  /** Bits a second. */
  bitrate: number;
}

/** A simulcast layer by its rid (RFC 8851), or a spatial layer of an only stream. */
export type LayerRequest = { encodingId: string } | { spatialLayerId: number };

/**
 * The layers that a 'layers' event lists as active, of the first section in it; empty where it lists none. Of an only
 * stream, its spatial layers at their full rate of pictures.
 */
export function parseLayers(data: string): Layer[] {
  const active = Object.values(asRecord(parseJson(data))).map((section) => asRecord(section)['active'])[0];
  if (!Array.isArray(active)) return [];
  return active.flatMap((entry: unknown) => {
    const layer = asRecord(entry);
    const rid = layer['encodingId'] ?? layer['rid'] ?? layer['id'];
    if (typeof rid !== 'string' || rid === '') return spatialLayers(layer['layers']);
    return describe(rid, { encodingId: rid }, layer);
  });
}

/** The server lists the highest temporal layer of each spatial layer first. */
function spatialLayers(list: unknown): Layer[] {
  const found = new Map<number, Layer>();
  for (const entry of Array.isArray(list) ? list : []) {
    const layer = asRecord(entry);
    const spatialLayerId = layer['spatialLayerId'];
    if (typeof spatialLayerId !== 'number' || found.has(spatialLayerId)) continue;
    found.set(spatialLayerId, describe(`spatial-${spatialLayerId}`, { spatialLayerId }, layer));
  }
  return found.size < 2 ? [] : [...found.values()];
}

function describe(id: string, request: LayerRequest, layer: Record<string, unknown>): Layer {
  const { width, height, bitrate } = layer;
  return { id, request, width: number(width), height: number(height), bitrate: number(bitrate) ?? 0 };
}

/** Asks for a layer; undefined leaves the choice to the server. */
export async function selectLayer(
  url: string,
  layer: LayerRequest | undefined,
  token: string,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify(layer ?? {});
  await call('POST', url, { token, signal, contentType: 'application/json', body });
}

/** How people call a picture of this size: by its lines, which are the shorter side. */
export function sizeName({ width, height, id }: Layer): string {
  return width === undefined || height === undefined ? id : `${Math.min(width, height)}p`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
