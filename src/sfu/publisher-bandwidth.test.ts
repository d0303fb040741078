import { describe, expect, it } from 'vitest';
import { parseCompound, type RtcpPacket } from '../protocol/rtcp/compound.ts';
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import type { AcceptedMedia } from '../protocol/sdp/types.ts';
import { Publisher } from './publisher.ts';
import { batchOf, codec, media, negotiation } from './testing/fixtures.ts';

const VIDEO = codec('VP8', 96, { feedback: ['nack', 'nack pli', 'goog-remb'] });

/** A broadcaster of 100 packets a second, of which some are lost; the limits that it was sent. */
class Broadcast {
  readonly publisher: Publisher;
  readonly limits: number[] = [];
  #now = 0;

  constructor(sections: AcceptedMedia[]) {
    this.publisher = new Publisher({
      negotiation: negotiation('publish', sections),
      ssrc: 99,
      cname: 'server',
      sendRtcp: (bytes) => this.#take(parseCompound(bytes)),
      gopCacheMs: 0,
      now: 0,
    });
  }

  /** `loseEvery`: one of so many packets is lost. */
  run(seconds: number, payloadBytes: number, loseEvery = Number.POSITIVE_INFINITY): number {
    const end = this.#now + seconds * 1000;
    for (; this.#now < end; this.#now += 10) {
      const sequence = (this.#now / 10) & 0xffff;
      if (sequence % loseEvery !== 0) {
        const packet = { sequence, timestamp: this.#now * 90, payload: new Uint8Array(payloadBytes) };
        this.publisher.handleRtp(batchOf([packet]), 20, this.#now);
      }
      if (this.#now >= this.publisher.deadline()) this.publisher.handleTimeout(this.#now);
    }
    return this.limits.at(-1) ?? 0;
  }

  #take(packets: readonly RtcpPacket[]): boolean {
    for (const packet of packets) {
      if (packet.type !== 'remb') continue;
      expect(packet).toMatchObject({ senderSsrc: 99, ssrcs: [20] });
      this.limits.push(packet.bitrate);
    }
    return true;
  }
}

describe('REMB to a broadcaster without transport-wide numbers', () => {
  it('leaves room to grow while little is lost, once a second', () => {
    const broadcast = new Broadcast([media('video', [VIDEO])]);
    expect(broadcast.run(10, 1000)).toBeGreaterThan(3_000_000 * 1.5);
    expect(broadcast.limits.length).toBeGreaterThanOrEqual(8);
    expect(broadcast.run(30, 1000)).toBeLessThanOrEqual(50_000_000);
  });

  it('falls below what arrives where much is lost, stays where some is, and grows again', () => {
    const broadcast = new Broadcast([media('video', [VIDEO])]);
    broadcast.run(5, 1000);
    const cut = broadcast.run(5, 1000, 5);
    expect(cut).toBeLessThan(800_000);
    const held = broadcast.run(5, 1000, 20);
    expect(Math.abs(held - cut)).toBeLessThan(0.1 * cut);
    expect(broadcast.run(10, 1000)).toBeGreaterThan(1_000_000);
    expect(broadcast.run(10, 0, 2)).toBeGreaterThanOrEqual(99_000);
  });

  it('is not sent to one with transport-wide numbers, or to one that does not know it', () => {
    const extensions = [{ id: 3, uri: EXTENSION.transportWideCc, direction: undefined }];
    for (const section of [media('video', [VIDEO], { extensions }), media('video', [codec('VP8', 96)])]) {
      const broadcast = new Broadcast([section]);
      broadcast.run(5, 1000);
      expect(broadcast.limits).toEqual([]);
    }
  });
});
