import { afterEach, describe, expect, it } from 'vitest';
import { RtcClient, VIDEO_PAYLOAD_TYPE } from '../../test/support/rtc-client.ts';
import { ServiceError } from '../errors.ts';
import { createTransport, generateCertificate } from '../native/transport.ts';
import { parseCompound, writeCompound, type RtcpPacket } from '../protocol/rtcp/compound.ts';
import { ntpFromUnixMs } from '../protocol/rtcp/ntp.ts';
import { parseRtpHeader, rtpPayload, writeRtpPacket } from '../protocol/rtp/packet.ts';
import type { SessionRole } from '../sfu/room-service.ts';
import { systemClock, systemRandomness } from './environment.ts';
import { MediaWorker } from './media-worker.ts';

const VP8_KEYFRAME = [0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];
const VP8_DELTA = [0x10, 0x11, 0x02, 0x00];

interface TestWorker {
  worker: MediaWorker;
  closed: string[];
  peerCount: () => number;
}

const endings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

function startWorker(roomLingerMs = 60_000, gopCacheMs = 0): TestWorker {
  const certificate = generateCertificate();
  const closed: string[] = [];
  const transport = createTransport({
    address: '127.0.0.1',
    port: 0,
    receiveBufferBytes: 1 << 20,
    sendBufferBytes: 1 << 20,
    certificate,
    onBatch: (count) => worker.driver.handleBatch(count),
  });
  const worker = new MediaWorker({
    transport,
    certificate,
    candidates: [{ address: '127.0.0.1', port: transport.port, protocol: 'udp' }],
    roomLingerMs,
    gopCacheMs,
    clock: systemClock,
    randomness: systemRandomness,
    onSessionClosed: ({ id }, reason) => closed.push(`${id} ${reason}`),
  });
  let running = true;
  endings.unshift(async () => {
    if (running) await worker.stop();
    running = false;
  });
  return { worker, closed, peerCount: () => transport.peerCount() };
}

class TestClient {
  readonly packets: { sequence: number; ssrc: number; payload: number[] }[] = [];
  readonly rtcp: RtcpPacket[] = [];
  readonly rtc: RtcClient;
  readonly worker: MediaWorker;
  readonly role: SessionRole;
  readonly sessionId: string;
  tag = '';

  constructor(worker: MediaWorker, role: SessionRole, sessionId: string) {
    this.worker = worker;
    this.role = role;
    this.sessionId = sessionId;
    this.rtc = new RtcClient({
      role,
      onRtp: (packet) => {
        const header = parseRtpHeader(packet);
        if (header === undefined) return;
        const { sequence, ssrc } = header;
        this.packets.push({ sequence, ssrc, payload: [...rtpPayload(packet, header)] });
      },
      onRtcp: (packet) => this.rtcp.push(...parseCompound(packet)),
    });
    endings.push(() => this.rtc.close());
  }

  async join(room = 'room'): Promise<string> {
    const { role, sessionId } = this;
    const { answer, tag } = this.worker.open({ role, room, sessionId, offer: this.rtc.offer() });
    this.tag = tag;
    await this.rtc.connect(answer);
    return answer;
  }

  sendVideo(sequence: number, payload: number[]): void {
    const ssrc = this.rtc.ssrcs.video;
    const timestamp = sequence * 3000;
    this.rtc.sendRtp(
      writeRtpPacket({ payloadType: VIDEO_PAYLOAD_TYPE, sequence, timestamp, ssrc, payload: Uint8Array.from(payload) }),
    );
  }
}

async function eventually(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
  return 'none';
}

