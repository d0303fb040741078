import { endianness } from 'node:os';
import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { COUNTER, RECORD_KIND, ROW, SEND_RING } from './addon.ts';
import { connect, Endpoints, makePeers, recordsOf, rtpPacket, until } from './testing/transport-harness.ts';

const EXTENSION_ID = 5;
const LITTLE_ENDIAN = endianness() === 'LE';
const endpoints = new Endpoints();

afterEach(() => endpoints.closeAll());

/** An RTP packet with one-byte header extensions, `extension` in hex, and a payload. */
function withExtension(sequence: number, extension: string, ssrc = 0x11223344): Uint8Array {
  const block = Buffer.from(extension, 'hex');
  const packet = Buffer.concat([
    rtpPacket(sequence, new Uint8Array(0), ssrc),
    Uint8Array.of(0xbe, 0xde, 0, block.length / 4),
    block,
    Uint8Array.of(1, 2, 3),
  ]);
  packet[0] = 0x90;
  return Uint8Array.from(packet);
}

async function tracked(entries = 16) {
  const server = endpoints.open();
  const client = endpoints.open();
  const { clientPeer, serverPeer } = await connect(client, server);
  const ring = server.transport.trackSends(serverPeer, EXTENSION_ID, entries, performance.now());
  const received = () => recordsOf(client, RECORD_KIND.rtp, clientPeer).map(({ bytes }) => bytes);
  return { server, serverPeer, ring, received };
}

/** The words of the packet with this number. */
function entry(ring: Uint32Array, sequence: number): number[] {
  const start = (sequence % (ring.length / SEND_RING.entryWords)) * SEND_RING.entryWords;
  return Array.from(ring.subarray(start, start + SEND_RING.entryWords));
}

