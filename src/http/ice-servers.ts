/** STUN and TURN servers for clients: as Link headers (RFC 9725 4.6), and as browsers take them. */
import type { IceServer } from './api-schemas.ts';

export interface IceServers {
  stunUrls: readonly string[];
  turnUrls: readonly string[];
  turnUsername: string;
  turnPassword: string;
}

/** The values of the Link headers, one for each URL. STUN carries no credentials. */
export function iceServerLinks(servers: IceServers): string[] {
  return browserIceServers(servers).map(({ urls, username, credential }) => {
    const link = `<${urls}>; rel="ice-server"`;
    if (username === undefined || credential === undefined) return link;
    const credentials = `username=${quotedString(username)}; credential=${quotedString(credential)}`;
    return `${link}; ${credentials}; credential-type="password"`;
  });
}

/** The same as RTCIceServer dictionaries (W3C WebRTC 4.2.4). */
export function browserIceServers({ stunUrls, turnUrls, turnUsername, turnPassword }: IceServers): IceServer[] {
  return [
    ...stunUrls.map((urls) => ({ urls })),
    ...turnUrls.map((urls) => ({ urls, username: turnUsername, credential: turnPassword })),
  ];
}

/** RFC 9110 5.6.4. */
function quotedString(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
