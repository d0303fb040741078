import { describe, expect, it } from 'vitest';
import { ntpFromUnixMs } from '../protocol/rtcp/ntp.ts';
import type { AcceptedMedia, Codec } from '../protocol/sdp/types.ts';
import { PublisherTrack } from './publisher-track.ts';
import { PublisherWarnings } from './publisher-warnings.ts';
import { batchOf, codec, media, type TestPacket } from './testing/fixtures.ts';

const H264 = codec('H264', 96, { parameters: { 'packetization-mode': '1' } });
/** An IDR slice and a slice of another picture (RFC 6184 5.3). */
const IDR = Uint8Array.of(0x65, 0x88, 0x80);
const SLICE = Uint8Array.of(0x41, 0x9a, 0x00);

function track(section: AcceptedMedia, trackCodec: Codec, ssrc: number): PublisherTrack {
  const made = new PublisherTrack(section, trackCodec, { ssrc, rid: undefined, gopCacheMs: 0 }, 0);
  made.senderClock = { ntpTime: ntpFromUnixMs(0), rtpTimestamp: 0, arrival: 0 };
  return made;
}

/** A healthy broadcast, to be spoilt by each test: 25 pictures and 50 sounds a second. */
class Broadcast {
  readonly video = track(media('video', [H264]), H264, 1);
  readonly audio = track(media('audio', [codec('opus', 111)]), codec('opus', 111), 2);
  readonly warnings = new PublisherWarnings(0);
  now = 0;
  #sequence = 0;
  #seen = new Set<string>();

  run(
    seconds: number,
    { keyframeEvery = 50, sound = true, loseEvery = Number.POSITIVE_INFINITY, order = (frame: number) => frame } = {},
  ): string[] {
    this.#seen = new Set();
    const end = this.now + seconds * 1000;
    for (let frame = Math.floor(this.now / 40); this.now < end; this.now += 40, frame++) {
      const keyframe = frame % keyframeEvery === 0;
      const packet = { timestamp: order(frame) * 3600, payload: keyframe ? IDR : SLICE };
      this.#receive(this.video, { ...packet, sequence: this.#sequence++ }, this.#sequence % loseEvery === 0);
      for (const half of [0, 1]) {
        if (sound) this.#receive(this.audio, { sequence: 2 * frame + half, payloadType: 111 }, false);
      }
      for (const { nack } of [this.video, this.audio]) nack.poll(this.now);
      if (this.now % 1000 === 0) this.#review();
    }
    this.#review();
    return [...this.#seen];
  }

  #review(): void {
    const tracks = [this.video, this.audio].filter(({ lastPacket }) => lastPacket > 0);
    for (const warning of this.warnings.review(tracks, this.now)) this.#seen.add(warning);
  }

  #receive(to: PublisherTrack, packet: TestPacket, lost: boolean): void {
    packet.sequence &= 0xffff;
    if (!lost) to.receive(batchOf([packet]), this.now, () => undefined);
  }
}

describe('PublisherWarnings', () => {
  it('has nothing to say about a healthy broadcast, or before one begins', () => {
    expect(new PublisherWarnings(0).review([], 60_000)).toEqual([]);
    expect(new Broadcast().run(30)).toEqual([]);
  });

  it('notices B-frames', () => {
    const shown = [0, 2, 1];
    const order = (frame: number): number => frame - (frame % 3) + (shown[frame % 3] ?? 0);
    expect(new Broadcast().run(10, { order })).toEqual(['b_frames']);
  });

  it('notices keyframes that are far apart, unless they come on request', () => {
    expect(new Broadcast().run(25, { keyframeEvery: 250 })).toEqual(['keyframe_interval']);
    const answering = new Broadcast();
    answering.run(1);
    answering.video.keyframes.request(answering.now);
    answering.video.keyframes.poll(answering.now);
    answering.video.keyframes.keyframeReceived(answering.now + 50);
    expect(answering.run(25, { keyframeEvery: 250 })).toEqual([]);
  });

  it('notices that requests for keyframes are ignored', () => {
    const broadcast = new Broadcast();
    broadcast.run(2);
    broadcast.video.keyframes.request(2000);
    for (let now = 2000; now < 5000; now += 100) broadcast.video.keyframes.poll(now);
    expect(broadcast.run(1, { keyframeEvery: 250 })).toEqual(['ignores_keyframe_requests']);
  });

  it('notices missing sender reports, sound and picture, after a few seconds', () => {
    const broadcast = new Broadcast();
    broadcast.video.senderClock = undefined;
    expect(broadcast.run(4, { sound: false })).toEqual([]);
    expect(broadcast.run(2, { sound: false })).toEqual(['no_sender_reports', 'no_audio']);
    expect(new PublisherWarnings(0).review([broadcast.audio], 20_000)).toContain('no_video');
  });

  it('notices a lossy way to the server, and that it has become better', () => {
    const broadcast = new Broadcast();
    broadcast.run(10);
    expect(broadcast.run(21, { loseEvery: 10 })).toContain('uplink_loss');
    broadcast.run(21);
    expect(broadcast.run(5)).toEqual([]);
  });
});
