import type { Certificate, Transport, TransportOptions } from '../addon.ts';
import { RECORD, RECORD_KIND, RECORD_WORDS, ROUTE_BYTES } from '../addon.ts';
import { createTransport, generateCertificate } from '../transport.ts';

/** A record with the bytes it names, copied out of the batch. */
export interface ReceivedRecord {
  kind: number;
  peer: number;
  bytes: Uint8Array;
  /** Words 4 to 7. */
  words: number[];
  /** Only with STUN. */
  route: Uint8Array | undefined;
}

/** A transport that keeps what it received. */
export interface Endpoint {
  transport: Transport;
  certificate: Certificate;
  received: ReceivedRecord[];
  /** Called at the end of each batch. */
  afterBatch: (() => void) | undefined;
}

/** Opens endpoints and closes them together. */
export class Endpoints {
  private readonly opened: Endpoint[] = [];

  open(address = '127.0.0.1', options: Partial<TransportOptions> = {}): Endpoint {
    const endpoint = openEndpoint(address, options);
    this.opened.push(endpoint);
    return endpoint;
  }

  closeAll(): void {
    for (const { transport } of this.opened.splice(0)) transport.close();
  }
}

function copyRecords(transport: Transport, count: number): ReceivedRecord[] {
  const copies: ReceivedRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    const words = Array.from(transport.records.subarray(index * RECORD_WORDS, (index + 1) * RECORD_WORDS));
    const word = (position: number): number => words[position] ?? 0;
    const offset = word(RECORD.offset);
    const route = word(RECORD.ssrc);
    copies.push({
      kind: word(RECORD.kind),
      peer: word(RECORD.peer),
      bytes: transport.data.slice(offset, offset + word(RECORD.length)),
      words: words.slice(4),
      route: word(RECORD.kind) === RECORD_KIND.stun ? transport.data.slice(route, route + ROUTE_BYTES) : undefined,
    });
  }
  return copies;
}

/** Opens a transport on a loopback address; the caller closes it. */
export function openEndpoint(address: string, options: Partial<TransportOptions> = {}): Endpoint {
  const certificate = options.certificate ?? generateCertificate();
  const transport = createTransport({
    address,
    port: 0,
    receiveBufferBytes: 1 << 20,
    sendBufferBytes: 1 << 20,
    ...options,
    certificate,
    onBatch: (count) => {
      endpoint.received.push(...copyRecords(transport, count));
      endpoint.afterBatch?.();
    },
  });
  const endpoint: Endpoint = { transport, certificate, received: [], afterBatch: undefined };
  return endpoint;
}

function addressBytes(address: string): number[] {
  if (address === '::1') return [...new Array<number>(15).fill(0), 1];
  return [...new Array<number>(10).fill(0), 0xff, 0xff, ...address.split('.').map(Number)];
}

/** The route to a port of a loopback address ('::1' or dotted IPv4), by default from the same address. */
export function loopbackRoute(address: string, port: number, local = address): Uint8Array {
  const route = new Uint8Array(ROUTE_BYTES);
  route.set(addressBytes(address), 0);
  route.set(addressBytes(local), 16);
  route.set([port >> 8, port & 0xff], 32);
  return route;
}

/** The remote port of a route. */
export function remotePort(route: Uint8Array): number {
  return ((route[32] ?? 0) << 8) | (route[33] ?? 0);
}

/** Waits until the condition holds; throws after so many milliseconds. */
export async function until(condition: () => boolean, what: string, patience = 4000): Promise<void> {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Drives the retransmissions of the peers until the condition holds. */
export async function driveUntil(
  sides: (readonly [Endpoint, number])[],
  condition: () => boolean,
  what: string,
): Promise<void> {
  const drive = setInterval(() => {
    for (const [{ transport }, peer] of sides) {
      if (transport.dtlsTimeout(peer) === 0) transport.handleDtlsTimeout(peer);
    }
  }, 5);
  try {
    await until(condition, what);
  } finally {
    clearInterval(drive);
  }
}

/** Waits a while for what must not happen. */
export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Records of one kind that the endpoint got from one peer. */
export function recordsOf(endpoint: Endpoint, kind: number, peer: number): ReceivedRecord[] {
  return endpoint.received.filter((record) => record.kind === kind && record.peer === peer);
}

/** Makes the two sides' peers, with routes to each other (or to a relay's ports); starts no handshake. */
export function makePeers(
  client: Endpoint,
  server: Endpoint,
  options: { address?: string; portToServer?: number; portToClient?: number } = {},
): { clientPeer: number; serverPeer: number } {
  const { address = '127.0.0.1' } = options;
  const make = (from: Endpoint, to: Endpoint, role: 'client' | 'server', port: number): number => {
    const fingerprint = to.certificate.fingerprint;
    const peer = from.transport.createPeer({ role, fingerprintAlgorithm: 'sha-256', fingerprint });
    const route = loopbackRoute(address, port);
    from.transport.addRoute(peer, route);
    from.transport.selectRoute(peer, route);
    return peer;
  };
  return {
    clientPeer: make(client, server, 'client', options.portToServer ?? server.transport.port),
    serverPeer: make(server, client, 'server', options.portToClient ?? client.transport.port),
  };
}

/** Makes two peers and runs their handshake to its end. */
export async function connect(
  client: Endpoint,
  server: Endpoint,
  address = '127.0.0.1',
): Promise<{ clientPeer: number; serverPeer: number }> {
  const peers = makePeers(client, server, { address });
  client.transport.startDtls(peers.clientPeer);
  await connected(client, peers.clientPeer);
  await connected(server, peers.serverPeer);
  return peers;
}

/** Waits for a peer's handshake to complete. */
export async function connected(endpoint: Endpoint, peer: number): Promise<void> {
  await until(() => recordsOf(endpoint, RECORD_KIND.dtlsConnected, peer).length > 0, 'a handshake');
}

/** A minimal RTP packet. */
export function rtpPacket(sequence: number, payload: Uint8Array, ssrc = 0x11223344): Uint8Array {
  const packet = new Uint8Array(12 + payload.length);
  const view = new DataView(packet.buffer);
  view.setUint8(0, 0x80);
  view.setUint8(1, 96);
  view.setUint16(2, sequence);
  view.setUint32(4, 90_000);
  view.setUint32(8, ssrc);
  packet.set(payload, 12);
  return packet;
}

/** A receiver report without blocks. */
export function rtcpPacket(ssrc: number): Uint8Array {
  const packet = new Uint8Array(8);
  const view = new DataView(packet.buffer);
  view.setUint32(0, 0x80c90001);
  view.setUint32(4, ssrc);
  return packet;
}
