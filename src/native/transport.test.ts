import { afterEach, describe, expect, it } from 'vitest';
import { COUNTER, RECORD, RECORD_KIND, ROW } from './addon.ts';
import type { Endpoint } from './testing/transport-harness.ts';
import {
  connect,
  Endpoints,
  loopbackRoute,
  makePeers,
  pause,
  recordsOf,
  remotePort,
  rtcpPacket,
  rtpPacket,
  until,
} from './testing/transport-harness.ts';

const endpoints = new Endpoints();

afterEach(() => endpoints.closeAll());

function counter(endpoint: Endpoint, index: number): number {
  return endpoint.transport.counters[index] ?? Number.NaN;
}

/** A datagram that looks like STUN to the demultiplexer. */
function stunLike(text: string): Uint8Array {
  const bytes = new Uint8Array(20 + text.length);
  bytes.set(new TextEncoder().encode(text), 20);
  return bytes;
}

describe('STUN', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['::', '::1'],
  ])('comes with its route to %s by %s, and the answer finds its way back', async (bound, address) => {
    const server = endpoints.open(bound);
    const client = endpoints.open(address);
    const request = stunLike('request');
    expect(client.transport.sendDatagram(loopbackRoute(address, server.transport.port), request)).toBe(true);
    await until(() => server.received.length > 0, 'the request');
    const [record] = recordsOf(server, RECORD_KIND.stun, 0);
    expect(record?.bytes).toEqual(request);
    const route = record?.route ?? new Uint8Array();
    expect(remotePort(route)).toBe(client.transport.port);
    expect(route.subarray(0, 16)).toEqual(loopbackRoute(address, 1).subarray(0, 16));
    expect(route.subarray(16, 32)).toEqual(loopbackRoute(address, 1).subarray(0, 16));
    expect(server.transport.sendDatagram(route, stunLike('answer'))).toBe(true);
    await until(() => client.received.length > 0, 'the answer');
    expect(client.received[0]?.bytes).toEqual(stunLike('answer'));
  });

  it('names the peer that its address belongs to', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const { serverPeer } = makePeers(client, server);
    client.transport.sendDatagram(loopbackRoute('127.0.0.1', server.transport.port), stunLike('x'));
    await until(() => recordsOf(server, RECORD_KIND.stun, serverPeer).length > 0, 'the request');
  });

  it('leaves from the address that it came to', async () => {
    const server = endpoints.open('0.0.0.0');
    const client = endpoints.open('127.0.0.1');
    client.transport.sendDatagram(loopbackRoute('127.0.0.5', server.transport.port, '127.0.0.1'), stunLike('x'));
    await until(() => server.received.length > 0, 'the request');
    const route = server.received[0]?.route ?? new Uint8Array();
    server.transport.sendDatagram(route, stunLike('y'));
    await until(() => client.received.length > 0, 'the answer');
    expect(client.received[0]?.route?.subarray(12, 16)).toEqual(Uint8Array.of(127, 0, 0, 5));
  });
});

describe('datagrams of unknown addresses', () => {
  it('are counted and not answered', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const stranger = endpoints.open();
    const { clientPeer, serverPeer } = await connect(client, server);
    const sent = counter(server, COUNTER.datagramsSent);
    // A true ClientHello, but not from an address that ICE has validated.
    const hello = makePeers(stranger, server);
    server.transport.closePeer(hello.serverPeer);
    stranger.transport.startDtls(hello.clientPeer);
    const route = loopbackRoute('127.0.0.1', server.transport.port);
    stranger.transport.sendDatagram(route, rtpPacket(1, new Uint8Array(100)));
    stranger.transport.sendDatagram(route, rtcpPacket(1));
    await until(() => counter(server, COUNTER.droppedUnknownAddress) === 3, 'the counter');
    await pause(20);
    expect(counter(server, COUNTER.datagramsSent)).toBe(sent);
    expect(stranger.received).toEqual([]);
    // Once its route is removed, a peer is a stranger too.
    server.transport.removeRoute(loopbackRoute('127.0.0.1', client.transport.port));
    client.transport.sendRtp(clientPeer, rtpPacket(1, Uint8Array.of(1)), false);
    await until(() => counter(server, COUNTER.droppedUnknownAddress) === 4, 'the counter');
    expect(recordsOf(server, RECORD_KIND.rtp, serverPeer)).toEqual([]);
  });

  it('reach the peer that the address was given to last', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const { clientPeer, serverPeer } = await connect(client, server);
    const other = server.transport.createPeer({
      role: 'server',
      fingerprintAlgorithm: 'sha-256',
      fingerprint: client.certificate.fingerprint,
    });
    const route = loopbackRoute('127.0.0.1', client.transport.port);
    server.transport.addRoute(other, route);
    client.transport.sendRtp(clientPeer, rtpPacket(1, Uint8Array.of(1)), false);
    await until(() => counter(server, COUNTER.droppedNotReady) === 1, 'the counter');
    // The first owner's end does not take the route from the new one.
    server.transport.closePeer(serverPeer);
    client.transport.sendRtp(clientPeer, rtpPacket(2, Uint8Array.of(1)), false);
    await until(() => counter(server, COUNTER.droppedNotReady) > 1, 'the counter');
    expect(counter(server, COUNTER.droppedUnknownAddress)).toBe(0);
  });
});