describe('MediaWorker', () => {
  it('forwards to viewers that came before and after, asks for keyframes, and leaves nothing behind', async () => {
    const { worker, closed, peerCount } = startWorker();
    const early = new TestClient(worker, 'play', 'early');
    await early.join();
    expect(worker.rooms()).toMatchObject([{ name: 'room', live: false, subscribers: 1 }]);
    const publisher = new TestClient(worker, 'publish', 'publisher');
    await publisher.join();
    publisher.sendVideo(1, VP8_DELTA);
    await eventually(() => publisher.rtcp.some(({ type }) => type === 'pictureLoss'), 'a PLI for the early viewer');
    publisher.sendVideo(2, VP8_KEYFRAME);
    await eventually(() => early.packets.length === 1, 'the keyframe at the early viewer');

    const late = new TestClient(worker, 'play', 'late');
    await late.join();
    publisher.sendVideo(3, VP8_DELTA);
    await eventually(() => early.packets.length === 2, 'the delta frame at the early viewer');
    const plis = () => publisher.rtcp.filter(({ type }) => type === 'pictureLoss').length;
    await eventually(() => plis() === 2, 'a PLI for the late viewer');
    publisher.sendVideo(4, VP8_KEYFRAME);
    await eventually(() => late.packets.length === 1 && early.packets.length === 3, 'the second keyframe at both');
    expect(early.packets.map(({ payload }) => payload)).toEqual([VP8_KEYFRAME, VP8_DELTA, VP8_KEYFRAME]);

    const { tracks, sessions } = worker.room('room');
    expect(tracks).toMatchObject([{ kind: 'audio' }, { kind: 'video', codec: 'VP8', width: 640, height: 360 }]);
    expect(sessions.map(({ sessionId, state }) => `${sessionId} ${state}`)).toEqual([
      'early connected',
      'publisher connected',
      'late connected',
    ]);
    worker.remove('early');
    await eventually(() => early.rtc.closedByServer, 'DTLS close at the removed viewer');
    expect(early.rtcp.some(({ type }) => type === 'goodbye')).toBe(true);
    late.rtc.close();
    publisher.rtc.close();
    await eventually(() => closed.length === 3, 'all sessions closed');
    expect(closed).toEqual(['early deleted', 'late peer_closed', 'publisher peer_closed']);
    expect(worker.rooms()).toEqual([]);
    expect(worker.driver.sessions()).toEqual([]);
    expect(peerCount()).toBe(0);
  });

  it('gives a late viewer the newest keyframe and what followed it, and then the live packets', async () => {
    const { worker } = startWorker(60_000, 12_000);
    const publisher = new TestClient(worker, 'publish', 'publisher');
    await publisher.join();
    const payloads = Array.from({ length: 30 }, (_, index) => (index === 0 ? VP8_KEYFRAME : VP8_DELTA));
    for (const [index, payload] of payloads.entries()) publisher.sendVideo(index + 1, payload);
    const viewer = new TestClient(worker, 'play', 'viewer');
    await viewer.join();
    await eventually(() => viewer.packets.length === 30, 'all pictures since the keyframe');
    let sequence = 31;
    await eventually(() => {
      publisher.sendVideo(sequence++, VP8_DELTA);
      return viewer.packets.length >= 40;
    }, 'live packets');
    const first = viewer.packets[0]?.sequence ?? 0;
    expect(viewer.packets.map((packet) => packet.sequence)).toEqual(viewer.packets.map((_, index) => first + index));
    expect(viewer.packets[0]?.payload).toEqual(VP8_KEYFRAME);
  });

  it('sends a lost packet again by RTX, and translates sender reports', async () => {
    const { worker } = startWorker();
    const publisher = new TestClient(worker, 'publish', 'publisher');
    const viewer = new TestClient(worker, 'play', 'viewer');
    const answer = await viewer.join();
    await publisher.join();
    const [, rtxSsrc] = /ssrc-group:FID \d+ (\d+)/.exec(answer) ?? [];
    for (let sequence = 1; sequence <= 3; sequence++) publisher.sendVideo(sequence, VP8_KEYFRAME);
    await eventually(() => viewer.packets.length === 3, 'three packets');
    const { ssrc: mediaSsrc, sequence: lost } = viewer.packets[1] ?? { ssrc: 0, sequence: 0 };
    viewer.rtc.sendRtcp(writeCompound([{ type: 'nack', senderSsrc: 1, mediaSsrc, sequences: [lost] }]));
    await eventually(() => viewer.packets.length === 4, 'the retransmission');
    expect(viewer.packets[3]).toMatchObject({
      ssrc: Number(rtxSsrc),
      payload: [lost >> 8, lost & 0xff, ...VP8_KEYFRAME],
    });

    const ntpTime = ntpFromUnixMs(1_000_000);
    const ssrc = publisher.rtc.ssrcs.video;
    publisher.rtc.sendRtcp(
      writeCompound([
        { type: 'senderReport', ssrc, ntpTime, rtpTimestamp: 90_000, packetCount: 3, octetCount: 33, reports: [] },
      ]),
    );
    await eventually(() => viewer.rtcp.some(({ type }) => type === 'senderReport'), 'a sender report');
    const report = viewer.rtcp.find((packet) => packet.type === 'senderReport');
    expect(report).toMatchObject({ ssrc: mediaSsrc, packetCount: 3, octetCount: 33 });
    const elapsedMs =
      ((report?.ntpTime.seconds ?? 0) - ntpTime.seconds) * 1000 +
      (((report?.ntpTime.fraction ?? 0) - ntpTime.fraction) / 2 ** 32) * 1000;
    expect((report?.rtpTimestamp ?? 0) - 90_000).toBeCloseTo(elapsedMs * 90, -2);
  });

  it('gives the room to the newest publisher, and the viewer goes on', async () => {
    const { worker, closed } = startWorker();
    const viewer = new TestClient(worker, 'play', 'viewer');
    const first = new TestClient(worker, 'publish', 'first');
    await Promise.all([viewer.join(), first.join()]);
    first.sendVideo(7, VP8_KEYFRAME);
    await eventually(() => viewer.packets.length === 1, 'a packet of the first');
    const second = new TestClient(worker, 'publish', 'second');
    await second.join();
    await eventually(() => closed.includes('first replaced'), 'the end of the first');
    second.sendVideo(40_000, VP8_KEYFRAME);
    await eventually(() => viewer.packets.length === 2, 'a packet of the second');
    const [before, after] = viewer.packets.map(({ sequence }) => sequence);
    expect(after).toBe(((before ?? 0) + 1) & 0xffff);
  });

  it('ends the viewers when the publisher stays away for the linger time', async () => {
    const { worker, closed } = startWorker(300);
    const viewer = new TestClient(worker, 'play', 'viewer');
    const first = new TestClient(worker, 'publish', 'first');
    await Promise.all([viewer.join(), first.join()]);
    worker.remove('first');
    const second = new TestClient(worker, 'publish', 'second');
    await second.join();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(closed).toEqual(['first deleted']);
    worker.remove('second');
    await eventually(() => closed.includes('viewer room_closed'), 'the end of the viewer');
    expect(worker.rooms()).toEqual([]);
  });

  it('restarts ICE by PATCH, and refuses what names another ICE session', async () => {
    const { worker } = startWorker();
    const viewer = new TestClient(worker, 'play', 'viewer');
    await viewer.join();
    const same = /a=ice-(ufrag|pwd):.*/g;
    const credentials = viewer.rtc.offer().match(same)?.join('\r\n') ?? '';
    const candidate = 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.9 5000 typ host\r\n';
    expect(refusal(() => worker.patch('viewer', `${credentials}\r\n${candidate}`, undefined))).toBe('tag_missing');
    expect(refusal(() => worker.patch('viewer', `${credentials}\r\n${candidate}`, 'old'))).toBe('tag_mismatch');
    expect(refusal(() => worker.patch('viewer', 'hello', '*'))).toBe('malformed_fragment');
    expect(refusal(() => worker.patch('nobody', credentials, '*'))).toBe('no_such_session');
    expect(worker.patch('viewer', `${credentials}\r\n${candidate}`, viewer.tag)).toEqual({});
    const fresh = 'a=ice-ufrag:newone\r\na=ice-pwd:newpassword0123456789ab\r\n';
    const restarted = worker.patch('viewer', `${fresh}${candidate}`, '*');
    expect(restarted.tag).not.toBe(viewer.tag);
    expect(restarted.fragment).toContain('a=ice-ufrag:');
    expect(refusal(() => worker.patch('viewer', `${fresh}${candidate}`, viewer.tag))).toBe('tag_mismatch');
    expect(worker.room('room').sessions).toHaveLength(1);
  });

  it('refuses an offer without leaving a peer or a room behind', () => {
    const { worker, peerCount } = startWorker();
    const open = (role: SessionRole, offer: string) =>
      refusal(() => worker.open({ role, room: 'r', sessionId: 's', offer }));
    expect(open('publish', 'v=0')).toBe('malformed_sdp');
    const client = new TestClient(worker, 'publish', 'p');
    expect(open('play', client.rtc.offer())).toBe('malformed_sdp');
    expect(open('publish', client.rtc.offer().replace(/VP8/, 'THEORA'))).toBe('unservable_offer');
    expect(worker.rooms()).toEqual([]);
    expect(peerCount()).toBe(0);
    expect(refusal(() => worker.room('r'))).toBe('no_such_room');
    expect(refusal(() => worker.remove('s'))).toBe('no_such_session');
  });

  it('says goodbye to everybody when it stops', async () => {
    const { worker, closed } = startWorker();
    const publisher = new TestClient(worker, 'publish', 'publisher');
    const viewer = new TestClient(worker, 'play', 'viewer');
    await Promise.all([publisher.join(), viewer.join()]);
    await worker.stop();
    await eventually(() => publisher.rtc.closedByServer && viewer.rtc.closedByServer, 'DTLS close at both');
    expect(closed.sort()).toEqual(['publisher shutdown', 'viewer shutdown']);
    endings.shift();
  });
});
