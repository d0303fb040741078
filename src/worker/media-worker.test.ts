import { afterEach, describe, expect, it } from 'vitest';
import { ServiceError } from '../errors.ts';
import { writeCompound } from '../protocol/rtcp/compound.ts';
import { ntpFromUnixMs } from '../protocol/rtcp/ntp.ts';
import type { SessionRole } from '../sfu/room-service.ts';
import { endAll, eventually, startWorker, TestClient, VP8_DELTA, VP8_KEYFRAME } from './testing/test-worker.ts';

afterEach(endAll);

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
    const { worker, closed, stop } = startWorker();
    const publisher = new TestClient(worker, 'publish', 'publisher');
    const viewer = new TestClient(worker, 'play', 'viewer');
    await Promise.all([publisher.join(), viewer.join()]);
    await stop();
    await eventually(() => publisher.rtc.closedByServer && viewer.rtc.closedByServer, 'DTLS close at both');
    expect(closed.sort()).toEqual(['publisher shutdown', 'viewer shutdown']);
  });
});