describe('RTP and RTCP', () => {
  it('go both ways, with the header in the record', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const { clientPeer, serverPeer } = await connect(client, server);
    for (const [from, fromPeer, to, toPeer] of [
      [client, clientPeer, server, serverPeer],
      [server, serverPeer, client, clientPeer],
    ] as const) {
      const packet = rtpPacket(65535, Uint8Array.of(1, 2, 3, 4, 2));
      packet[0] = 0xa0; // two bytes of padding
      packet[1] = 0x80 | 127; // marker
      expect(from.transport.sendRtp(fromPeer, packet, false)).toBe(true);
      expect(from.transport.sendRtcp(fromPeer, rtcpPacket(0x55667788))).toBe(true);
      await until(() => recordsOf(to, RECORD_KIND.rtcp, toPeer).length > 0, 'RTCP');
      const [rtp] = recordsOf(to, RECORD_KIND.rtp, toPeer);
      expect(rtp?.bytes).toEqual(packet);
      expect(rtp?.words).toEqual([0x11223344, 65535 | (127 << 16) | (1 << 23) | (1 << 24), 90_000, 12]);
      expect(recordsOf(to, RECORD_KIND.rtcp, toPeer)[0]?.bytes).toEqual(rtcpPacket(0x55667788));
    }
    expect(counter(server, COUNTER.authenticationFailures)).toBe(0);
  });

  it('are counted where they are replayed, forged or come too early', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const early = makePeers(client, server);
    const route = loopbackRoute('127.0.0.1', server.transport.port);
    client.transport.sendDatagram(route, rtpPacket(1, new Uint8Array(50)));
    await until(() => counter(server, COUNTER.droppedNotReady) === 1, 'the early packet');
    server.transport.closePeer(early.serverPeer);
    client.transport.closePeer(early.clientPeer);
    await connect(client, server);
    client.transport.sendDatagram(route, rtpPacket(1, new Uint8Array(50)));
    client.transport.sendDatagram(route, rtcpPacket(1));
    const sealed = new Uint8Array(60);
    sealed.set(rtcpPacket(1));
    sealed[56] = 0x80; // encrypted
    client.transport.sendDatagram(route, sealed);
    await until(
      () => counter(server, COUNTER.authenticationFailures) + counter(server, COUNTER.droppedMalformed) === 3,
      'the forged packets',
    );
    expect(counter(server, COUNTER.authenticationFailures)).toBe(2);
  });

  it('are refused where the index was used, unless it is a retransmission', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const { clientPeer, serverPeer } = await connect(client, server);
    const packet = rtpPacket(5, Uint8Array.of(1));
    expect(client.transport.sendRtp(clientPeer, packet, false)).toBe(true);
    expect(client.transport.sendRtp(clientPeer, packet, false)).toBe(false);
    expect(counter(client, COUNTER.reusedIndexes)).toBe(1);
    expect(client.transport.sendRtp(clientPeer, packet, true)).toBe(true);
    await until(() => counter(server, COUNTER.replays) === 1, 'the repeated packet');
    expect(recordsOf(server, RECORD_KIND.rtp, serverPeer)).toHaveLength(1);
  });

  it('are not sent where they are malformed or have nowhere to go', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const { clientPeer } = await connect(client, server);
    expect(client.transport.sendRtp(clientPeer, new Uint8Array(11), false)).toBe(false);
    expect(client.transport.sendRtp(clientPeer, new Uint8Array(0), false)).toBe(false);
    expect(client.transport.sendRtp(clientPeer, rtpPacket(1, new Uint8Array(4000)), false)).toBe(false);
    expect(client.transport.sendRtcp(clientPeer, new Uint8Array(3))).toBe(false);
    expect(client.transport.sendRtcp(clientPeer, new Uint8Array(4000))).toBe(false);
    const { clientPeer: fresh } = makePeers(client, server);
    expect(client.transport.sendRtp(fresh, rtpPacket(1, Uint8Array.of(1)), false)).toBe(false);
    expect(client.transport.sendRtcp(fresh, rtcpPacket(1))).toBe(false);
  });
});

/** One row for a peer. */
function writeRow(rows: Uint8Array, index: number, peer: number, ssrc: number, payloadType: number): void {
  const view = new DataView(rows.buffer, rows.byteOffset + index * ROW.bytes, ROW.bytes);
  view.setUint32(ROW.peer, peer, true);
  view.setUint32(ROW.ssrc, ssrc, true);
  view.setUint16(ROW.sequenceOffset, 100, true);
  view.setUint8(ROW.payloadType, payloadType);
}

