/** How the broadcast goes for the server, asked while it lasts. */
import { roomHealth, type RoomHealth } from '../../api/rooms.ts';

/** Milliseconds between two questions. */
const INTERVAL = 5_000;
/** Milliseconds until the first: the server needs a moment to see the broadcast. */
const FIRST = 1_500;
/** Milliseconds for the answer. */
const REQUEST_TIME = 4_000;

/**
 * Tells of a room now and again until the signal, and whenever there is no answer, nothing: a warning that nobody
 * confirms any more is not shown.
 */
export function watchRoom(room: string, token: string, signal: AbortSignal, tell: (health: RoomHealth) => void): void {
  const ask = async (): Promise<void> => {
    const nothing: RoomHealth = { warnings: [], viewers: undefined };
    const answer = await roomHealth(room, token, AbortSignal.timeout(REQUEST_TIME)).catch(() => nothing);
    if (!signal.aborted) tell(answer);
  };
  const first = window.setTimeout(() => void ask(), FIRST);
  const timer = window.setInterval(() => void ask(), INTERVAL);
  const stop = (): void => {
    window.clearTimeout(first);
    window.clearInterval(timer);
  };
  signal.addEventListener('abort', stop, { once: true });
}
