import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { COUNTER, DTLS_FAILURE, RECORD_KIND, SRTP_PROFILE } from './addon.ts';
import type { Endpoint } from './testing/transport-harness.ts';
import type { RelayRule } from './testing/relay.ts';
import { openRelay, splitHandshake, spreadSequences } from './testing/relay.ts';
import {
  connect,
  connected,
  driveUntil,
  Endpoints,
  loopbackRoute,
  makePeers,
  pause,
  recordsOf,
  rtcpPacket,
  rtpPacket,
  until,
} from './testing/transport-harness.ts';

const { dtlsConnected, dtlsFailed, dtlsClosed } = RECORD_KIND;
const { aeadAes128Gcm, aes128CmHmacSha1_80 } = SRTP_PROFILE;
const endpoints = new Endpoints();
const cleanUp: (() => void)[] = [];

afterEach(() => {
  endpoints.closeAll();
  for (const action of cleanUp.splice(0)) action();
});

/** One side and the other. */
type Side = [from: Endpoint, fromPeer: number, to: Endpoint, toPeer: number];

/** Type of the handshake message in a DTLS record (RFC 5246 7.4). */
const CLIENT_HELLO = 1;
/** Content type of the DTLS record that the server's last flight begins with. */
const CHANGE_CIPHER_SPEC = 20;

/** Two peers with a relay between them. */
async function relayed(rule: RelayRule) {
  const client = endpoints.open();
  const server = endpoints.open();
  const relay = await openRelay(client.transport.port, server.transport.port);
  cleanUp.push(relay.close);
  relay.rule = rule;
  const peers = makePeers(client, server, { portToServer: relay.port, portToClient: relay.port });
  const sides = [[client, peers.clientPeer] as const, [server, peers.serverPeer] as const];
  const bothConnected = (): boolean => sides.every(([side, peer]) => recordsOf(side, dtlsConnected, peer).length > 0);
  return { client, server, ...peers, sides, bothConnected };
}

