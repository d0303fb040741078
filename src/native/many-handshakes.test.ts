import { afterEach, describe, expect, it } from 'vitest';
import { COUNTER, RECORD_KIND } from './addon.ts';
import { nativeTestNames, runNativeTest } from './testing/native-tests.ts';
import { connect, connected, Endpoints, makePeers, recordsOf, rtpPacket, until } from './testing/transport-harness.ts';

const MANY = 60;
const endpoints = new Endpoints();

afterEach(() => endpoints.closeAll());

describe('DTLS datagrams that wait for their turn', () => {
  it.each(nativeTestNames('handshakes'))('%s', (name) => {
    expect(runNativeTest('handshakes', name)).toEqual([]);
  });
});

describe('many handshakes at once', () => {
  it('do not keep the packets that come with them waiting, and all complete', async () => {
    const server = endpoints.open();
    const publisher = endpoints.open();
    const { clientPeer, serverPeer } = await connect(publisher, server);
    const viewers = Array.from({ length: MANY }, () => {
      const viewer = endpoints.open();
      return { viewer, ...makePeers(viewer, server) };
    });
    const sent = () => server.transport.counters[COUNTER.datagramsSent] ?? 0;
    const before = sent();
    let answeredBefore: number | undefined;
    server.afterBatch = () => {
      if (recordsOf(server, RECORD_KIND.rtp, serverPeer).length > 0) answeredBefore ??= sent() - before;
    };
    // All of this waits in the server's socket when it reads for the first time.
    for (const { viewer, clientPeer: peer } of viewers) viewer.transport.startDtls(peer);
    publisher.transport.sendRtp(clientPeer, rtpPacket(1, new Uint8Array(100)), false);
    await until(() => answeredBefore !== undefined, 'the packet');
    expect(answeredBefore).toBe(0);
    for (const { viewer, clientPeer: peer, serverPeer: atServer } of viewers) {
      await connected(viewer, peer);
      await connected(server, atServer);
    }
    expect(server.transport.counters[COUNTER.handshakeMicroseconds]).toBeGreaterThan(0);
  });

  it('end early enough for packets that come with the end', async () => {
    const [server, viewer] = [endpoints.open(), endpoints.open()];
    const { clientPeer, serverPeer } = makePeers(viewer, server);
    server.afterBatch = () => {
      if (recordsOf(server, RECORD_KIND.dtlsConnected, serverPeer).length === 0) return;
      server.afterBatch = () => undefined;
      server.transport.sendRtp(serverPeer, rtpPacket(1, new Uint8Array(100)), false);
    };
    viewer.transport.startDtls(clientPeer);
    await until(() => recordsOf(viewer, RECORD_KIND.rtp, clientPeer).length === 1, 'the packet');
    expect(viewer.transport.counters[COUNTER.droppedNotReady]).toBe(0);
  });

  it('go on when some of the peers are closed meanwhile', async () => {
    const server = endpoints.open();
    const viewers = Array.from({ length: MANY }, () => {
      const viewer = endpoints.open();
      return { viewer, ...makePeers(viewer, server) };
    });
    for (const { viewer, clientPeer } of viewers) viewer.transport.startDtls(clientPeer);
    await until(() => (server.transport.counters[COUNTER.datagramsSent] ?? 0) > 0, 'the first answer');
    for (const [index, { serverPeer }] of viewers.entries())
      if (index % 2 === 0) server.transport.closePeer(serverPeer);
    for (const [index, { viewer, clientPeer }] of viewers.entries())
      if (index % 2 === 1) await connected(viewer, clientPeer);
    expect(server.received.filter(({ kind }) => kind === RECORD_KIND.dtlsFailed)).toEqual([]);
  });

  it('end with the transport', async () => {
    const server = endpoints.open();
    for (let index = 0; index < MANY; index++) {
      const viewer = endpoints.open();
      viewer.transport.startDtls(makePeers(viewer, server).clientPeer);
    }
    await until(() => (server.transport.counters[COUNTER.datagramsSent] ?? 0) > 0, 'the first answer');
    server.transport.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.received.filter(({ kind }) => kind === RECORD_KIND.dtlsConnected).length).toBeLessThan(MANY);
  });
});
