/** What the server finds wrong with the broadcast, asked for while it lasts. */
import { roomWarnings, type Warning } from '../../api/rooms.ts';

/** Milliseconds between two questions. */
const INTERVAL = 5_000;
/** Milliseconds for the answer. */
const REQUEST_TIME = 4_000;

/**
 * Tells the warnings of a room now and again until the signal, and whenever there is no answer, none: a warning that
 * nobody confirms any more is not shown.
 */
export function watchWarnings(
  room: string,
  token: string,
  signal: AbortSignal,
  tell: (warnings: Warning[]) => void,
): void {
  const ask = async (): Promise<void> => {
    const answer = await roomWarnings(room, token, AbortSignal.timeout(REQUEST_TIME)).catch(() => []);
    if (!signal.aborted) tell(answer);
  };
  const timer = window.setInterval(() => void ask(), INTERVAL);
  signal.addEventListener('abort', () => window.clearInterval(timer), { once: true });
}
