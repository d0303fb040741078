/** The sizes in which a picture is broadcast, and which one this viewer gets: the WHEP extension for layers. */
import { call } from './request.ts';

export interface Layer {
  /** RFC 8851. */
  rid: string;
  /** Pixels; undefined until the server knows. */
  width: number | undefined;
  height: number | undefined;
  /** Bits a second. */
  bitrate: number;
}

/** The layers that a 'layers' event lists as active, of the first section in it; empty where it lists none. */
export function parseLayers(data: string): Layer[] {
  const active = Object.values(asRecord(parseJson(data))).map((section) => asRecord(section)['active'])[0];
  if (!Array.isArray(active)) return [];
  return active.flatMap((entry: unknown) => {
    const layer = asRecord(entry);
    const rid = layer['encodingId'] ?? layer['rid'] ?? layer['id'];
    if (typeof rid !== 'string' || rid === '') return [];
    return {
      rid,
      width: number(layer['width']),
      height: number(layer['height']),
      bitrate: number(layer['bitrate']) ?? 0,
    };
  });
}

/** Asks for a layer; undefined leaves the choice to the server. */
export async function selectLayer(
  url: string,
  rid: string | undefined,
  token: string,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify(rid === undefined ? {} : { encodingId: rid });
  await call('POST', url, { token, signal, contentType: 'application/json', body });
}

/** How people call a picture of this size: by its lines, which are the shorter side. */
export function sizeName({ width, height, rid }: Layer): string {
  return width === undefined || height === undefined ? rid : `${Math.min(width, height)}p`;
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
