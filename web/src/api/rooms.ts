/** What is going on in a room. */
import type { RoomDetail } from '../../../src/http/api-schemas.ts';
import { failureOf } from './problem.ts';
import { call } from './request.ts';

/** Whether a publisher is in a room; throws where the server does not tell. */
export async function isRoomLive(room: string, token: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await call('GET', `/api/rooms/${encodeURIComponent(room)}`, { token, signal });
    const detail = (await response.json()) as Partial<RoomDetail> | null;
    return detail?.live === true;
  } catch (error) {
    if (failureOf(error).status === 404) return false;
    throw error;
  }
}

export type Warning = RoomDetail['warnings'][number];

/** What the server finds wrong with the broadcast in a room; throws where it does not tell. */
export async function roomWarnings(room: string, token: string, signal: AbortSignal): Promise<Warning[]> {
  const response = await call('GET', `/api/rooms/${encodeURIComponent(room)}`, { token, signal });
  const detail = (await response.json()) as Partial<RoomDetail> | null;
  return detail?.warnings ?? [];
}