describe('transport-wide numbers', () => {
  it('replace the placeholder of what sendRtp sends, and the send is noted with time and size', async () => {
    const { server, serverPeer, ring, received } = await tracked();
    expect(ring).toHaveLength(16 * SEND_RING.entryWords);
    const before = performance.now();
    expect(server.transport.sendRtp(serverPeer, withExtension(1, '10aa51ffff000000'), false)).toBe(true);
    expect(server.transport.sendRtp(serverPeer, withExtension(2, '51ffff00', 77), false)).toBe(true);
    expect(server.transport.sendRtp(serverPeer, withExtension(3, '61ffff00'), false)).toBe(true);
    const after = performance.now();
    await until(() => received().length === 3, 'the packets');
    expect(received()).toEqual([
      withExtension(1, '10aa510000000000'),
      withExtension(2, '51000100', 77),
      withExtension(3, '61ffff00'),
    ]);
    const [word, time = 0, bytes] = entry(ring, 0);
    expect(word).toBe(SEND_RING.sent);
    expect(time / 1000).toBeGreaterThanOrEqual(before - 0.01);
    expect(time / 1000).toBeLessThanOrEqual(after + 0.01);
    // AEAD_AES_128_GCM adds a tag of 16 bytes (RFC 7714 13.2).
    expect(bytes).toBe(withExtension(1, '10aa51ffff000000').length + 16);
    expect(entry(ring, 1)[0]).toBe(SEND_RING.sent | 1);
    expect(entry(ring, 2)).toEqual([0, 0, 0]);
  });

  it('are not written into an element of another length, nor without an extension block', async () => {
    const { server, serverPeer, ring, received } = await tracked();
    const packets = [withExtension(1, '50ff0000'), withExtension(2, '52ffffff'), rtpPacket(3, Uint8Array.of(1))];
    for (const packet of packets) expect(server.transport.sendRtp(serverPeer, packet, false)).toBe(true);
    await until(() => received().length === 3, 'the packets');
    expect(received()).toEqual(packets);
    expect(entry(ring, 0)).toEqual([0, 0, 0]);
  });

  it('go on from sendRtp to the rows of a fan-out and into another ring', async () => {
    const { server, serverPeer, ring, received } = await tracked();
    server.transport.sendRtp(serverPeer, withExtension(1, '51ffff00'), false);
    const packet = rtpPacket(1, Uint8Array.of(9));
    const rows = new Uint8Array(ROW.bytes);
    new DataView(rows.buffer).setUint32(ROW.peer, serverPeer, LITTLE_ENDIAN);
    rows[ROW.transportSequenceId] = EXTENSION_ID;
    const fanOut = (retransmission: boolean): number =>
      server.transport.fanOut(packet, Uint32Array.of(0, packet.length), 1, rows, 0, 1, retransmission);
    expect(fanOut(false)).toBe(1);
    expect(fanOut(true)).toBe(0);
    const next = server.transport.trackSends(serverPeer, EXTENSION_ID, 4, performance.now());
    server.transport.sendRtp(serverPeer, withExtension(2, '51ffff00'), false);
    await until(() => received().length === 3, 'the packets');
    expect(received()[1]?.subarray(12, 20)).toEqual(Uint8Array.of(0xbe, 0xde, 0, 1, 0x51, 0, 1, 0));
    expect(received()[2]).toEqual(withExtension(2, '51000200'));
    expect(entry(ring, 1)[0]).toBe(SEND_RING.sent | 1);
    expect(entry(ring, 2)[0]).toBe(0);
    expect(entry(next, 2)[0]).toBe(SEND_RING.sent | 2);
  });

  it('forbid a retransmission, which would not be byte for byte the same', async () => {
    const { server, serverPeer } = await tracked();
    expect(server.transport.sendRtp(serverPeer, withExtension(1, '51ffff00'), false)).toBe(true);
    expect(server.transport.sendRtp(serverPeer, withExtension(1, '51ffff00'), true)).toBe(false);
    expect(server.transport.counters[COUNTER.reusedIndexes]).toBe(1);
    // What has no number may go again.
    expect(server.transport.sendRtp(serverPeer, rtpPacket(2, Uint8Array.of(1)), false)).toBe(true);
    expect(server.transport.sendRtp(serverPeer, rtpPacket(2, Uint8Array.of(1)), true)).toBe(true);
  });

  it('wrap around, and the ring with them', async () => {
    const { server, serverPeer, ring } = await tracked(4);
    for (let sequence = 0; sequence < 65_538; sequence += 1) {
      server.transport.sendRtp(serverPeer, withExtension(sequence & 0xffff, '51ffff00'), false);
    }
    expect([0, 1, 2, 3].map((index) => (entry(ring, index)[0] ?? 0) & 0xffff)).toEqual([0, 1, 65_534, 65_535]);
  });

  it('leave a ring that outlives its peer and its transport', async () => {
    const { server, serverPeer, ring } = await tracked();
    server.transport.sendRtp(serverPeer, withExtension(1, '51ffff00'), false);
    server.transport.closePeer(serverPeer);
    expect(() => server.transport.trackSends(serverPeer, EXTENSION_ID, 4, 0)).toThrow('No such peer');
    server.transport.close();
    expect(entry(ring, 0)[0]).toBe(SEND_RING.sent);
  });

  it('do no harm where the array was given away', async () => {
    const { server, serverPeer, ring } = await tracked();
    try {
      structuredClone(ring, { transfer: [ring.buffer as ArrayBuffer] });
    } catch (error) {
      // From Node 24 on it cannot be given away.
      expect(error).toMatchObject({ name: 'DataCloneError' });
    }
    expect(server.transport.sendRtp(serverPeer, withExtension(1, '51ffff00'), false)).toBe(true);
  });

  it('wait for the handshake like the packets', () => {
    const server = endpoints.open();
    const client = endpoints.open();
    const { serverPeer } = makePeers(client, server);
    const ring = server.transport.trackSends(serverPeer, EXTENSION_ID, 4, 0);
    expect(server.transport.sendRtp(serverPeer, withExtension(1, '51ffff00'), false)).toBe(false);
    expect(entry(ring, 0)).toEqual([0, 0, 0]);
  });
});

describe('packets of padding alone', () => {
  it('are sent like others (RFC 3550 5.1)', async () => {
    const { server, serverPeer, received } = await tracked();
    const padding = rtpPacket(1, new Uint8Array(255).fill(0, 0, 254).fill(255, 254));
    padding[0] = 0xa0;
    expect(server.transport.sendRtp(serverPeer, padding, false)).toBe(true);
    await until(() => received().length === 1, 'the packet');
    expect(received()).toEqual([padding]);
  });
});
