/**
 * Ways for a process or thread to end while transports are open; lifecycle.test.ts runs each in a child process.
 * Usage: exit-scenarios.ts NAME
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { ROUTE, ROUTE_PROTOCOL, ROW } from '../addon.ts';
import { connect, loopbackRoute, makePeers, openEndpoint, pause, rtcpPacket, rtpPacket } from './transport-harness.ts';

const CLIENT = { role: 'client', fingerprintAlgorithm: 'sha-256' } as const;

/** Threads do not inherit the TypeScript loader. */
const THREAD = `
  import('tsx/esm/api').then(({ register }) => {
    register();
    return import(${JSON.stringify(import.meta.url)});
  });
`;

const SCENARIOS: Record<string, () => Promise<void>> = {
  /** process.exit inside onBatch, amid peers and pending handshakes. */
  async exitInCallback() {
    const { server, client } = await openConnected();
    server.afterBatch = () => process.exit(0);
    client.transport.sendDatagram(loopbackRoute('127.0.0.1', server.transport.port), new Uint8Array(20));
    await pause(2000);
    process.exit(3);
  },

  /** The loop ends by itself once the last transport is closed. */
  async closeAndLeave() {
    const { server, client } = await openConnected();
    server.transport.close();
    client.transport.close();
  },

  /** An exception in onBatch that nobody catches ends the process like any other. */
  async uncaught() {
    const { server, client } = await openConnected();
    server.afterBatch = () => {
      throw new Error('from the callback');
    };
    client.transport.sendDatagram(loopbackRoute('127.0.0.1', server.transport.port), new Uint8Array(20));
    await pause(2000);
  },

  /** Threads end in all ways: terminated from outside, by their own exit, in a callback, with everything closed. */
  async threads() {
    for (const ending of ['terminate', 'exit', 'exitInCallback', 'close']) {
      const worker = new Worker(THREAD, { eval: true, workerData: ending });
      const exited = once(worker, 'exit');
      await once(worker, 'message');
      if (ending === 'terminate') await worker.terminate();
      await exited;
    }
    // The addon still works in this thread.
    const { server, client } = await openConnected();
    server.transport.close();
    client.transport.close();
  },

  /** Everything that takes memory, for the search for leaks: handshakes that work, fail and never end, media, garbage. */
  async churn() {
    const server = openEndpoint('::', { onStreamData: () => undefined });
    const { transport } = server;
    const stream = loopbackRoute('127.0.0.1', 1);
    stream.set([ROUTE_PROTOCOL.stream, 0, 9, 9, 9, 9], ROUTE.protocol);
    for (let round = 0; round < 3; round += 1) {
      const client = openEndpoint('127.0.0.1');
      const { clientPeer, serverPeer } = await connect(client, server);
      client.transport.sendRtp(clientPeer, rtpPacket(round, new Uint8Array(100)), false);
      transport.sendRtcp(serverPeer, rtcpPacket(1));
      for (const entries of [16, 32]) transport.trackSends(serverPeer, 5, entries, 0);
      const packet = rtpPacket(1, new Uint8Array(100));
      const row = new Uint8Array(ROW.bytes);
      new Uint32Array(row.buffer)[0] = serverPeer;
      transport.fanOut(packet, Uint32Array.of(0, packet.length), 1, row, 0, 1, false);
      const wrong = client.transport.createPeer({ ...CLIENT, fingerprint: new Uint8Array(32) });
      client.transport.closePeer(clientPeer);
      const route = loopbackRoute('127.0.0.1', transport.port);
      client.transport.addRoute(wrong, route);
      client.transport.selectRoute(wrong, route);
      client.transport.startDtls(wrong);
      client.transport.sendDatagram(route, new Uint8Array(50).fill(22));
      makePeers(client, server);
      transport.receiveFromStream(stream, new Uint8Array(60), Uint32Array.of(0, 20, 20, 40), 2);
      transport.sendDatagram(stream, new Uint8Array(20));
      transport.blockStream(round, true);
      transport.selectRoute(transport.createPeer({ ...CLIENT, fingerprint: new Uint8Array(32) }), stream);
      await pause(20);
      client.transport.close();
    }
    server.transport.close();
  },

  /** Transports nobody refers to stay open, and closed ones are collected. */
  async collect() {
    if (globalThis.gc === undefined) throw new Error('Needs --expose-gc.');
    let batches = 0;
    const port = ((): number => {
      const endpoint = openEndpoint('127.0.0.1');
      endpoint.afterBatch = () => (batches += 1);
      return endpoint.transport.port;
    })();
    for (let round = 0; round < 20; round += 1) {
      openEndpoint('127.0.0.1').transport.close();
      if (round % 5 === 0) await pause(1);
      globalThis.gc();
    }
    const client = openEndpoint('127.0.0.1');
    client.transport.sendDatagram(loopbackRoute('127.0.0.1', port), new Uint8Array(20));
    await pause(50);
    process.exit(batches === 1 ? 0 : 4);
  },
};

async function openConnected() {
  const server = openEndpoint('127.0.0.1');
  const client = openEndpoint('127.0.0.1');
  await connect(client, server);
  return { server, client };
}

/** What a thread of the scenario `threads` does. */
async function runThread(ending: unknown): Promise<void> {
  const { server, client } = await openConnected();
  if (ending === 'exitInCallback') server.afterBatch = () => process.exit(0);
  parentPort?.postMessage('open');
  if (ending === 'exitInCallback') {
    client.transport.sendDatagram(loopbackRoute('127.0.0.1', server.transport.port), new Uint8Array(20));
  }
  if (ending === 'exit') process.exit(0);
  if (ending === 'close') {
    server.transport.close();
    client.transport.close();
  }
}

if (isMainThread) {
  const scenario = SCENARIOS[process.argv[2] ?? ''];
  if (scenario === undefined) throw new Error('No such scenario.');
  await scenario();
} else {
  await runThread(workerData);
}
