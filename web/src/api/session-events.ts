/** What the server tells of a session while it lasts: the WHEP extension for server-sent events. */
import { EventParser, type ServerEvent } from './event-parser.ts';
import { CallError, failureOf } from './problem.ts';
import { call } from './request.ts';

export interface FollowOptions {
  /** Where streams are asked for. */
  url: string;
  token: string;
  names: readonly string[];
  onEvent: (event: ServerEvent) => void;
  /** The server does not have the session any more; nothing follows. */
  onGone: () => void;
  /** Ends it all. */
  signal: AbortSignal;
}

/** Milliseconds before a broken stream is asked for again, longer after each failure. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;
/** A stream that does not last so long (milliseconds) may break again and again. */
const LASTING = 2_000;

/** Follows a session's events until the signal, or the session's end; a stream that breaks is opened again. Never rejects. */
export async function followEvents(options: FollowOptions): Promise<void> {
  const { signal } = options;
  let wait = FIRST_WAIT;
  let location: string | undefined;
  // A broken stream is asked for at once: its end may be that of the session, and tells so before anything else does.
  let isAsked = false;
  while (!signal.aborted) {
    const startedAt = performance.now();
    let isBroken = false;
    try {
      location ??= await openStream(options);
      isBroken = true;
      await readStream(location, options);
      wait = FIRST_WAIT;
    } catch (error) {
      const { status, code } = failureOf(error);
      if (code === 'no_such_session' || code === 'session_removed') {
        options.onGone();
        return;
      }
      // A server without events does not get any.
      if (status !== undefined && status < 500 && status !== 429 && location === undefined) return;
      if (status === 404) location = undefined;
      wait = Math.min(2 * wait, LONGEST_WAIT);
    }
    if (performance.now() - startedAt >= LASTING) isAsked = false;
    if (isAsked || !isBroken) await pause(wait, signal);
    isAsked = true;
  }
}

async function openStream({ url, token, names, signal }: FollowOptions): Promise<string> {
  const body = JSON.stringify(names);
  const response = await call('POST', url, { token, signal, contentType: 'application/json', body });
  const location = response.headers.get('Location');
  if (location === null) throw new CallError({ kind: 'refused', status: response.status, detail: 'No Location' });
  return new URL(location, response.url).href;
}

/** Resolves when the stream ends. It is read by fetch: an EventSource could not send the token. */
async function readStream(location: string, { token, signal, onEvent }: FollowOptions): Promise<void> {
  const response = await call('GET', location, { token, signal });
  const reader = response.body?.getReader();
  const parser = new EventParser();
  const decoder = new TextDecoder();
  for (;;) {
    const chunk = await reader?.read();
    if (chunk?.value === undefined) return;
    for (const event of parser.push(decoder.decode(chunk.value, { stream: true }))) onEvent(event);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        window.clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
