/** Janus makes the offer to a viewer, WHEP wants it from the viewer: the answer is made of both offers. */

/** Lines that tell who a side is; they are taken from the viewer's offer. */
const IDENTITY = ['ice-ufrag', 'ice-pwd', 'fingerprint'] as const;
const DROPPED = /^a=(?:candidate|end-of-candidates|ssrc|msid|setup)/;

/** What a viewer with this offer of its own would answer to the server's offer; the viewer is the DTLS client. */
export function answerFor(serverOffer: string, viewerOffer: string): string {
  const lines: string[] = [];
  for (const line of serverOffer.split(/\r?\n/)) {
    const name = IDENTITY.find((each) => line.startsWith(`a=${each}:`));
    if (name !== undefined) lines.push(lineOf(viewerOffer, name));
    else if (line === 'a=sendonly' || line === 'a=sendrecv') lines.push('a=recvonly', 'a=setup:active');
    else if (!DROPPED.test(line)) lines.push(line);
  }
  return lines.join('\r\n');
}

function lineOf(sdp: string, name: string): string {
  return new RegExp(`^a=${name}:.*$`, 'm').exec(sdp)?.[0].trim() ?? '';
}
