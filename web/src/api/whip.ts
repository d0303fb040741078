/** Where a room is published (WHIP, RFC 9725). */
export function publishEndpoint(room: string): string {
  return `/api/whip/publish/${encodeURIComponent(room)}`;
}
