/** The list of rooms. */
import type { RoomSummary } from '../../../src/sfu/room-service.ts';
import { call } from './request.ts';

/** All open rooms. */
export async function listRooms(token: string, signal: AbortSignal): Promise<RoomSummary[]> {
  const response = await call('GET', '/api/rooms', { token, signal });
  const body: unknown = await response.json();
  return isRoomList(body) ? body : [];
}

function isRoomList(value: unknown): value is RoomSummary[] {
  return Array.isArray(value) && value.every((room: unknown) => typeof room === 'object' && room !== null);
}
