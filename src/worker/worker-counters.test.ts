import { afterEach, describe, expect, it } from 'vitest';
import { RtcClient, VIDEO_PAYLOAD_TYPE } from '../../test/support/rtc-client.ts';
import { createTransport, generateCertificate } from '../native/transport.ts';
import { writeCompound } from '../protocol/rtcp/compound.ts';
import { parseRtpHeader, writeRtpPacket } from '../protocol/rtp/packet.ts';
import type { SessionRole } from '../sfu/room-service.ts';
import type { WorkerMetrics } from '../worker-protocol.ts';
import { systemClock, systemRandomness } from './environment.ts';
import { MediaWorker } from './media-worker.ts';

const VP8_KEYFRAME = Uint8Array.of(0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01);
const HEADER_BYTES = 12;
const PAYLOAD_BYTES = VP8_KEYFRAME.length;

const endings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

function startWorker(connected: string[] = []): MediaWorker {
  const certificate = generateCertificate();
  const buffers = { receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20 };
  const onBatch = (count: number): void => worker.driver.handleBatch(count);
  const transport = createTransport({ address: '127.0.0.1', port: 0, ...buffers, certificate, onBatch });
  const worker = new MediaWorker({
    transport,
    certificate,
    candidates: [{ address: '127.0.0.1', port: transport.port, protocol: 'udp' }],
    roomLingerMs: 60_000,
    gopCacheMs: 12_000,
    clock: systemClock,
    randomness: systemRandomness,
    onSessionConnected: ({ id }, joinTime) => connected.push(`${id} ${joinTime > 0 && joinTime < 5000}`),
    onSessionClosed: () => undefined,
  });
  endings.push(() => worker.stop());
  return worker;
}

interface Client {
  rtc: RtcClient;
  /** Of the received packets. */
  sequences: number[];
  ssrc: number;
}

async function join(worker: MediaWorker, role: SessionRole, sessionId: string, room = 'room'): Promise<Client> {
  const onRtp = (packet: Uint8Array): void => {
    const header = parseRtpHeader(packet);
    if (header === undefined) return;
    client.sequences.push(header.sequence);
    client.ssrc = header.ssrc;
  };
  const rtc = new RtcClient({ role, onRtp, onRtcp: () => undefined });
  const client: Client = { rtc, sequences: [], ssrc: 0 };
  endings.unshift(() => rtc.close());
  await rtc.connect(worker.open({ role, room, sessionId, offer: rtc.offer() }).answer);
  return client;
}

function sendKeyframe({ rtc }: Client, sequence: number): void {
  const ssrc = rtc.ssrcs.video;
  const header = { payloadType: VIDEO_PAYLOAD_TYPE, sequence, timestamp: sequence * 3000, ssrc };
  rtc.sendRtp(writeRtpPacket({ ...header, payload: VP8_KEYFRAME }));
}

async function eventually(holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('MediaWorker.metrics', () => {
  it('counts media, repair and rooms, and goes on counting when sessions end', async () => {
    const connected: string[] = [];
    const worker = startWorker(connected);
    const publisher = await join(worker, 'publish', 'publisher');
    const viewer = await join(worker, 'play', 'viewer');
    const other = await join(worker, 'play', 'other');
    expect(connected.sort()).toEqual(['other true', 'publisher true', 'viewer true']);
    sendKeyframe(publisher, 1);
    sendKeyframe(publisher, 2);
    sendKeyframe(publisher, 5);
    await eventually(
      () => viewer.sequences.length === 3 && other.sequences.length === 3,
      'three packets at each viewer',
    );
    const mediaSsrc = viewer.ssrc;
    viewer.rtc.sendRtcp(
      writeCompound([
        { type: 'receiverReport', ssrc: 1, reports: [] },
        { type: 'nack', senderSsrc: 1, mediaSsrc, sequences: [viewer.sequences[1] ?? 0] },
        { type: 'pictureLoss', senderSsrc: 1, mediaSsrc },
      ]),
    );
    await eventually(() => worker.metrics().sent.video.retransmissions === 1, 'a retransmission');
    await eventually(() => worker.metrics().received.video.keyframeRequests === 1, 'a keyframe request');

    const check = ({ received, sent, rooms }: WorkerMetrics): void => {
      expect(received.video).toMatchObject({ packets: 3, bytes: 3 * (HEADER_BYTES + PAYLOAD_BYTES), packetsLost: 2 });
      expect(received.video.keyframeRequests).toBeGreaterThanOrEqual(1);
      expect(received.audio).toMatchObject({ packets: 0, bytes: 0 });
      expect(sent.video).toMatchObject({ nackedPackets: 1, keyframeRequests: 1, retransmissions: 1 });
      expect(sent.video.packets).toBeGreaterThanOrEqual(6);
      expect(sent.video.bytes).toBeGreaterThanOrEqual(6 * PAYLOAD_BYTES);
      expect(rooms).toEqual([{ name: 'room', received, sent }]);
    };
    check(worker.metrics());
    worker.remove('viewer');
    check(worker.metrics());
    worker.remove('other');
    check(worker.metrics());
    worker.remove('publisher');
    const { received, sent, rooms } = worker.metrics();
    expect([received.video.packets, sent.video.retransmissions, rooms]).toEqual([3, 1, []]);
  });

  it('tells of the socket and the process', async () => {
    const worker = startWorker();
    await join(worker, 'play', 'viewer');
    // Holds the event loop, so that there is a delay to measure.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const end = performance.now() + 100;
    while (performance.now() < end);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { transport, process } = worker.metrics();
    expect(transport.datagramsReceived).toBeGreaterThan(2);
    expect(transport.bytesSent).toBeGreaterThan(transport.datagramsSent);
    expect(Object.values(transport).every((count) => count >= 0)).toBe(true);
    expect(process.cpuSeconds).toBeGreaterThan(0);
    expect(process.residentBytes).toBeGreaterThan(10_000_000);
    expect(process.eventLoopDelay.longest).toBeGreaterThan(0.05);
    expect(process.eventLoopDelay.median).toBeLessThan(process.eventLoopDelay.longest);
    expect(worker.metrics().process.eventLoopDelay).toEqual({ median: 0, percentile99: 0, longest: 0 });
  });

  it('names no more than a hundred rooms', () => {
    const worker = startWorker();
    for (let index = 0; index < 120; index++) {
      const rtc = new RtcClient({ role: 'play', onRtp: () => undefined, onRtcp: () => undefined });
      endings.unshift(() => rtc.close());
      worker.open({ role: 'play', room: `room${index}`, sessionId: `session${index}`, offer: rtc.offer() });
    }
    expect(worker.metrics().rooms).toHaveLength(100);
    expect(worker.rooms()).toHaveLength(120);
  });
});
