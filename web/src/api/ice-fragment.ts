/** The two SDP fragments of an ICE restart (RFC 8840 9, RFC 9725 4.3.3): ours to the server and its reply to us. */

export interface RemoteIce {
  ufrag: string;
  password: string;
  /** Whole a=candidate lines. */
  candidates: string[];
}

/** The fragment that asks for a restart with the credentials of a fresh offer; undefined where the offer has none. */
export function restartFragment(offer: string): string | undefined {
  const ufrag = attribute(offer, 'ice-ufrag');
  const password = attribute(offer, 'ice-pwd');
  const media = /^m=.*$/m.exec(offer)?.[0].trim();
  if (ufrag === undefined || password === undefined || media === undefined) return undefined;
  const group = attribute(offer, 'group');
  return [
    ...(group === undefined ? [] : [`a=group:${group}`]),
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    media,
    `a=mid:${attribute(offer, 'mid') ?? '0'}`,
    '',
  ].join('\r\n');
}

/** Credentials and candidates of the server's reply; undefined where it names no credentials. */
export function parseRestartReply(fragment: string): RemoteIce | undefined {
  const ufrag = attribute(fragment, 'ice-ufrag');
  const password = attribute(fragment, 'ice-pwd');
  if (ufrag === undefined || password === undefined) return undefined;
  const candidates = new Set(Array.from(fragment.matchAll(/^a=candidate:.*$/gm), (match) => match[0].trim()));
  return { ufrag, password, candidates: [...candidates] };
}

/**
 * The answer as it was, with the new ICE credentials and candidates. Candidates go where the answer had them, which is
 * at least the first section: with BUNDLE it speaks for all.
 */
export function restartedAnswer(answer: string, ice: RemoteIce): string {
  const result: string[] = [];
  let section = -1;
  for (const line of answer.split(/\r?\n/)) {
    if (line.startsWith('a=candidate:') || line.startsWith('a=end-of-candidates')) continue;
    if (line.startsWith('m=')) section += 1;
    if (line.startsWith('a=ice-ufrag:')) result.push(`a=ice-ufrag:${ice.ufrag}`);
    else if (line.startsWith('a=ice-pwd:')) {
      result.push(`a=ice-pwd:${ice.password}`);
    } else result.push(line);
    if (line.startsWith('a=mid:') && section === 0) result.push(...ice.candidates, 'a=end-of-candidates');
  }
  return result.join('\r\n');
}

function attribute(text: string, name: string): string | undefined {
  return new RegExp(`^a=${name}:(.*)$`, 'm').exec(text)?.[1]?.trim();
}
