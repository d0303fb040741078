import { afterEach, describe, expect, it } from 'vitest';
import { COUNTER, RECORD_KIND, SRTP_PROFILE } from './addon.ts';
import type { SrtpProfile, TransportOptions } from './addon.ts';
import type { Endpoint } from './testing/transport-harness.ts';
import { connect, openEndpoint, recordsOf, rtcpPacket, rtpPacket, until } from './testing/transport-harness.ts';

let open: Endpoint[] = [];

function endpoint(address = '127.0.0.1', options: Partial<TransportOptions> = {}): Endpoint {
  const made = openEndpoint(address, options);
  open.push(made);
  return made;
}

afterEach(() => {
  for (const { transport } of open) transport.close();
  open = [];
});

describe('a handshake', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', 4],
    ['::1', '::1', '::1', 6],
    ['::', '127.0.0.1', '127.0.0.1', 6],
    ['::', '::', '::1', 6],
  ] as const)('completes between %s and %s by %s', async (serverAddress, clientAddress, address, family) => {
    const server = endpoint(serverAddress);
    const client = endpoint(clientAddress);
    expect(server.transport.family).toBe(family);
    const { clientPeer, serverPeer } = await connect(client, server, address);
    for (const [side, peer] of [
      [client, clientPeer],
      [server, serverPeer],
    ] as const) {
      expect(recordsOf(side, RECORD_KIND.dtlsConnected, peer)[0]?.words[0]).toBe(SRTP_PROFILE.aeadAes128Gcm);
      expect(side.transport.dtlsTimeout(peer)).toBe(-1);
    }
  });
});

describe('after the handshake', () => {
  it.each([
    ['AEAD_AES_128_GCM', SRTP_PROFILE.aeadAes128Gcm],
    ['AES128_CM_HMAC_SHA1_80', SRTP_PROFILE.aes128CmHmacSha1_80],
  ] as [string, SrtpProfile][])('RTP and RTCP go both ways with %s', async (_name, profile) => {
    const server = endpoint();
    const client = endpoint('127.0.0.1', { srtpProfiles: [profile] });
    const { clientPeer, serverPeer } = await connect(client, server);
    expect(recordsOf(server, RECORD_KIND.dtlsConnected, serverPeer)[0]?.words[0]).toBe(profile);
    for (const [from, fromPeer, to, toPeer] of [
      [client, clientPeer, server, serverPeer],
      [server, serverPeer, client, clientPeer],
    ] as const) {
      const packet = rtpPacket(7, Uint8Array.of(1, 2, 3, 4, 5));
      expect(from.transport.sendRtp(fromPeer, packet, false)).toBe(true);
      expect(from.transport.sendRtcp(fromPeer, rtcpPacket(0x55667788))).toBe(true);
      await until(() => recordsOf(to, RECORD_KIND.rtcp, toPeer).length > 0, 'RTCP');
      const [rtp] = recordsOf(to, RECORD_KIND.rtp, toPeer);
      expect(rtp?.bytes).toEqual(packet);
      expect(rtp?.words).toEqual([0x11223344, 7 | (96 << 16), 90_000, 12]);
      expect(recordsOf(to, RECORD_KIND.rtcp, toPeer)[0]?.bytes).toEqual(rtcpPacket(0x55667788));
    }
    expect(server.transport.counters[COUNTER.authenticationFailures]).toBe(0);
  });
});
