import { describe, expect, it } from 'vitest';
import { answerFor } from './swap-roles.ts';

const SERVER = [
  'v=0',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=sendonly',
  'a=mid:0',
  'a=ice-ufrag:server',
  'a=ice-pwd:secret',
  'a=fingerprint:sha-256 AA',
  'a=setup:actpass',
  'a=ssrc:5 cname:x',
  'a=candidate:1 1 udp 1 127.0.0.1 4000 typ host',
  '',
].join('\r\n');

const VIEWER = 'v=0\r\na=ice-ufrag:viewer\r\na=ice-pwd:other\r\na=fingerprint:sha-256 BB\r\na=setup:actpass\r\n';

describe('answerFor', () => {
  it('keeps the media and puts the viewer in the place of the server', () => {
    expect(answerFor(SERVER, VIEWER).split('\r\n')).toEqual([
      'v=0',
      'm=video 9 UDP/TLS/RTP/SAVPF 96',
      'a=recvonly',
      'a=setup:active',
      'a=mid:0',
      'a=ice-ufrag:viewer',
      'a=ice-pwd:other',
      'a=fingerprint:sha-256 BB',
      '',
    ]);
  });
});
