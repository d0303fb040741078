import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { COUNTER, RECORD_KIND } from './addon.ts';
import type { Transport } from './addon.ts';
import {
  connect,
  Endpoints,
  loopbackRoute,
  makePeers,
  pause,
  recordsOf,
  rtpPacket,
  until,
} from './testing/transport-harness.ts';

const endpoints = new Endpoints();

afterEach(() => endpoints.closeAll());

const stunLike = new Uint8Array(20);

describe('a closed transport', () => {
  it('throws a readable error from every call but close', () => {
    const { transport, certificate } = endpoints.open();
    const { fingerprint } = certificate;
    const peer = transport.createPeer({ role: 'server', fingerprintAlgorithm: 'sha-256', fingerprint });
    const route = loopbackRoute('127.0.0.1', 9);
    transport.close();
    transport.close();
    const calls: ((closed: Transport) => unknown)[] = [
      (closed) => closed.createPeer({ role: 'server', fingerprintAlgorithm: 'sha-256', fingerprint }),
      (closed) => closed.addRoute(peer, route),
      (closed) => closed.removeRoute(route),
      (closed) => closed.selectRoute(peer, route),
      (closed) => closed.startDtls(peer),
      (closed) => closed.dtlsTimeout(peer),
      (closed) => closed.handleDtlsTimeout(peer),
      (closed) => closed.closePeer(peer),
      (closed) => closed.sendDatagram(route, stunLike),
      (closed) => closed.sendRtp(peer, rtpPacket(1, stunLike), false),
      (closed) => closed.sendRtcp(peer, stunLike),
      (closed) => closed.fanOut(stunLike, new Uint32Array(2), 1, new Uint8Array(72), 0, 1, false),
      (closed) => closed.peerCount(),
    ];
    for (const call of calls) expect(() => call(transport)).toThrow('The transport is closed.');
    expect(transport.port).toBeGreaterThan(0);
    expect(transport.counters[COUNTER.datagramsSent]).toBe(0);
  });

  it('gives its port back at once', () => {
    const first = endpoints.open();
    const { port } = first.transport;
    first.transport.close();
    expect(endpoints.open('127.0.0.1', { port }).transport.port).toBe(port);
  });
});

describe('a closed peer', () => {
  it('is ignored where that is harmless, and named where it is not', () => {
    const { transport, certificate } = endpoints.open();
    const { fingerprint } = certificate;
    const peer = transport.createPeer({ role: 'client', fingerprintAlgorithm: 'sha-256', fingerprint });
    const route = loopbackRoute('127.0.0.1', 9);
    transport.closePeer(peer);
    transport.closePeer(peer);
    expect(transport.dtlsTimeout(peer)).toBe(-1);
    transport.handleDtlsTimeout(peer);
    expect(transport.sendRtp(peer, rtpPacket(1, stunLike), false)).toBe(false);
    expect(transport.sendRtcp(peer, stunLike)).toBe(false);
    for (const handle of [peer, 0, 0xffffffff]) {
      expect(() => transport.addRoute(handle, route)).toThrow(/No such peer/);
      expect(() => transport.selectRoute(handle, route)).toThrow(/No such peer/);
      expect(() => transport.startDtls(handle)).toThrow(/No such peer/);
    }
  });
});

describe('inside onBatch', () => {
  it('the transport may be closed', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const { clientPeer } = await connect(client, server);
    let batches = 0;
    server.afterBatch = () => {
      batches += 1;
      server.transport.close();
      expect(() => server.transport.peerCount()).toThrow('The transport is closed.');
    };
    for (let count = 0; count < 300; count += 1) {
      client.transport.sendRtp(clientPeer, rtpPacket(count, Uint8Array.of(1)), false);
    }
    await until(() => batches > 0, 'a batch');
    await pause(20);
    expect(batches).toBe(1);
  });

  it('peers may be closed and made', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const { clientPeer, serverPeer } = await connect(client, server);
    let made = 0;
    server.afterBatch = () => {
      server.transport.closePeer(serverPeer);
      made = server.transport.createPeer({
        role: 'server',
        fingerprintAlgorithm: 'sha-256',
        fingerprint: client.certificate.fingerprint,
      });
    };
    client.transport.sendRtp(clientPeer, rtpPacket(1, Uint8Array.of(1)), false);
    await until(() => made > 0, 'the batch');
    expect(server.transport.peerCount()).toBe(1);
  });

  it('an exception reaches uncaughtException, and the transport goes on', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const { clientPeer, serverPeer } = await connect(client, server);
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const caught: unknown[] = [];
    process.on('uncaughtException', (error) => caught.push(error));
    try {
      server.afterBatch = () => {
        throw new Error('from the callback');
      };
      for (let count = 0; count < 3; count += 1) {
        client.transport.sendRtp(clientPeer, rtpPacket(count, Uint8Array.of(1)), false);
        await until(() => caught.length > count, 'the exception');
      }
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
    server.afterBatch = undefined;
    expect(caught).toEqual([1, 2, 3].map(() => new Error('from the callback')));
    client.transport.sendRtp(clientPeer, rtpPacket(9, Uint8Array.of(1)), false);
    await until(() => recordsOf(server, RECORD_KIND.rtp, serverPeer).length === 4, 'RTP after the exceptions');
  });

  it('the order of events and promises is that of any callback', async () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const order: string[] = [];
    server.afterBatch = () => {
      process.nextTick(() => order.push('tick'));
      void Promise.resolve().then(() => order.push('promise'));
      order.push('batch');
    };
    const route = loopbackRoute('127.0.0.1', server.transport.port);
    client.transport.sendDatagram(route, stunLike);
    await until(() => order.length === 3, 'the batch');
    expect(order).toEqual(['batch', 'tick', 'promise']);
  });
});

describe('an event outside a read', () => {
  it('comes in a batch of its own', async () => {
    const client = endpoints.open();
    const server = endpoints.open();
    const { clientPeer } = makePeers(client, server);
    client.transport.startDtls(clientPeer);
    expect(client.received).toEqual([]);
    client.transport.closePeer(clientPeer);
    await pause(20);
    expect(client.received).toEqual([]);
  });
});

describe('a process', () => {
  it.each([
    ['exitInCallback', 0],
    ['closeAndLeave', 0],
    ['uncaught', 1],
    ['threads', 0],
    ['collect', 0],
    ['churn', 0],
  ])('ends as it should: %s', { timeout: 120_000 }, async (scenario, expected) => {
    const script = fileURLToPath(new URL('testing/exit-scenarios.ts', import.meta.url));
    const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', script, scenario], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect({ code, signal }, errors).toEqual({ code: expected, signal: null });
    expect(errors.includes('from the callback')).toBe(scenario === 'uncaught');
  });
});
