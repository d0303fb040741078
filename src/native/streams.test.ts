import { endianness } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import {
  BATCH_DATAGRAMS,
  COUNTER,
  MAXIMUM_DATAGRAM_BYTES,
  RECORD_KIND,
  ROUTE,
  ROUTE_PROTOCOL,
  ROW,
  STREAM_ENTRY,
} from './addon.ts';
import type { Endpoint } from './testing/transport-harness.ts';
import {
  connect,
  connected,
  Endpoints,
  loopbackRoute,
  recordsOf,
  rtpPacket,
  until,
} from './testing/transport-harness.ts';

const LITTLE_ENDIAN = endianness() === 'LE';
const endpoints = new Endpoints();

afterEach(() => endpoints.closeAll());

function streamRoute(stream: number, port = 4000): Uint8Array {
  const route = loopbackRoute('127.0.0.1', port);
  route[ROUTE.protocol] = ROUTE_PROTOCOL.stream;
  new DataView(route.buffer).setUint32(ROUTE.stream, stream, LITTLE_ENDIAN);
  return route;
}

/** The datagrams of onStreamData, with their stream. */
function unpack(data: Uint8Array): { stream: number; datagram: Uint8Array }[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const datagrams: { stream: number; datagram: Uint8Array }[] = [];
  for (let at = 0; at < data.length;) {
    const stream = view.getUint32(at + STREAM_ENTRY.stream, LITTLE_ENDIAN);
    const end = at + STREAM_ENTRY.headerBytes + view.getUint32(at + STREAM_ENTRY.length, LITTLE_ENDIAN);
    at += STREAM_ENTRY.headerBytes;
    while (at < end) {
      const length = view.getUint16(at);
      datagrams.push({ stream, datagram: data.slice(at + 2, at + 2 + length) });
      at += 2 + length;
    }
  }
  return datagrams;
}

interface StreamEndpoint {
  endpoint: Endpoint;
  /** What onStreamData got that the test's link did not take. */
  sent: { stream: number; datagram: Uint8Array }[];
  /** Takes a datagram on its way; without it, they stay in `sent`. */
  link: ((datagram: Uint8Array) => void) | undefined;
}

function openStreamEndpoint(): StreamEndpoint {
  const side: StreamEndpoint = {
    endpoint: endpoints.open('127.0.0.1', {
      onStreamData: (data) => {
        for (const { stream, datagram } of unpack(data)) {
          if (side.link === undefined) side.sent.push({ stream, datagram });
          else side.link(datagram);
        }
      },
    }),
    sent: [],
    link: undefined,
  };
  return side;
}

function receive({ transport }: Endpoint, route: Uint8Array, ...datagrams: Uint8Array[]): void {
  const pairs: number[] = [];
  let offset = 0;
  for (const { length } of datagrams) {
    pairs.push(offset, length);
    offset += length;
  }
  transport.receiveFromStream(
    route,
    Uint8Array.from(Buffer.concat(datagrams)),
    Uint32Array.from(pairs),
    datagrams.length,
  );
}

function isOpen({ transport }: Endpoint): boolean {
  try {
    return transport.peerCount() >= 0;
  } catch {
    return false;
  }
}

/** Two peers with a stream between them, whose handshake is complete. */
async function connectByStream() {
  const server = openStreamEndpoint();
  const client = openStreamEndpoint();
  const route = streamRoute(7);
  const make = (from: StreamEndpoint, to: StreamEndpoint, role: 'client' | 'server'): number => {
    const { transport } = from.endpoint;
    const fingerprint = to.endpoint.certificate.fingerprint;
    const peer = transport.createPeer({ role, fingerprintAlgorithm: 'sha-256', fingerprint });
    transport.addRoute(peer, route);
    transport.selectRoute(peer, route);
    // A stream delivers in a later turn of the event loop.
    from.link = (datagram) =>
      setImmediate(() => {
        if (isOpen(to.endpoint)) receive(to.endpoint, route, datagram);
      });
    return peer;
  };
  const clientPeer = make(client, server, 'client');
  const serverPeer = make(server, client, 'server');
  client.endpoint.transport.startDtls(clientPeer);
  await connected(client.endpoint, clientPeer);
  await connected(server.endpoint, serverPeer);
  return { client, server, clientPeer, serverPeer, route };
}

