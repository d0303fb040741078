/** One HTTP call to the server of this page, with its token and its errors. */
import { CallError, parseProblem } from './problem.ts';

export interface CallOptions {
  /** Sent as Authorization: Bearer; empty for none. */
  token: string;
  signal?: AbortSignal | undefined;
  /** Media type of the body. */
  contentType?: string;
  body?: string;
  /** If-Match header as it stands on the wire. */
  ifMatch?: string;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
}

/** Calls and returns the answer of a 2xx; anything else throws a {@link CallError}. */
export async function call(method: string, url: string, options: CallOptions): Promise<Response> {
  const response = await send(method, url, options);
  if (response.ok) return response;
  const body = await response.text().catch(() => '');
  throw new CallError(parseProblem(response.status, body, response.headers.get('Retry-After'), Date.now()));
}

async function send(method: string, url: string, options: CallOptions): Promise<Response> {
  const headers = new Headers();
  if (options.token !== '') headers.set('Authorization', `Bearer ${options.token}`);
  if (options.contentType !== undefined) headers.set('Content-Type', options.contentType);
  if (options.ifMatch !== undefined) headers.set('If-Match', options.ifMatch);
  try {
    return await fetch(url, {
      method,
      headers,
      cache: 'no-store',
      ...(options.body === undefined ? {} : { body: options.body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.keepalive === undefined ? {} : { keepalive: options.keepalive }),
    });
  } catch (error) {
    throw new CallError({ kind: 'unreachable', detail: error instanceof Error ? error.message : undefined });
  }
}
