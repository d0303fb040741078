/** How many watch, as the event `viewercount` of a session tells (draft-ietf-wish-whep, events). */

/** The number of viewers; undefined where the data hold none. */
export function parseViewerCount(data: string): number | undefined {
  try {
    const told = JSON.parse(data) as { viewercount?: unknown } | null;
    const count = told?.viewercount;
    return typeof count === 'number' && Number.isInteger(count) && count >= 0 ? count : undefined;
  } catch {
    return undefined;
  }
}