describe('a handshake', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', 4],
    ['0.0.0.0', '127.0.0.1', '127.0.0.1', 4],
    ['::1', '::1', '::1', 6],
    ['::', '127.0.0.1', '127.0.0.1', 6],
    ['::', '::', '::1', 6],
    ['::', '::', '127.0.0.1', 6],
  ] as const)('completes between %s and %s by %s', async (serverAddress, clientAddress, address, family) => {
    const server = endpoints.open(serverAddress);
    const client = endpoints.open(clientAddress);
    expect(server.transport.family).toBe(family);
    const { clientPeer, serverPeer } = await connect(client, server, address);
    for (const [side, peer] of [
      [client, clientPeer],
      [server, serverPeer],
    ] as const) {
      expect(recordsOf(side, dtlsConnected, peer)).toHaveLength(1);
      expect(side.transport.dtlsTimeout(peer)).toBe(-1);
    }
  });

  it.each([
    ['GCM, though the client prefers SHA1_80', [aes128CmHmacSha1_80, aeadAes128Gcm], undefined, aeadAes128Gcm],
    ['SHA1_80 where the client knows nothing else', [aes128CmHmacSha1_80], undefined, aes128CmHmacSha1_80],
    ['SHA1_80 where the server knows nothing else', undefined, [aes128CmHmacSha1_80], aes128CmHmacSha1_80],
    ['GCM where both know both', undefined, undefined, aeadAes128Gcm],
  ])('agrees on %s', async (_what, clientProfiles, serverProfiles, expected) => {
    const server = endpoints.open('127.0.0.1', serverProfiles === undefined ? {} : { srtpProfiles: serverProfiles });
    const client = endpoints.open('127.0.0.1', clientProfiles === undefined ? {} : { srtpProfiles: clientProfiles });
    const { clientPeer, serverPeer } = await connect(client, server);
    expect(recordsOf(client, dtlsConnected, clientPeer)[0]?.words[0]).toBe(expected);
    expect(recordsOf(server, dtlsConnected, serverPeer)[0]?.words[0]).toBe(expected);
  });

  it('fails without a common SRTP profile', async () => {
    const server = endpoints.open('127.0.0.1', { srtpProfiles: [aeadAes128Gcm] });
    const client = endpoints.open('127.0.0.1', { srtpProfiles: [aes128CmHmacSha1_80] });
    const { clientPeer, serverPeer } = makePeers(client, server);
    client.transport.startDtls(clientPeer);
    await until(() => recordsOf(client, dtlsFailed, clientPeer).length > 0, 'the failure');
    expect(recordsOf(client, dtlsFailed, clientPeer)[0]?.words[0]).toBe(DTLS_FAILURE.noSrtpProfile);
    await until(() => recordsOf(server, dtlsFailed, serverPeer).length > 0, 'the failure');
    expect(server.received.concat(client.received).some(({ kind }) => kind === dtlsConnected)).toBe(false);
  });

  it.each([['client'], ['server']] as const)('fails where the %s finds a wrong fingerprint', async (role) => {
    const sides = { client: endpoints.open(), server: endpoints.open() };
    const fingerprint = Uint8Array.from(sides[role === 'client' ? 'server' : 'client'].certificate.fingerprint);
    fingerprint[31] = (fingerprint[31] ?? 0) ^ 1;
    const peer = sides[role].transport.createPeer({ role, fingerprintAlgorithm: 'sha-256', fingerprint });
    const { clientPeer, serverPeer } = makePeers(sides.client, sides.server);
    const own = role === 'client' ? clientPeer : serverPeer;
    const route = loopbackRoute('127.0.0.1', sides[role === 'client' ? 'server' : 'client'].transport.port);
    sides[role].transport.closePeer(own);
    sides[role].transport.addRoute(peer, route);
    sides[role].transport.selectRoute(peer, route);
    sides.client.transport.startDtls(role === 'client' ? peer : clientPeer);
    await until(() => recordsOf(sides[role], dtlsFailed, peer).length > 0, 'the failure');
    expect(recordsOf(sides[role], dtlsFailed, peer)[0]?.words[0]).toBe(DTLS_FAILURE.fingerprint);
    expect(sides[role].transport.sendRtp(peer, rtpPacket(1, Uint8Array.of(1)), false)).toBe(false);
    // The other side has learnt of it by an alert.
    const [other, otherPeer] = role === 'client' ? [sides.server, serverPeer] : [sides.client, clientPeer];
    await until(() => recordsOf(other, dtlsFailed, otherPeer).length > 0, 'the alert');
    expect(recordsOf(other, dtlsFailed, otherPeer)[0]?.words[0]).toBe(DTLS_FAILURE.protocol);
  });

  it('reaches the peer where its certificate is known by another hash', async () => {
    const client = endpoints.open();
    const server = endpoints.open();
    expect(client.certificate.fingerprint).toHaveLength(32);
    const fingerprint = createHash('sha512').digest();
    const peer = client.transport.createPeer({ role: 'client', fingerprintAlgorithm: 'sha-512', fingerprint });
    const { serverPeer } = makePeers(client, server);
    const route = loopbackRoute('127.0.0.1', server.transport.port);
    client.transport.addRoute(peer, route);
    client.transport.selectRoute(peer, route);
    client.transport.startDtls(peer);
    await until(() => recordsOf(client, dtlsFailed, peer).length > 0, 'the failure');
    expect(recordsOf(client, dtlsFailed, peer)[0]?.words[0]).toBe(DTLS_FAILURE.fingerprint);
    expect(recordsOf(server, dtlsConnected, serverPeer)).toEqual([]);
  });
});

