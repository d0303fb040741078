/** ICE servers from the Link headers of a WHIP or WHEP answer (RFC 9725 4.6). */
import { parseLinks } from './links.ts';

/** Every rel="ice-server" of a (joined) Link header; links that cannot be read are left out. */
export function parseIceServers(link: string | null): RTCIceServer[] {
  const servers: RTCIceServer[] = [];
  for (const { target: url, relations, parameters } of parseLinks(link)) {
    if (!relations.includes('ice-server') || !/^(?:stun|turn)s?:\S+$/i.test(url)) continue;
    const username = parameters.get('username');
    const credential = parameters.get('credential');
    if (/^turn/i.test(url) && (username === undefined || credential === undefined)) continue;
    servers.push({
      urls: url,
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    });
  }
  return servers;
}
