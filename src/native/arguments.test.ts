import { afterEach, describe, expect, it } from 'vitest';
import type { Transport } from './addon.ts';
import { COUNTER, ROUTE, ROUTE_BYTES, ROUTE_PROTOCOL, ROW } from './addon.ts';
import { Endpoints } from './testing/transport-harness.ts';
import { createTransport, generateCertificate } from './transport.ts';

const endpoints = new Endpoints();

afterEach(() => endpoints.closeAll());

/** The code of the error that a call throws. */
function codeOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return 'nothing was thrown';
}

describe('handles', () => {
  it('are never 0 and not used again soon', () => {
    const { transport, certificate } = endpoints.open();
    const options = { role: 'server', fingerprintAlgorithm: 'sha-256', fingerprint: certificate.fingerprint } as const;
    const seen = new Set<number>();
    for (let round = 0; round < 5000; round += 1) {
      const peer = transport.createPeer(options);
      seen.add(peer);
      transport.closePeer(peer);
    }
    expect(seen.size).toBe(5000);
    expect(seen.has(0)).toBe(false);
    expect(transport.peerCount()).toBe(0);
  });

  it('run out at 65,535', () => {
    const { transport, certificate } = endpoints.open();
    const options = { role: 'server', fingerprintAlgorithm: 'sha-256', fingerprint: certificate.fingerprint } as const;
    const peers = Array.from({ length: 65_535 }, () => transport.createPeer(options));
    expect(() => transport.createPeer(options)).toThrow(/as many peers as it can/);
    transport.closePeer(peers[100] ?? 0);
    expect(transport.createPeer(options)).not.toBe(peers[100]);
    expect(transport.peerCount()).toBe(65_535);
  });
});

describe('createTransport', () => {
  const certificate = generateCertificate();
  const options = { address: '127.0.0.1', port: 0, receiveBufferBytes: 1e6, sendBufferBytes: 1e6, certificate };
  const make = (changes: object): Transport => {
    const transport = createTransport({ ...options, onBatch: () => undefined, ...changes });
    transport.close();
    return transport;
  };

  it('tells its port, family and arrays', () => {
    const transport = make({});
    expect(transport.port).toBeGreaterThan(0);
    expect(transport.family).toBe(4);
    expect(transport.counters).toHaveLength(COUNTER.count);
    expect(transport.data).toBe(transport.data);
  });

  it('refuses options that do not fit', () => {
    expect(() => make({ address: 'localhost' })).toThrow(TypeError);
    expect(() => make({ address: 7 })).toThrow('address must be a string.');
    expect(() => make({ port: 65_536 })).toThrow(RangeError);
    expect(() => make({ port: 1.5 })).toThrow(RangeError);
    expect(() => make({ port: '1' })).toThrow(TypeError);
    expect(() => make({ receiveBufferBytes: -1 })).toThrow(RangeError);
    expect(() => make({ certificate: {} })).toThrow('certificate must come from generateCertificate().');
    expect(() => make({ certificate: undefined })).toThrow(TypeError);
    expect(() => make({ onBatch: undefined })).toThrow('onBatch must be a function.');
    expect(() => make({ onStreamData: 1 })).toThrow('onStreamData must be a function.');
    expect(() => make({ segmentationOffload: 1 })).toThrow(TypeError);
    expect(() => make({ srtpProfiles: [] })).toThrow(TypeError);
    expect(() => make({ srtpProfiles: [2] })).toThrow(TypeError);
    expect(() => make({ srtpProfiles: [1, 1] })).toThrow(TypeError);
  });

  it('says why a socket cannot be had', () => {
    const { transport } = endpoints.open();
    expect(() => make({ port: transport.port })).toThrow(
      /Cannot open UDP port \d+ on 127\.0\.0\.1: address already in use/,
    );
    expect(codeOf(() => make({ port: transport.port }))).toBe('EADDRINUSE');
    expect(codeOf(() => make({ address: '192.0.2.1' }))).toBe('EADDRNOTAVAIL');
  });
});

