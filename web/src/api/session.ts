/** The life of a WHIP or WHEP session on the wire: POST, PATCH, GET and DELETE. */
import { parseIceServers } from './ice-servers.ts';
import { linkedUrl } from './links.ts';
import { parseRestartReply, type RemoteIce } from './ice-fragment.ts';
import { CallError, failureOf } from './problem.ts';
import { call } from './request.ts';

export interface SessionResource {
  /** Absolute URL of the session. */
  url: string;
  /** SDP. */
  answer: string;
  iceServers: RTCIceServer[];
  /** Where a viewer asks for streams of events; undefined where the server has none. */
  eventsUrl: string | undefined;
  /** Where a viewer chooses a layer; undefined where the server gives no choice. */
  layerUrl: string | undefined;
}

const EVENTS = 'urn:ietf:params:whep:ext:core:server-sent-events';
const LAYER = 'urn:ietf:params:whep:ext:core:layer';

/** Posts an SDP offer to an endpoint. */
export async function createSession(
  endpoint: string,
  offer: string,
  token: string,
  signal: AbortSignal,
): Promise<SessionResource> {
  const response = await call('POST', endpoint, { token, signal, contentType: 'application/sdp', body: offer });
  const location = response.headers.get('Location');
  if (location === null) throw new CallError({ kind: 'refused', status: response.status, detail: 'No Location' });
  const link = response.headers.get('Link');
  return {
    url: new URL(location, response.url).href,
    answer: await response.text(),
    iceServers: parseIceServers(link),
    eventsUrl: linkedUrl(link, EVENTS, response.url),
    layerUrl: linkedUrl(link, LAYER, response.url),
  };
}

/** Asks for an ICE restart of a session with our new credentials. */
export async function restartSession(
  url: string,
  fragment: string,
  token: string,
  signal: AbortSignal,
): Promise<RemoteIce> {
  const contentType = 'application/trickle-ice-sdpfrag';
  const response = await call('PATCH', url, { token, signal, contentType, ifMatch: '*', body: fragment });
  const reply = parseRestartReply(await response.text());
  if (reply === undefined) throw new CallError({ kind: 'refused', status: response.status, detail: 'No ICE restart' });
  return reply;
}

/** Whether the server still has a session; throws where the server does not answer, or a moderator has ended it. */
export async function sessionExists(url: string, token: string, signal: AbortSignal): Promise<boolean> {
  try {
    await call('GET', url, { token, signal });
    return true;
  } catch (error) {
    const { status, code } = failureOf(error);
    if (code !== 'session_removed' && (status === 404 || status === 410)) return false;
    if (status === 405) return true;
    throw error;
  }
}

/** Ends a session; also while the page goes away. Failure does not matter: the server ends silent sessions itself. */
export function deleteSession(url: string, token: string): void {
  call('DELETE', url, { token, keepalive: true }).catch(() => undefined);
}
