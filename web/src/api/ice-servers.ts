/** ICE servers from the Link headers of a WHIP or WHEP answer (RFC 9725 4.6). */

/** Every rel="ice-server" of a (joined) Link header; links that cannot be read are left out. */
export function parseIceServers(link: string | null): RTCIceServer[] {
  if (link === null) return [];
  const servers: RTCIceServer[] = [];
  // <target> and its parameters, where a comma or semicolon inside quotes belongs to the value (RFC 8288 3).
  for (const match of link.matchAll(/<([^>]*)>((?:[^,"]|"(?:[^"\\]|\\.)*")*)/g)) {
    const url = match[1] ?? '';
    const parameters = parseParameters(match[2] ?? '');
    const relations = (parameters.get('rel') ?? '').toLowerCase().split(/\s+/);
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

function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const match of text.matchAll(/;\s*([\w!#$&+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;,\s]*))/g)) {
    const value = match[2] === undefined ? (match[3] ?? '') : match[2].replace(/\\(.)/g, '$1');
    parameters.set((match[1] ?? '').toLowerCase(), value);
  }
  return parameters;
}