describe('arguments', () => {
  const route = new Uint8Array(ROUTE_BYTES);
  const streamRoute = new Uint8Array(ROUTE_BYTES);
  streamRoute[ROUTE.protocol] = ROUTE_PROTOCOL.stream;
  streamRoute[ROUTE.stream] = 1;

  it('are checked for their type and length', () => {
    const { transport } = endpoints.open();
    const fingerprint = new Uint8Array(32);
    const peer = transport.createPeer({ role: 'server', fingerprintAlgorithm: 'sha-256', fingerprint });
    const loose = transport as unknown as Record<string, (...values: unknown[]) => unknown>;
    const calls: [string, ...unknown[]][] = [
      ['createPeer'],
      ['createPeer', { role: 'both', fingerprintAlgorithm: 'sha-256', fingerprint }],
      ['createPeer', { role: 'client', fingerprintAlgorithm: 'md5', fingerprint }],
      ['createPeer', { role: 'client', fingerprintAlgorithm: 'sha-512', fingerprint }],
      ['addRoute', peer, route.subarray(1)],
      ['addRoute', peer, new Uint16Array(20)],
      ['addRoute', 'x', route],
      ['addRoute', -1, route],
      ['selectRoute', peer, null],
      ['selectRoute', peer, route],
      ['removeRoute'],
      ['startDtls'],
      ['dtlsTimeout', {}],
      ['trackSends', peer, 0, 16, 0],
      ['trackSends', peer, 256, 16, 0],
      ['trackSends', peer, 3, 0, 0],
      ['trackSends', peer, 3, 1, 0],
      ['trackSends', peer, 3, 48, 0],
      ['trackSends', peer, 3, 131_072, 0],
      ['trackSends', peer, 3, 16, Number.NaN],
      ['trackSends', peer, 3, 16, 1e13],
      ['trackSends', peer, 3, 16],
      ['sendDatagram', route, 'text'],
      ['sendDatagram', route.subarray(2), route],
      ['sendRtp', peer, route],
      ['sendRtp', peer, new Uint32Array(4), false],
      ['sendRtcp', peer, undefined],
      ['receiveFromStream', route, route, new Uint32Array(2), 1],
      ['receiveFromStream', streamRoute, route, new Uint32Array(2), 2],
      ['receiveFromStream', streamRoute, route, Uint32Array.of(1, 40), 1],
      ['receiveFromStream', streamRoute, route, new Uint32Array(258), 129],
      ['receiveFromStream', streamRoute, [], new Uint32Array(2), 1],
      ['selectRoute', peer, streamRoute],
      ['blockStream', 7],
      ['blockStream', 'x', true],
    ];
    for (const [name, ...values] of calls) {
      const code = codeOf(() => loose[name]?.call(transport, ...values));
      expect(code, `${name} ${JSON.stringify(values)}`).toMatch(/^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/);
    }
    expect(() => loose['peerCount']?.call({})).toThrow(TypeError);
  });

  it('of fanOut are checked against each other', () => {
    const { transport } = endpoints.open();
    const source = new Uint8Array(100);
    const rows = new Uint8Array(ROW.bytes * 2);
    const packets = Uint32Array.of(0, 100);
    const fanOut = (packetWords: Uint32Array, packetCount: number, firstRow: number, rowCount: number): number =>
      transport.fanOut(source, packetWords, packetCount, rows, firstRow, rowCount, false);
    expect(() => fanOut(packets, 2, 0, 1)).toThrow(RangeError);
    expect(() => fanOut(Uint32Array.of(1, 100), 1, 0, 1)).toThrow(RangeError);
    expect(() => fanOut(Uint32Array.of(0xffffffff, 0xffffffff), 1, 0, 1)).toThrow(RangeError);
    expect(() => fanOut(packets, 1, 2, 1)).toThrow(RangeError);
    expect(() => fanOut(packets, 1, 0xffffffff, 0xffffffff)).toThrow(RangeError);
    expect(() => fanOut(packets, 1, 0, Number.NaN)).toThrow(RangeError);
    expect(fanOut(packets, 1, 0, 2)).toBe(0);
    expect(fanOut(packets, 0, 2, 0)).toBe(0);
  });
});
