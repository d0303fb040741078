/**
 * Lets Chromium and Safari start with a good picture. Their bandwidth estimate begins at 300 kbit/s, for which the
 * encoder shrinks the picture, and the size comes back only after many seconds, however fast the upload is. The
 * format parameter x-google-start-bitrate in the answer raises that; other browsers ignore it.
 */

/** The answer with a start bitrate (bits a second) for every video codec in it. */
export function withStartBitrate(answer: string, bitrate: number): string {
  const parameter = `x-google-start-bitrate=${Math.round(bitrate / 1000)}`;
  const result: string[] = [];
  let isVideo = false;
  const written = new Set(Array.from(answer.matchAll(/^a=fmtp:(\d+) /gm), (match) => match[1]));
  for (const line of answer.split(/\r?\n/)) {
    if (line.startsWith('m=')) isVideo = line.startsWith('m=video');
    const fmtp = /^a=fmtp:\d+ (?!apt=)/.test(line);
    result.push(isVideo && fmtp ? `${line};${parameter}` : line);
    // A codec without parameters has no line to add to.
    const plain = /^a=rtpmap:(\d+) (?!rtx\/|red\/|ulpfec\/|flexfec)/i.exec(line)?.[1];
    if (isVideo && plain !== undefined && !written.has(plain)) result.push(`a=fmtp:${plain} ${parameter}`);
  }
  return result.join('\r\n');
}