describe('the fan-out', () => {
  it.each([true, false])('sends a batch to several viewers (segmentation offload: %s)', async (segmentationOffload) => {
    const publisher = endpoints.open();
    const server = endpoints.open('127.0.0.1', { segmentationOffload });
    const viewers = [endpoints.open(), endpoints.open(), endpoints.open()];
    const { clientPeer, serverPeer } = await connect(publisher, server);
    const rows = new Uint8Array(ROW.bytes * viewers.length);
    const peers: number[] = [];
    for (const [index, viewer] of viewers.entries()) {
      const pair = await connect(viewer, server);
      peers.push(pair.clientPeer);
      writeRow(rows, index, pair.serverPeer, 1000 + index, 100 + index);
    }
    // Forwards straight out of the batch, as the server does.
    server.afterBatch = () => {
      const packets: number[] = [];
      const { records, data } = server.transport;
      for (let at = 0; records[at + RECORD.kind] === RECORD_KIND.rtp; at += 8) {
        packets.push(records[at + RECORD.offset] ?? 0, records[at + RECORD.length] ?? 0);
      }
      records[0] = 0;
      if (packets.length === 0) return;
      server.transport.fanOut(data, Uint32Array.from(packets), packets.length / 2, rows, 0, viewers.length, false);
    };
    for (let sequence = 0; sequence < 20; sequence += 1) {
      publisher.transport.sendRtp(clientPeer, rtpPacket(sequence, new Uint8Array(300).fill(sequence)), false);
    }
    for (const [index, viewer] of viewers.entries()) {
      const received = () => recordsOf(viewer, RECORD_KIND.rtp, peers[index] ?? 0);
      await until(() => received().length === 20, 'all packets');
      expect(received().map(({ words }) => words[0])).toEqual(Array(20).fill(1000 + index));
      expect(received().map(({ words }) => (words[1] ?? 0) & 0xffff)).toEqual(
        Array.from({ length: 20 }, (_, s) => s + 100),
      );
      expect(((received()[0]?.words[1] ?? 0) >> 16) & 0x7f).toBe(100 + index);
      expect(received()[7]?.bytes.subarray(12)).toEqual(new Uint8Array(300).fill(7));
      const view = new DataView(rows.buffer, index * ROW.bytes, ROW.bytes);
      expect(view.getFloat64(ROW.packetsSent, true)).toBe(20);
      expect(view.getFloat64(ROW.octetsSent, true)).toBe(20 * 300);
      expect(view.getFloat64(ROW.packetsDropped, true)).toBe(0);
    }
    expect(recordsOf(server, RECORD_KIND.rtp, serverPeer)).toHaveLength(20);
  });

  it('skips rows without a peer, with a closed one, or with one that has no keys', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const { serverPeer } = await connect(client, server);
    const pending = makePeers(client, server).serverPeer;
    const rows = new Uint8Array(ROW.bytes * 3);
    writeRow(rows, 1, serverPeer, 1, 96);
    writeRow(rows, 2, pending, 2, 96);
    server.transport.closePeer(serverPeer);
    const packet = rtpPacket(1, Uint8Array.of(1, 2, 3));
    expect(server.transport.fanOut(packet, Uint32Array.of(0, packet.length), 1, rows, 0, 3, false)).toBe(0);
  });
});

describe('a batch', () => {
  it('takes garbage of all kinds without harm', async () => {
    const server = endpoints.open('127.0.0.1', { receiveBufferBytes: 8 << 20 });
    const client = endpoints.open();
    const { clientPeer, serverPeer } = await connect(client, server);
    const route = loopbackRoute('127.0.0.1', server.transport.port);
    let state = 1;
    const random = (): number => (state = (state * 48271) % 2147483647);
    for (let round = 0; round < 40; round += 1) {
      for (let count = 0; count < 100; count += 1) {
        const garbage = Uint8Array.from({ length: random() % (count === 0 ? 3000 : 200) }, random);
        client.transport.sendDatagram(route, garbage);
      }
      await pause(1);
    }
    client.transport.sendDatagram(route, new Uint8Array(5000).fill(0x80));
    client.transport.sendDatagram(route, new Uint8Array(0));
    client.transport.sendRtp(clientPeer, rtpPacket(9, Uint8Array.of(9)), false);
    await until(() => recordsOf(server, RECORD_KIND.rtp, serverPeer).length > 0, 'RTP after the garbage');
    expect(recordsOf(server, RECORD_KIND.rtp, serverPeer)).toHaveLength(1);
    expect(recordsOf(server, RECORD_KIND.dtlsClosed, serverPeer)).toEqual([]);
    expect(counter(server, COUNTER.droppedMalformed)).toBeGreaterThan(100);
    expect(counter(server, COUNTER.authenticationFailures)).toBeGreaterThan(100);
  });

  it('lets timers run while the socket never empties', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const route = loopbackRoute('127.0.0.1', server.transport.port);
    let batches = 0;
    // Every batch sends the next ones before it returns, so that there is always something to read.
    server.afterBatch = () => {
      batches += 1;
      for (let count = 0; count < 128; count += 1) client.transport.sendDatagram(route, stunLike('x'));
    };
    for (let count = 0; count < 1024; count += 1) client.transport.sendDatagram(route, stunLike('x'));
    // Waits by a timer.
    await until(() => batches > 0, 'a batch');
    server.afterBatch = undefined;
    expect(batches).toBeLessThan(50);
  });
});
