/** What a chat's client asks over HTTP, and what moderators do there. */
import { type Failure, failureOf } from '../api/problem.ts';
import { call } from '../api/request.ts';

const roomPath = (room: string): string => `/api/rooms/${encodeURIComponent(room)}`;

/** Lets somebody read but not write, for so many seconds or, without them, for good. */
export async function muteAuthor(room: string, token: string, author: string, seconds?: number): Promise<void> {
  const end = seconds === undefined ? {} : { duration: seconds };
  const body = JSON.stringify({ participant: author, ...end });
  await call('POST', `${roomPath(room)}/mutes`, { token, contentType: 'application/json', body });
}

/** Removes all that has been said in a room. */
export async function clearChat(room: string, token: string): Promise<void> {
  await call('POST', `${roomPath(room)}/chat/clear`, { token });
}

/** Why a client is not let into a chat; undefined where it is. */
export async function chatEntryFailure(room: string, token: string): Promise<Failure | undefined> {
  try {
    await call('GET', `${roomPath(room)}/chat`, { token });
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}