describe('a handshake over a bad path', () => {
  it.each([2, 3, 5])('takes a ClientHello in %i datagrams', async (parts) => {
    let hellos = 0;
    const { client, clientPeer, bothConnected } = await relayed((datagram, toServer) => {
      if (!toServer) return [datagram];
      if (datagram[13] !== CLIENT_HELLO) return [spreadSequences(datagram, parts)];
      hellos += 1;
      return splitHandshake(datagram, parts).reverse();
    });
    client.transport.startDtls(clientPeer);
    await until(bothConnected, 'both sides');
    expect(hellos).toBe(1);
  });

  it('keeps its flights below the path MTU', async () => {
    const lengths: number[] = [];
    const { client, clientPeer, bothConnected } = await relayed((datagram) => {
      lengths.push(datagram.length);
      return [datagram];
    });
    client.transport.startDtls(clientPeer);
    await until(bothConnected, 'both sides');
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1200);
    // ServerHello to ServerHelloDone travel together, and so do Certificate to Finished.
    expect(lengths[1]).toBeGreaterThan(400);
    expect(lengths[2]).toBeGreaterThan(400);
  });

  it.each([1, 2, 3, 4])('recovers from the loss of datagram %i', async (lost) => {
    let seen = 0;
    const { client, clientPeer, sides, bothConnected } = await relayed((datagram) => {
      seen += 1;
      return seen === lost ? [] : [datagram];
    });
    client.transport.startDtls(clientPeer);
    expect(client.transport.dtlsTimeout(clientPeer)).toBeGreaterThan(0);
    expect(client.transport.dtlsTimeout(clientPeer)).toBeLessThanOrEqual(400);
    await driveUntil(sides, bothConnected, 'both sides');
    expect(seen).toBeGreaterThan(lost);
  });

  it('repeats the last flight as often as the peer does its own, until SRTP shows that it came', async () => {
    let flights = 0;
    let clientFlight = new Uint8Array(0);
    const { client, clientPeer, server, serverPeer, sides, bothConnected } = await relayed((datagram, toServer) => {
      const isDtls = (datagram[0] ?? 0) < 64;
      if (toServer && isDtls) clientFlight = Uint8Array.from(datagram);
      // Behind each packet of SRTCP the flight comes once more.
      if (toServer) return isDtls ? [datagram] : [datagram, clientFlight];
      return datagram[0] === CHANGE_CIPHER_SPEC && ++flights <= 3 ? [] : [datagram];
    });
    client.transport.startDtls(clientPeer);
    await driveUntil(sides, bothConnected, 'both sides');
    expect(flights).toBe(4);
    for (const count of [1, 2]) {
      client.transport.sendRtcp(clientPeer, rtcpPacket(count));
      await until(() => recordsOf(server, RECORD_KIND.rtcp, serverPeer).length === count, 'RTCP');
    }
    expect(flights).toBe(4);
  });

  it('does not mind repeated and reordered datagrams', async () => {
    const passed: Record<'true' | 'false', Uint8Array[]> = { true: [], false: [] };
    const { client, clientPeer, sides, bothConnected } = await relayed((datagram, toServer) => {
      const before = passed[`${toServer}`];
      before.push(datagram);
      return before.slice(-3).reverse();
    });
    client.transport.startDtls(clientPeer);
    await driveUntil(sides, bothConnected, 'both sides');
  });

  it('neither harms the transport nor is confused where flights are garbled', async () => {
    let state = 7;
    const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
    const rule: RelayRule = (datagram) => {
      const copy = Uint8Array.from(datagram);
      for (let count = random(4); count > 0; count -= 1) copy[random(copy.length)] = random(256);
      return random(8) === 0 ? [copy.subarray(0, random(copy.length)), datagram] : [copy];
    };
    const client = endpoints.open();
    const server = endpoints.open();
    const relay = await openRelay(client.transport.port, server.transport.port);
    cleanUp.push(relay.close);
    relay.rule = rule;
    const ports = { portToServer: relay.port, portToClient: relay.port };
    for (let round = 0; round < 60; round += 1) {
      const { clientPeer, serverPeer } = makePeers(client, server, ports);
      client.transport.startDtls(clientPeer);
      await pause(5);
      client.transport.closePeer(clientPeer);
      server.transport.closePeer(serverPeer);
    }
    await connect(endpoints.open(), server);
    expect(server.transport.peerCount()).toBe(1);
  });

  it('retransmits nothing before it is due', () => {
    const client = endpoints.open();
    const server = endpoints.open();
    const { clientPeer } = makePeers(client, server);
    client.transport.startDtls(clientPeer);
    const sent = client.transport.counters[COUNTER.datagramsSent];
    for (let count = 0; count < 50; count += 1) client.transport.handleDtlsTimeout(clientPeer);
    expect(client.transport.counters[COUNTER.datagramsSent]).toBe(sent);
  });
});

