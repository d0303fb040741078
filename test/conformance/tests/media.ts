import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { RECORD, RECORD_KIND, RECORD_WORDS } from '../../../src/native/addon.ts';
import { createTransport, generateCertificate } from '../../../src/native/transport.ts';
import { writeCompound } from '../../../src/protocol/rtcp/compound.ts';
import type { SenderReport } from '../../../src/protocol/rtcp/sender-report.ts';
import { wrapRtx } from '../../../src/protocol/rtp/rtx.ts';
import { writeRtpPacket } from '../../../src/protocol/rtp/packet.ts';
import { eventually } from '../../support/eventually.ts';
import { RTX_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from '../../support/rtc-client.ts';
import { connect, mediaPort, routeTo, Sender, VP8_KEYFRAME } from '../media.ts';
import type { Peer } from '../media.ts';
import { change } from '../offers.ts';
import type { RowId } from '../rows.ts';
import type { RowTest, Target } from '../target.ts';
import { newRoom } from '../target.ts';

/** A publisher and a viewer in one room. */
async function pair(
  target: Target,
  options: Parameters<typeof connect>[3] = {},
): Promise<{ sender: Sender; viewer: Peer }> {
  const room = newRoom();
  const publisher = await connect(target, 'publish', room, options);
  const viewer = await connect(target, 'play', room, { ...options, changeOffer: (offer) => offer });
  return { sender: new Sender(publisher), viewer };
}

/** Sends pictures and sound until something holds. */
async function sendUntil(sender: Sender, holds: () => void): Promise<void> {
  await eventually(
    () => {
      sender.sendBoth();
      holds();
    },
    { interval: 20 },
  );
}

const H264 = {
  sps: Uint8Array.of(0x67, 0x42, 0xc0, 0x1e, 0xd9, 0x00, 0xa0, 0x47, 0xfe, 0xc8),
  pps: Uint8Array.of(0x68, 0xce, 0x3c, 0x80),
  idr: Uint8Array.of(0x65, 0x88, 0x84, 0x00, 0x10, 0xff),
  slice: Uint8Array.of(0x41, 0x9a, 0x02, 0x04, 0x10, 0xff),
};

/** Units in one packet (RFC 6184 5.7.1). */
function aggregate(...units: readonly Uint8Array[]): Uint8Array {
  const parts = units.flatMap((unit) => [Uint8Array.of(unit.length >> 8, unit.length & 0xff), unit]);
  return Uint8Array.from(Buffer.concat([Uint8Array.of(0x78), ...parts]));
}

/** Payloads of one keyframe in each of the ways that clients send it. */
const KEYFRAMES: readonly { name: string; payloads: Uint8Array[]; outOfBand?: boolean }[] = [
  { name: 'single NAL units', payloads: [H264.sps, H264.pps, H264.idr] },
  { name: 'a STAP-A', payloads: [aggregate(H264.sps, H264.pps), H264.idr] },
  { name: 'out of band', payloads: [H264.idr], outOfBand: true },
];

function outOfBand(offer: string): string {
  const sets = [H264.sps, H264.pps].map((unit) => Buffer.from(unit).toString('base64')).join(',');
  const format = `a=fmtp:${VIDEO_PAYLOAD_TYPE} profile-level-id=42c01e;packetization-mode=1;sprop-parameter-sets=${sets}`;
  return change(offer, /^(a=rtpmap:96 .*)\r\n/m, `$1\r\n${format}\r\n`);
}

function inBand(offer: string): string {
  const format = `a=fmtp:${VIDEO_PAYLOAD_TYPE} profile-level-id=42c01e;packetization-mode=1`;
  return change(offer, /^(a=rtpmap:96 .*)\r\n/m, `$1\r\n${format}\r\n`);
}

export const MEDIA_TESTS = {
  'ffmpeg.demultiplex': {
    async run(target) {
      const { sender, viewer } = await pair(target);
      expect(sender.peer.offer).not.toMatch(/^a=(?:candidate|extmap):/m);
      await sendUntil(sender, () => {
        const kinds = new Set(viewer.packets.map(({ header }) => header.payloadType));
        expect(kinds.size).toBe(2);
      });
      const picture = viewer.packets.find(({ payload }) => Buffer.compare(payload, VP8_KEYFRAME) === 0);
      expect(picture?.header.payloadType).toBe(VIDEO_PAYLOAD_TYPE);
    },
  },

  'ffmpeg.loss': {
    async run(target) {
      const rtxSsrc = 0x1234_5678;
      const changeOffer = (offer: string): string => {
        const ssrc = /^a=ssrc:(\d+) cname/gm;
        const video = [...offer.matchAll(ssrc)].at(-1)?.[1] ?? '';
        return `${offer.trimEnd()}\r\na=ssrc-group:FID ${video} ${rtxSsrc}\r\na=ssrc:${rtxSsrc} cname:client\r\n`;
      };
      const { sender, viewer } = await pair(target, { changeOffer });
      await sendUntil(sender, () => expect(viewer.packets.length).toBeGreaterThan(4));
      const mark = Uint8Array.from([...VP8_KEYFRAME, 0xde, 0xad]);
      sender.nextFrame();
      const lost = sender.send('video', mark, { lost: true });
      const timestamp = sender.timestamp('video');
      const { client, reports } = sender.peer;
      await sendUntil(sender, () => {
        const asked = reports.flatMap((report) => (report.type === 'nack' ? report.sequences : []));
        expect(asked).toContain(lost);
      });
      const original = writeRtpPacket({
        payloadType: VIDEO_PAYLOAD_TYPE,
        sequence: lost,
        timestamp,
        ssrc: client.ssrcs.video,
        marker: true,
        payload: mark,
      });
      const rtx = wrapRtx(original, { ssrc: rtxSsrc, payloadType: RTX_PAYLOAD_TYPE, sequence: 1 });
      client.sendRtp(rtx ?? original);
      await eventually(() =>
        expect(viewer.packets.some(({ payload }) => Buffer.compare(payload, mark) === 0)).toBe(true),
      );
    },
  },

  'h264.keyframes': {
    async run(target) {
      for (const { name, payloads, outOfBand: isOutOfBand = false } of KEYFRAMES) {
        const changeOffer = isOutOfBand ? outOfBand : inBand;
        const room = newRoom();
        const sender = new Sender(await connect(target, 'publish', room, { videoCodec: 'H264', changeOffer }));
        const viewer = await connect(target, 'play', room, { videoCodec: 'H264', changeOffer: inBand });
        for (let count = 0; count < 5; count++) {
          sender.nextFrame();
          sender.send('video', H264.slice);
          await sleep(10);
        }
        await sleep(200);
        // Nothing that a decoder could not begin with.
        expect({ name, packets: viewer.packets.length }).toEqual({ name, packets: 0 });
        await eventually(
          () => {
            sender.nextFrame();
            for (const payload of payloads) sender.send('video', payload, { marker: payload === H264.idr });
            expect(viewer.packets.length).toBeGreaterThan(0);
          },
          { interval: 50 },
        );
        expect([...(viewer.packets[0]?.payload ?? [])]).toEqual([...(payloads[0] ?? [])]);
      }
    },
  },

  'dtls.validated': {
    async run(target) {
      const { sender, viewer } = await pair(target);
      await sendUntil(sender, () => expect(viewer.packets.length).toBeGreaterThan(0));
      const forger = forgeHandshake(target, mediaPort(sender.peer.session));
      target.defer(forger.close);
      // Also a ClientHello's first bytes from a socket of its own, and nothing may come back.
      const socket = createSocket('udp4');
      target.defer(() => socket.close());
      const answers: Buffer[] = [];
      socket.on('message', (message) => answers.push(message));
      const hello = Uint8Array.of(22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
      socket.send(hello, mediaPort(sender.peer.session), target.host);
      const before = viewer.packets.length;
      await sendUntil(sender, () => expect(viewer.packets.length).toBeGreaterThan(before + 20));
      await sleep(300);
      expect(answers).toEqual([]);
      expect(forger.events).toEqual([]);
      expect([sender.peer.client.closedByServer, viewer.client.closedByServer]).toEqual([false, false]);
    },
  },

  'reports.pairing': {
    async run(target) {
      const { sender, viewer } = await pair(target);
      await sendUntil(sender, () => expect(viewer.packets.length).toBeGreaterThan(0));
      // A clock that no arrival time could suggest: the year 1978, and sound 10 s off the picture.
      const pairing = {
        video: { seconds: 2_461_449_600, rtpTimestamp: sender.timestamp('video') },
        audio: { seconds: 2_461_449_610, rtpTimestamp: sender.timestamp('audio') },
      };
      const { client } = sender.peer;
      for (const kind of ['video', 'audio'] as const) {
        client.sendRtcp(writeCompound([senderReport(client.ssrcs[kind], pairing[kind])]));
      }
      const received = (ssrc: number): SenderReport | undefined =>
        viewer.reports.find((report) => report.type === 'senderReport' && report.ssrc === ssrc) as
          SenderReport | undefined;
      for (const kind of ['video', 'audio'] as const) {
        const payloadType = kind === 'video' ? VIDEO_PAYLOAD_TYPE : 111;
        const rate = kind === 'video' ? 90_000 : 48_000;
        let report: SenderReport | undefined;
        await sendUntil(sender, () => {
          const packet = viewer.packets.find(({ header }) => header.payloadType === payloadType);
          report = received(packet?.header.ssrc ?? 0);
          expect(report).toBeDefined();
        });
        // A packet that both sides know gives the shift that the server added to the timestamps.
        sender.nextFrame();
        const mark =
          kind === 'video' ? Uint8Array.from([...VP8_KEYFRAME, 0xbe, 0xef]) : Uint8Array.of(0xfc, 0xbe, 0xef);
        sender.send(kind, mark);
        const sent = sender.timestamp(kind);
        let shift = 0;
        await eventually(() => {
          const packet = viewer.packets.find(({ payload }) => Buffer.compare(payload, mark) === 0);
          if (packet === undefined) throw new Error('the packet has not come yet');
          shift = (packet.header.timestamp - sent) >>> 0;
        });
        if (report === undefined) continue;
        const seconds = report.ntpTime.seconds - pairing[kind].seconds + report.ntpTime.fraction / 2 ** 32;
        const ticks = (report.rtpTimestamp - shift - pairing[kind].rtpTimestamp) | 0;
        expect(Math.abs(seconds)).toBeLessThan(30);
        // The line through both times is the publisher's own, to within a millisecond.
        expect(Math.abs(seconds - ticks / rate)).toBeLessThan(0.001);
      }
    },
  },
} satisfies Partial<Record<RowId, RowTest>>;

function senderReport(
  ssrc: number,
  { seconds, rtpTimestamp }: { seconds: number; rtpTimestamp: number },
): SenderReport {
  const ntpTime = { seconds, fraction: 0 };
  return { type: 'senderReport', ssrc, ntpTime, rtpTimestamp, packetCount: 1, octetCount: 1, reports: [] };
}

/** Sends a DTLS ClientHello without any ICE, and notes what comes back. */
function forgeHandshake(target: Target, port: number): { events: number[]; close: () => void } {
  const events: number[] = [];
  const transport = createTransport({
    address: '0.0.0.0',
    port: 0,
    receiveBufferBytes: 1 << 16,
    sendBufferBytes: 1 << 16,
    certificate: generateCertificate(),
    onBatch(count) {
      for (let index = 0; index < count; index++) {
        const kind = transport.records[index * RECORD_WORDS + RECORD.kind] ?? 0;
        if (kind !== RECORD_KIND.stun) events.push(kind);
      }
    },
  });
  const peer = transport.createPeer({
    role: 'client',
    fingerprintAlgorithm: 'sha-256',
    fingerprint: new Uint8Array(32),
  });
  const route = routeTo(target, port);
  transport.addRoute(peer, route);
  transport.selectRoute(peer, route);
  transport.startDtls(peer);
  return { events, close: () => transport.close() };
}
