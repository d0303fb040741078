/** Where a room is played (WHEP). */
export function playEndpoint(room: string): string {
  return `/api/whep/play/${encodeURIComponent(room)}`;
}
