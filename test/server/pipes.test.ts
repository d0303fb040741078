/** A room whose publisher and viewer are on two real workers, through the server process. */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { parseRtpHeader, writeRtpPacket } from '../../src/protocol/rtp/packet.ts';
import { parseCompound, writeCompound } from '../../src/protocol/rtcp/compound.ts';
import { RtcClient, VIDEO_PAYLOAD_TYPE } from '../support/rtc-client.ts';
import { SDP, startTestServer, type TestServer, until } from './support/test-server.ts';

const WORKER = fileURLToPath(new URL('../../src/worker/main.ts', import.meta.url));
const KEYFRAME = Uint8Array.of(0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01);
const DELTA = Uint8Array.of(0x10, 0x11, 0x02, 0x00);

let server: TestServer;
const clients: RtcClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
});

interface Joined {
  rtc: RtcClient;
  answer: string;
  /** Of the session. */
  path: string;
  /** UDP port of the worker that it is on. */
  port: string | undefined;
  packets: { ssrc: number; sequence: number }[];
  keyframeRequests: number;
}

async function join(role: 'publish' | 'play'): Promise<Joined> {
  const rtc = new RtcClient({
    role,
    onRtp: (packet) => {
      const header = parseRtpHeader(packet);
      if (header !== undefined) joined.packets.push({ ssrc: header.ssrc, sequence: header.sequence });
    },
    onRtcp: (packet) => {
      joined.keyframeRequests += parseCompound(packet).filter(({ type }) => type === 'pictureLoss').length;
    },
  });
  clients.push(rtc);
  const route = role === 'publish' ? '/api/whip/publish/room' : '/api/whep/play/room';
  const response = await server.call('POST', route, SDP, rtc.offer());
  const answer = await response.text();
  expect(response.status, answer).toBe(201);
  const port = /a=candidate:\S+ 1 udp \d+ \S+ (\d+)/i.exec(answer)?.[1];
  const path = response.headers.get('location') ?? '';
  const joined: Joined = { rtc, answer, path, port, packets: [], keyframeRequests: 0 };
  await rtc.connect(answer);
  return joined;
}

/** Sends pictures until the condition holds, and returns the next sequence number. */
async function sendUntil({ rtc }: Joined, first: number, payload: Uint8Array, holds: () => boolean): Promise<number> {
  let sequence = first;
  const ssrc = rtc.ssrcs.video;
  await until(() => {
    const fields = { payloadType: VIDEO_PAYLOAD_TYPE, sequence, timestamp: sequence * 3000, ssrc, payload };
    rtc.sendRtp(writeRtpPacket(fields));
    sequence = (sequence + 1) & 0xffff;
    return holds();
  }, 'packets arrive');
  return sequence;
}

describe('a room on two workers', () => {
  it('has its packets, repairs, requests and publishers on both', async () => {
    // One session a worker: the viewer has to go to the other one.
    const loadLimits = { sessions: 1 };
    server = await startTestServer({ MEDIA_WORKERS: '2', PUBLIC_IP: '127.0.0.1' }, { workerEntry: WORKER, loadLimits });
    const publisher = await join('publish');
    const viewer = await join('play');
    expect(viewer.port).not.toBe(publisher.port);
    const next = await sendUntil(publisher, 1, KEYFRAME, () => viewer.packets.length > 5);
    await sendUntil(publisher, next, DELTA, () => viewer.packets.length > 50);
    const numbers = viewer.packets.map(({ sequence }) => sequence);
    const first = numbers[0] ?? 0;
    expect(numbers).toEqual(numbers.map((_, index) => (first + index) & 0xffff));

    const { ssrc: mediaSsrc, sequence } = viewer.packets.at(-4) ?? { ssrc: 0, sequence: 0 };
    const [, rtxSsrc] = /ssrc-group:FID \d+ (\d+)/.exec(viewer.answer) ?? [];
    viewer.rtc.sendRtcp(writeCompound([{ type: 'nack', senderSsrc: 1, mediaSsrc, sequences: [sequence] }]));
    await until(() => viewer.packets.some(({ ssrc }) => ssrc === Number(rtxSsrc)), 'the packet comes again');
    const before = publisher.keyframeRequests;
    viewer.rtc.sendRtcp(writeCompound([{ type: 'pictureLoss', senderSsrc: 1, mediaSsrc }]));
    await until(() => publisher.keyframeRequests > before, 'the publisher is asked for a keyframe');
    const rooms = (await (await server.call('GET', '/api/rooms')).json()) as object[];
    expect(rooms).toMatchObject([{ name: 'room', live: true, subscribers: 1 }]);
    const metrics = await (await server.call('GET', '/metrics')).text();
    const pipe = (name: string): RegExp => new RegExp(`^live_webrtc_pipe_${name}{worker="1",origin="0"} (\\S+)$`, 'm');
    expect(Number(pipe('packets_total').exec(metrics)?.[1])).toBeGreaterThan(50);
    expect(Number(pipe('bytes_total').exec(metrics)?.[1])).toBeGreaterThan(1000);
    for (const name of ['lost_datagrams_total', 'nacked_packets_total', 'repaired_packets_total']) {
      expect(metrics).toMatch(pipe(name));
    }
    const roundTrip = Number(pipe('round_trip_seconds').exec(metrics)?.[1]);
    expect(roundTrip).toBeGreaterThan(0);
    expect(roundTrip).toBeLessThan(1);

    expect((await server.call('DELETE', publisher.path)).status).toBe(200);
    const again = await join('publish');
    const seen = viewer.packets.length;
    await sendUntil(again, 30_000, KEYFRAME, () => viewer.packets.length > seen + 5);
  }, 30_000);
});
