/** What is going on in a room. */
import type { Room, RoomDetail, RoomList } from '../../../src/http/api-schemas.ts';
import { CallError, failureOf } from './problem.ts';
import { call } from './request.ts';

/** The open rooms that a token may see. */
export async function listRooms(token: string, signal: AbortSignal): Promise<Room[]> {
  const response = await call('GET', '/api/rooms', { token, signal });
  const body = (await response.json().catch(() => undefined)) as RoomList | undefined;
  if (!Array.isArray(body)) throw new CallError({ kind: 'refused', status: response.status, detail: 'No list' });
  return body;
}

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

/** What a broadcaster wants to know of the room. */
export interface RoomHealth {
  /** What the server finds wrong with the broadcast. */
  warnings: Warning[];
  /** Undefined where the server does not tell. */
  viewers: number | undefined;
}

/** Asks how a broadcast in a room goes; throws where the server does not tell. */
export async function roomHealth(room: string, token: string, signal: AbortSignal): Promise<RoomHealth> {
  const response = await call('GET', `/api/rooms/${encodeURIComponent(room)}`, { token, signal });
  const detail = (await response.json()) as Partial<RoomDetail> | null;
  return { warnings: detail?.warnings ?? [], viewers: detail?.subscribers };
}
