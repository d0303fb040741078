import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { H264_PICTURE_SET, H264_SEQUENCE_SET, packetize } from '../protocol/payload/testing/packetize.ts';
import { readPackets } from '../protocol/rtp/testing/fixtures.ts';
import type { CodecName } from '../protocol/sdp/types.ts';
import { bytes } from '../util/testing/bytes.ts';
import { type AssembledFrame, FrameAssembler } from './frame-assembler.ts';
import { type MediaPacket, parseMediaPacket } from './media-packet.ts';
import { sendFrames, type SentFrame, type SentPacket, testCodec } from './testing/packet-stream.ts';

const VIDEO = ['VP8', 'VP9', 'H264', 'H265', 'AV1'] as const;

/** Frames of two packets, a keyframe where the text has a K. */
function frames(pattern: string): SentFrame[] {
  return Array.from(pattern, (letter, index) => ({
    keyframe: letter === 'K',
    body: new Uint8Array(150).fill(index + 1),
    limit: 100,
  }));
}

/** The frames that come of packets which arrive 1 ms after one another. */
function assemble(assembler: FrameAssembler, packets: readonly MediaPacket[], start = 0): AssembledFrame[] {
  const result: AssembledFrame[] = [];
  packets.forEach((packet, index) => {
    assembler.receive(packet, start + index);
    result.push(...assembler.poll(start + index));
  });
  return result;
}

/** Which of the sent frames came out, by their number. */
function numbersOf(result: readonly AssembledFrame[], sent: readonly SentPacket[]): number[] {
  return result.map(({ data }) => {
    const packet = sent.find((candidate) => Buffer.compare(candidate.data, data) === 0);
    if (packet === undefined) throw new Error('a frame came out that nobody sent');
    return packet.frame;
  });
}