describe('the end of a session', () => {
  const silence: string[] = [];
  // The end of DTLS is spoken without OpenSSL, whose objects are gone when the handshake is done.
  it.each([
    ['client', 'neither has', silence],
    ['server', 'neither has', silence],
    ['client', 'the client has', ['server']],
    ['server', 'the client has', ['server']],
    ['client', 'the server has', ['client']],
    ['server', 'the server has', ['client']],
    ['client', 'both have', ['client', 'server']],
    ['server', 'both have', ['client', 'server']],
  ])('is told by the %s with close_notify where %s received SRTP', async (closer, _receivers, senders) => {
    const client = endpoints.open();
    const server = endpoints.open();
    const { clientPeer, serverPeer } = await connect(client, server);
    const sides = {
      client: [client, clientPeer, server, serverPeer],
      server: [server, serverPeer, client, clientPeer],
    };
    for (const [name, [from, fromPeer, to, toPeer]] of Object.entries(sides) as [string, Side][]) {
      if (!senders.includes(name)) continue;
      from.transport.sendRtcp(fromPeer, rtcpPacket(1));
      await until(() => recordsOf(to, RECORD_KIND.rtcp, toPeer).length > 0, 'RTCP');
    }
    const [from, fromPeer, to, toPeer] = sides[closer === 'client' ? 'client' : 'server'] as Side;
    from.transport.closePeer(fromPeer);
    from.transport.closePeer(fromPeer);
    expect(from.transport.peerCount()).toBe(0);
    await until(() => recordsOf(to, dtlsClosed, toPeer).length > 0, 'close_notify');
    expect(recordsOf(to, dtlsClosed, toPeer)).toHaveLength(1);
    expect(to.transport.peerCount()).toBe(1);
    // The other side has answered with its own close_notify, for which there is no peer any more.
    await until(() => from.transport.counters[COUNTER.droppedUnknownAddress] === 1, 'the answer');
  });

  it('comes with the transport too', async () => {
    const client = endpoints.open();
    const server = endpoints.open();
    const { serverPeer } = await connect(client, server);
    client.transport.close();
    await until(() => recordsOf(server, dtlsClosed, serverPeer).length > 0, 'close_notify');
  });

  it.each(['before', 'after'])('is not brought about by garbage or forged alerts %s SRTP', async (when) => {
    const client = endpoints.open();
    const server = endpoints.open();
    const { clientPeer, serverPeer } = await connect(client, server);
    if (when === 'after') {
      client.transport.sendRtcp(clientPeer, rtcpPacket(1));
      await until(() => recordsOf(server, RECORD_KIND.rtcp, serverPeer).length > 0, 'RTCP');
    }
    const route = loopbackRoute('127.0.0.1', server.transport.port);
    for (let seed = 0; seed < 50; seed += 1) {
      const epoch = seed % 3;
      const alert = [21, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, seed, 0, 2, 2, seed];
      client.transport.sendDatagram(route, Uint8Array.from(alert));
      const sealed = [21, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 1, seed, 0, 26, ...new Array<number>(26).fill(seed)];
      client.transport.sendDatagram(route, Uint8Array.from(sealed));
      client.transport.sendDatagram(
        route,
        Uint8Array.from({ length: 40 }, (_, at) => (at === 0 ? 22 : at * seed)),
      );
    }
    await pause(50);
    client.transport.sendRtp(clientPeer, rtpPacket(1, Uint8Array.of(1)), false);
    await until(() => recordsOf(server, RECORD_KIND.rtp, serverPeer).length > 0, 'RTP');
    expect(recordsOf(server, dtlsClosed, serverPeer)).toEqual([]);
    client.transport.closePeer(clientPeer);
    await until(() => recordsOf(server, dtlsClosed, serverPeer).length > 0, 'close_notify');
  });
});

describe('a second handshake', () => {
  it('works from the same address after the first peer is gone', async () => {
    const client = endpoints.open();
    const server = endpoints.open();
    const first = await connect(client, server);
    client.transport.closePeer(first.clientPeer);
    server.transport.closePeer(first.serverPeer);
    const second = await connect(client, server);
    expect(second.serverPeer).not.toBe(first.serverPeer);
    await connected(server, second.serverPeer);
    expect(server.transport.peerCount()).toBe(1);
  });
});
