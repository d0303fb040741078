import { describe, expect, it } from 'vitest';
import { frameSize } from '../../src/protocol/payload/frame-size.ts';
import { isKeyframe } from '../../src/protocol/payload/keyframe.ts';
import { parseCompound } from '../../src/protocol/rtcp/compound.ts';
import { readFixturePackets, readOffers, readPackets } from './corpus.ts';
import { readPayloads } from './targets/payload.ts';

describe('the corpus is read as what its senders sent', () => {
  it.each(['VP8', 'VP9', 'H264', 'H265', 'AV1'] as const)('%s: keyframes of 176 x 144 among other frames', (codec) => {
    const payloads = readPayloads(codec);
    const sizes = payloads.flatMap((payload) => frameSize(codec, payload) ?? []);
    expect(sizes.length).toBeGreaterThan(1);
    for (const size of sizes) expect(size).toEqual({ width: 176, height: 144 });
    const keyframes = payloads.filter((payload) => isKeyframe(codec, payload));
    expect(keyframes.length).toBeGreaterThanOrEqual(sizes.length);
    expect(keyframes.length).toBeLessThan(payloads.length / 2);
  });

  it('RTCP: sender reports, some with a source description', () => {
    const types = readPackets('rtcp').map((packet) => parseCompound(packet).map(({ type }) => type));
    expect(types).toContainEqual(['senderReport']);
    expect(types).toContainEqual(['senderReport', 'sourceDescription']);
    expect(types.flat().filter((type) => type === 'senderReport')).toHaveLength(types.length);
  });

  it('fixtures and offers are there', () => {
    expect(readFixturePackets(/\.rtp$/).length).toBeGreaterThan(50);
    expect(readFixturePackets(/\.rtcp$/).length).toBeGreaterThan(0);
    expect(readOffers().length).toBeGreaterThan(20);
  });
});