describe('whole frames', () => {
  it('come in order with their time and arrival', () => {
    const sent = sendFrames('VP8', frames('K--'), { sequence: 65_534, timestamp: 2 ** 32 - 3000 });
    const assembler = new FrameAssembler(testCodec('VP8'));
    const result = [...assemble(assembler, sent, 1000), ...assembler.finish()];
    expect(numbersOf(result, sent)).toEqual([0, 1, 2]);
    expect(result.map(({ rtpTimestamp }) => rtpTimestamp)).toEqual([2 ** 32 - 3000, 2 ** 32, 2 ** 32 + 3000]);
    expect(result.map(({ arrival }) => arrival)).toEqual([1000, 1002, 1004]);
    expect(result[0]).toMatchObject({ keyframe: true, size: { width: 320, height: 180 } });
    expect(assembler.keyframeWanted).toBe(false);
  });

  it('come a moment after their marker where nothing follows', () => {
    const sent = sendFrames('VP8', frames('K'));
    const assembler = new FrameAssembler(testCodec('VP8'));
    expect(assemble(assembler, sent)).toEqual([]);
    expect(assembler.poll(50)).toEqual([]);
    expect(assembler.deadline()).toBe(51);
    expect(numbersOf(assembler.poll(51), sent)).toEqual([0]);
    expect(assembler.deadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it('need no marker where another frame follows', () => {
    const sent = sendFrames('H264', frames('K--')).map((packet) => ({ ...packet, marker: false }));
    const assembler = new FrameAssembler(testCodec('H264'));
    const result = [...assemble(assembler, sent), ...assembler.finish()];
    expect(numbersOf(result, sent)).toEqual([0, 1]);
    expect(assembler.droppedFrames).toBe(1);
  });

  it('come of what Chromium and GStreamer send, arrivals out of order', () => {
    const packets = readPackets('gstreamer-h264-single.rtp').flatMap((packet) => parseMediaPacket(packet) ?? []);
    const swapped = packets.map((packet, index) => packets[index ^ 1] ?? packet);
    const assembler = new FrameAssembler(testCodec('H264'));
    const result = [...assemble(assembler, swapped), ...assembler.finish()];
    expect(result.map(({ keyframe }) => (keyframe ? 'K' : '-')).join('')).toBe('K-----K-');
    expect(assembler.droppedFrames).toBe(0);
  });
});

describe('a picture that is lost', () => {
  it('takes along what depends on it, until a keyframe', () => {
    const sent = sendFrames('VP8', frames('K---K-'));
    const assembler = new FrameAssembler(testCodec('VP8'));
    const result = assemble(
      assembler,
      sent.filter(({ sequence }) => sequence !== 3),
    );
    result.push(...assembler.poll(100));
    expect(numbersOf(result, sent)).toEqual([0]);
    expect(assembler.keyframeWanted).toBe(false);
    result.push(...assembler.poll(5000), ...assembler.finish());
    expect(numbersOf(result, sent)).toEqual([0, 4, 5]);
    expect(assembler.lostPackets).toBe(1);
    expect(assembler.droppedFrames).toBe(3);
    expect(assembler.keyframeWanted).toBe(false);
  });

  it('is noticed where all of it is gone', () => {
    const sent = sendFrames('H264', frames('K--'));
    const assembler = new FrameAssembler(testCodec('H264'));
    assemble(
      assembler,
      sent.filter(({ frame }) => frame !== 1),
    );
    expect(numbersOf(assembler.poll(1100), sent)).toEqual([0]);
    expect(assembler.keyframeWanted).toBe(false);
    expect(assembler.poll(1300)).toEqual([]);
    expect(assembler.keyframeWanted).toBe(true);
  });

  it('comes all the same if it is sent again in time', () => {
    const sent = sendFrames('VP8', frames('K---'));
    const assembler = new FrameAssembler(testCodec('VP8'));
    const result = assemble(
      assembler,
      sent.filter(({ sequence }) => sequence !== 3),
    );
    for (const packet of sent.slice(3, 4)) assembler.receive(packet, 1000);
    result.push(...assembler.poll(1000), ...assembler.finish());
    expect(numbersOf(result, sent)).toEqual([0, 1, 2, 3]);
  });

  it('is waited for less where the publisher is not asked again', () => {
    const sent = sendFrames('VP8', frames('K-K'));
    const assembler = new FrameAssembler({ ...testCodec('VP8'), feedback: [] });
    assemble(
      assembler,
      sent.filter(({ sequence }) => sequence !== 2),
    );
    expect(assembler.deadline()).toBeLessThan(300);
  });

  it('asks for a keyframe where the recording begins in the middle', () => {
    const sent = sendFrames('VP9', frames('--K-'));
    const assembler = new FrameAssembler(testCodec('VP9'));
    const before = assemble(assembler, sent.slice(0, 4));
    before.push(...assembler.poll(200));
    expect(before).toEqual([]);
    expect(assembler.keyframeWanted).toBe(true);
    const result = [...assemble(assembler, sent.slice(4), 200), ...assembler.finish()];
    expect(numbersOf(result, sent)).toEqual([2, 3]);
    expect(assembler.keyframeWanted).toBe(false);
  });

  it('is one that cannot be put together, too', () => {
    const sent = sendFrames('VP8', frames('K---K'));
    const broken = sent.map((packet) => (packet.sequence === 3 ? { ...packet, payload: bytes('10 11') } : packet));
    const assembler = new FrameAssembler(testCodec('VP8'));
    const result = [...assemble(assembler, broken), ...assembler.finish()];
    expect(numbersOf(result, sent)).toEqual([0, 4]);
  });
});

describe('sound', () => {
  it('goes on behind a loss', () => {
    const sent = sendFrames('opus', frames('KKKK'));
    const assembler = new FrameAssembler(testCodec('opus'));
    const result = assemble(
      assembler,
      sent.filter(({ sequence }) => sequence !== 1),
    );
    result.push(...assembler.poll(1000));
    expect(numbersOf(result, sent)).toEqual([0, 2, 3]);
    expect(assembler.keyframeWanted).toBe(false);
    expect(assembler.lostPackets).toBe(1);
  });
});

describe('parameter sets', () => {
  const slice = (keyframe: boolean): MediaPacket['payload'] => {
    const { payloads } = packetize('H264', keyframe, new Uint8Array(20), 100);
    return payloads.at(-1) ?? new Uint8Array(0);
  };
  const packet = (sequence: number, timestamp: number, payload: Uint8Array, marker = true): MediaPacket => ({
    sequence,
    timestamp,
    marker,
    payload,
  });
  const expected = packetize('H264', true, new Uint8Array(20), 100).data;

  it('stand before the keyframe where they came in packets of an earlier time', () => {
    const assembler = new FrameAssembler(testCodec('H264'));
    const result = assemble(assembler, [
      packet(1, 0, H264_SEQUENCE_SET, false),
      packet(2, 0, H264_PICTURE_SET),
      packet(3, 3000, slice(true)),
      packet(4, 6000, slice(false)),
      packet(5, 9000, slice(true)),
    ]);
    result.push(...assembler.finish());
    expect(result.map(({ keyframe }) => keyframe)).toEqual([true, false, true]);
    expect(result[0]?.data).toEqual(expected);
    expect(result[2]?.data).toEqual(expected);
  });

  it('stand before the keyframe where the offer alone has them', () => {
    const encoded = [H264_SEQUENCE_SET, H264_PICTURE_SET].map((set) => Buffer.from(set).toString('base64'));
    const codec = testCodec('H264', { 'sprop-parameter-sets': encoded.join(',') });
    const assembler = new FrameAssembler(codec);
    const result = [...assemble(assembler, [packet(1, 0, slice(true))]), ...assembler.finish()];
    expect(result).toMatchObject([{ keyframe: true, data: expected, size: { width: 98, height: 66 } }]);
  });

  it('are wanted: without any, nothing can be decoded', () => {
    const assembler = new FrameAssembler(testCodec('H264'));
    expect([...assemble(assembler, [packet(1, 0, slice(true))]), ...assembler.finish()]).toEqual([]);
    expect(assembler.keyframeWanted).toBe(true);
  });
});

describe('a restart', () => {
  it('takes other numbers and another codec', () => {
    const before = sendFrames('VP8', frames('K-'), { sequence: 100, timestamp: 1_000_000 });
    const after = sendFrames('H264', frames('-K-'), { sequence: 60_000, timestamp: 7 });
    const assembler = new FrameAssembler(testCodec('VP8'));
    assemble(assembler, [...before, ...before.slice(0, 1).map((packet) => ({ ...packet, sequence: 110 }))]);
    assembler.restart(testCodec('H264'));
    expect(assembler.codec.name).toBe('H264');
    expect(assembler.keyframeWanted).toBe(true);
    const result = [...assemble(assembler, after, 100), ...assembler.finish()];
    expect(numbersOf(result, after)).toEqual([1, 2]);
    expect(result[0]?.rtpTimestamp).toBe(3007);
  });
});

describe.each([...VIDEO, 'opus' as const])('%s over a bad path', (codec: CodecName) => {
  const frame = fc.record({
    keyframe: fc.boolean(),
    body: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    limit: fc.integer({ min: 20, max: 200 }),
    padding: fc.nat(1),
  });
  const path = fc.record({
    sequence: fc.nat(0xffff),
    timestamp: fc.nat(2 ** 32 - 1),
    frames: fc.array(frame, { minLength: 2, maxLength: 20 }),
    delays: fc.array(fc.nat(100), { minLength: 10, maxLength: 10 }),
    lost: fc.array(fc.nat(80), { maxLength: 3 }),
    repeated: fc.array(fc.nat(80), { maxLength: 5 }),
  });

  it('gives the frames that were sent, but for those between a loss and the next keyframe', () => {
    fc.assert(
      fc.property(path, ({ sequence, timestamp, frames: sentFrames, delays, lost, repeated }) => {
        const all = sentFrames.map((value, index) => ({
          ...value,
          keyframe: value.keyframe || codec === 'opus',
          // Told apart by their number.
          body: Uint8Array.of(index, ...value.body),
        }));
        const sent = sendFrames(codec, all, { sequence, timestamp });
        // The first packet is there, since nobody knows of one before it; and the last, which shows that others are lost.
        const isLost = (index: number): boolean => lost.includes(index) && index > 0 && index < sent.length - 1;
        const events = sent.flatMap((packet, index) => {
          if (isLost(index)) return [];
          const delay = index === 0 ? 0 : (delays[index % delays.length] ?? 0);
          const once = { now: 1000 + index * 10 + delay, packet };
          return repeated.includes(index) ? [once, { ...once, now: once.now + 35 }] : [once];
        });
        events.sort((a, b) => a.now - b.now);
        const assembler = new FrameAssembler(testCodec(codec));
        const result: AssembledFrame[] = [];
        for (const { now, packet } of events) {
          assembler.receive(packet, now);
          result.push(...assembler.poll(now));
        }
        result.push(...assembler.finish());
        expect(numbersOf(result, sent)).toEqual(survivors(codec, sent, isLost));
      }),
      { numRuns: 150 },
    );
  });
});

/** Frames that can be decoded of what arrives: whole, and with all that was sent since the last keyframe. */
function survivors(codec: CodecName, sent: readonly SentPacket[], isLost: (index: number) => boolean): number[] {
  const frameCount = (sent.at(-1)?.frame ?? 0) + 1;
  const result: number[] = [];
  let decodes = false;
  for (let frame = 0; frame < frameCount; frame++) {
    const packets = sent.map((packet, index) => ({ ...packet, index })).filter((packet) => packet.frame === frame);
    const media = packets.filter(({ isPadding }) => !isPadding);
    const isWhole = media.every(({ index }) => !isLost(index));
    const isKeyframe = codec === 'opus' || media.some(({ data }) => isKeyframeData(codec, data));
    decodes = isWhole && (decodes || isKeyframe);
    if (decodes) result.push(frame);
    // A lost packet of padding could have been anything.
    if (codec !== 'opus' && packets.some(({ index }) => isLost(index))) decodes = false;
  }
  return result;
}

function isKeyframeData(codec: CodecName, data: Uint8Array): boolean {
  const first: Partial<Record<CodecName, string>> = {
    VP8: '10',
    VP9: '82',
    H264: '0000000167',
    H265: '0000000140',
    AV1: '0a',
  };
  return Buffer.from(data)
    .toString('hex')
    .startsWith(first[codec] ?? '');
}
