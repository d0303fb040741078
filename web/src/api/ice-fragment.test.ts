import { describe, expect, it } from 'vitest';
import { parseRestartReply, restartedAnswer, restartFragment } from './ice-fragment.ts';

const OFFER = [
  'v=0',
  'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=ice-ufrag:new1',
  'a=ice-pwd:newpassword1newpassword1',
  'a=mid:0',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=ice-ufrag:new1',
  'a=ice-pwd:newpassword1newpassword1',
  'a=mid:1',
  '',
].join('\r\n');

const ANSWER = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=candidate:1 1 udp 1 192.0.2.1 8189 typ host',
  'a=ice-ufrag:old',
  'a=ice-pwd:oldpasswordoldpassword',
  'a=mid:0',
  'a=fingerprint:sha-256 AA',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=ice-ufrag:old',
  'a=ice-pwd:oldpasswordoldpassword',
  'a=mid:1',
  '',
].join('\r\n');

const REPLY = [
  'a=ice-ufrag:srv2',
  'a=ice-pwd:serverpasswordserver',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0',
  'a=mid:0',
  'a=candidate:1 1 udp 1 192.0.2.9 8189 typ host',
  'a=candidate:1 1 udp 1 192.0.2.9 8189 typ host',
  'a=end-of-candidates',
  '',
].join('\r\n');

describe('an ICE restart', () => {
  it('asks with the credentials of the new offer', () => {
    expect(restartFragment(OFFER)?.split('\r\n')).toEqual([
      'a=group:BUNDLE 0 1',
      'a=ice-ufrag:new1',
      'a=ice-pwd:newpassword1newpassword1',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:0',
      '',
    ]);
    expect(restartFragment('v=0')).toBeUndefined();
  });

  it('reads the reply, each candidate once', () => {
    expect(parseRestartReply(REPLY)).toEqual({
      ufrag: 'srv2',
      password: 'serverpasswordserver',
      candidates: ['a=candidate:1 1 udp 1 192.0.2.9 8189 typ host'],
    });
    expect(parseRestartReply('a=ice-ufrag:x')).toBeUndefined();
  });

  it('puts the reply into the old answer and changes nothing else', () => {
    const reply = parseRestartReply(REPLY);
    if (reply === undefined) throw new Error('no reply');
    expect(restartedAnswer(ANSWER, reply).split('\r\n')).toEqual([
      'v=0',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=ice-ufrag:srv2',
      'a=ice-pwd:serverpasswordserver',
      'a=mid:0',
      'a=candidate:1 1 udp 1 192.0.2.9 8189 typ host',
      'a=end-of-candidates',
      'a=fingerprint:sha-256 AA',
      'm=video 9 UDP/TLS/RTP/SAVPF 96',
      'a=ice-ufrag:srv2',
      'a=ice-pwd:serverpasswordserver',
      'a=mid:1',
      '',
    ]);
  });
});
