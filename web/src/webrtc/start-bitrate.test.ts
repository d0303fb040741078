import { describe, expect, it } from 'vitest';
import { withStartBitrate } from './start-bitrate.ts';

const ANSWER = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99',
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:98 H264/90000',
  'a=fmtp:98 packetization-mode=1',
  'a=rtpmap:99 rtx/90000',
  'a=fmtp:99 apt=98',
  '',
].join('\r\n');

describe('withStartBitrate', () => {
  it('adds the parameter to every video codec and to nothing else', () => {
    const lines = withStartBitrate(ANSWER, 1_500_000).split('\r\n');
    expect(lines.filter((line) => line.includes('x-google'))).toEqual([
      'a=fmtp:96 x-google-start-bitrate=1500',
      'a=fmtp:98 packetization-mode=1;x-google-start-bitrate=1500',
    ]);
    expect(
      lines.filter((line) => !line.startsWith('a=fmtp:96')).map((line) => line.replace(/;x-google.*/, '')),
    ).toEqual(ANSWER.split('\r\n'));
  });
});