describe('a stream', () => {
  it('carries a handshake and media both ways', async () => {
    const { client, server, clientPeer, serverPeer } = await connectByStream();
    expect(client.endpoint.transport.sendRtp(clientPeer, rtpPacket(1, Uint8Array.of(1)), false)).toBe(true);
    expect(server.endpoint.transport.sendRtp(serverPeer, rtpPacket(2, Uint8Array.of(2)), false)).toBe(true);
    await until(() => recordsOf(server.endpoint, RECORD_KIND.rtp, serverPeer).length > 0, 'the packet');
    await until(() => recordsOf(client.endpoint, RECORD_KIND.rtp, clientPeer).length > 0, 'the packet');
    expect(recordsOf(server.endpoint, RECORD_KIND.rtp, serverPeer)[0]?.bytes).toEqual(rtpPacket(1, Uint8Array.of(1)));
  });

  it('says goodbye when its peer is closed, and when the transport is', async () => {
    const first = await connectByStream();
    first.server.endpoint.transport.closePeer(first.serverPeer);
    await until(() => recordsOf(first.client.endpoint, RECORD_KIND.dtlsClosed, first.clientPeer).length > 0, 'the end');
    const second = await connectByStream();
    second.server.endpoint.transport.close();
    await until(
      () => recordsOf(second.client.endpoint, RECORD_KIND.dtlsClosed, second.clientPeer).length > 0,
      'the end',
    );
  });

  it('gives STUN records with its route, which is the way back', () => {
    const { endpoint, sent } = openStreamEndpoint();
    const route = streamRoute(9);
    const request = new Uint8Array(20).fill(3, 0, 1);
    receive(endpoint, route, request, request);
    expect(endpoint.received.map(({ kind, bytes, route: from }) => ({ kind, bytes, from }))).toEqual([
      { kind: RECORD_KIND.stun, bytes: request, from: route },
      { kind: RECORD_KIND.stun, bytes: request, from: route },
    ]);
    expect(endpoint.transport.sendDatagram(route, request)).toBe(true);
    expect(sent).toEqual([{ stream: 9, datagram: request }]);
  });

  it('is another way than UDP or another stream of the same address', async () => {
    const server = openStreamEndpoint().endpoint;
    const client = endpoints.open();
    const { serverPeer } = await connect(client, server);
    const port = client.transport.port;
    receive(server, streamRoute(1, port), rtpPacket(1, new Uint8Array(30)));
    expect(server.transport.counters[COUNTER.droppedUnknownAddress]).toBe(1);
    server.transport.addRoute(serverPeer, streamRoute(1, port));
    receive(server, streamRoute(1, port), rtpPacket(1, new Uint8Array(30)));
    expect(server.transport.counters[COUNTER.authenticationFailures]).toBe(1);
    receive(server, streamRoute(2, port), rtpPacket(1, new Uint8Array(30)));
    expect(server.transport.counters[COUNTER.droppedUnknownAddress]).toBe(2);
  });

  it('brings what a fan-out sends in one piece, and drops whole packets while it is blocked', async () => {
    const { server, serverPeer, client, clientPeer } = await connectByStream();
    const { transport } = server.endpoint;
    const pieces: Uint8Array[] = [];
    server.link = (datagram) => pieces.push(datagram);
    const packet = rtpPacket(1, Uint8Array.of(9));
    const packets = Buffer.concat([packet, rtpPacket(2, Uint8Array.of(8))]);
    const rows = new Uint8Array(ROW.bytes);
    const view = new DataView(rows.buffer);
    view.setUint32(ROW.peer, serverPeer, LITTLE_ENDIAN);
    const pairs = Uint32Array.of(0, packet.length, packet.length, packet.length);
    expect(transport.fanOut(packets, pairs, 2, rows, 0, 1, false)).toBe(2);
    expect(pieces).toHaveLength(2);
    transport.blockStream(7, true);
    expect(transport.fanOut(rtpPacket(3, Uint8Array.of(7)), pairs, 1, rows, 0, 1, false)).toBe(0);
    expect(transport.sendRtp(serverPeer, rtpPacket(4, Uint8Array.of(7)), false)).toBe(false);
    expect(view.getFloat64(ROW.packetsSent, LITTLE_ENDIAN)).toBe(2);
    expect(view.getFloat64(ROW.packetsDropped, LITTLE_ENDIAN)).toBe(1);
    expect(transport.counters[COUNTER.droppedStreamFull]).toBe(2);
    transport.blockStream(7, false);
    expect(transport.fanOut(rtpPacket(5, Uint8Array.of(7)), pairs, 1, rows, 0, 1, false)).toBe(1);
    receive(client.endpoint, streamRoute(7), ...pieces);
    expect(
      recordsOf(client.endpoint, RECORD_KIND.rtp, clientPeer).map(({ words }) => (words[1] ?? 0) & 0xffff),
    ).toEqual([1, 2, 5]);
  });

  it('gets nothing any more once its route is removed', async () => {
    const { server, serverPeer, route } = await connectByStream();
    const { transport } = server.endpoint;
    transport.removeRoute(route);
    expect(transport.sendRtp(serverPeer, rtpPacket(1, Uint8Array.of(1)), false)).toBe(false);
    // Another way may be chosen afterwards.
    transport.addRoute(serverPeer, streamRoute(8));
    transport.selectRoute(serverPeer, streamRoute(8));
    expect(transport.sendRtp(serverPeer, rtpPacket(1, Uint8Array.of(1)), false)).toBe(true);
    transport.removeRoute(route);
    expect(transport.sendRtp(serverPeer, rtpPacket(2, Uint8Array.of(1)), false)).toBe(true);
  });

  it('takes garbage and any length without harm', () => {
    const { endpoint } = openStreamEndpoint();
    const route = streamRoute(1);
    let state = 1;
    const random = (): number => (state = (state * 48271) % 2147483647);
    for (let round = 0; round < 50; round += 1) {
      receive(
        endpoint,
        route,
        ...Array.from({ length: BATCH_DATAGRAMS }, () => Uint8Array.from({ length: random() % 100 }, random)),
      );
    }
    receive(endpoint, route, new Uint8Array(MAXIMUM_DATAGRAM_BYTES), new Uint8Array(MAXIMUM_DATAGRAM_BYTES + 1));
    receive(endpoint, route);
    const stun = endpoint.received.filter(({ bytes }) => bytes.length >= MAXIMUM_DATAGRAM_BYTES);
    expect(stun.map(({ bytes }) => bytes.length)).toEqual([MAXIMUM_DATAGRAM_BYTES]);
  });

  it('cannot be received from while a batch is handled', () => {
    const { endpoint } = openStreamEndpoint();
    const route = streamRoute(1);
    let caught: unknown;
    endpoint.afterBatch = () => {
      try {
        receive(endpoint, route, new Uint8Array(20));
      } catch (error) {
        caught = error;
      }
    };
    receive(endpoint, route, new Uint8Array(20));
    expect(caught).toMatchObject({ code: 'ERR_IN_BATCH' });
    endpoint.afterBatch = undefined;
    receive(endpoint, route, new Uint8Array(20));
    expect(endpoint.received).toHaveLength(2);
  });

  it('may end its peer or the transport while data is handed over', async () => {
    const { server, serverPeer } = await connectByStream();
    const { transport } = server.endpoint;
    server.link = () => transport.closePeer(serverPeer);
    transport.sendRtp(serverPeer, rtpPacket(1, Uint8Array.of(1)), false);
    expect(transport.peerCount()).toBe(0);
    const other = await connectByStream();
    other.server.link = () => other.server.endpoint.transport.close();
    other.server.endpoint.transport.sendRtp(other.serverPeer, rtpPacket(1, Uint8Array.of(1)), false);
    expect(() => other.server.endpoint.transport.peerCount()).toThrow('The transport is closed.');
  });
});
