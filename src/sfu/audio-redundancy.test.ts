import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRed, writeRed } from '../protocol/payload/red.ts';
import { parseRtpHeader, rtpPayload, writeRtpPacket } from '../protocol/rtp/packet.ts';
import type { RedFormat } from '../protocol/sdp/types.ts';
import { AudioRedundancy } from './audio-redundancy.ts';
import { RtpBatch } from './rtp-batch.ts';
import { batchOf, type TestPacket } from './testing/fixtures.ts';

const OPUS = 111;
const RED: RedFormat = { payloadType: 63, preferred: true };

function red(sequence: number, payload: Uint8Array, more: Partial<TestPacket> = {}): TestPacket {
  return { sequence, timestamp: 960 * sequence, payloadType: RED.payloadType, payload, ...more };
}

function opus(sequence: number, payload: Uint8Array): TestPacket {
  return { sequence, timestamp: 960 * sequence, payloadType: OPUS, payload };
}

/** What a sound's packet holds behind that of the packet before. */
function withEarlier(earlier: Uint8Array, data: Uint8Array): Uint8Array {
  return writeRed([{ payloadType: OPUS, timestampOffset: 960, data: earlier }], { payloadType: OPUS, data });
}

interface Content {
  payloadType: number;
  sequence: number;
  timestamp: number;
  marker: boolean;
  payload: number[];
}

function contents(batch: RtpBatch): Content[] {
  return Array.from({ length: batch.count }, (_, index) => {
    const packet = batch.packet(index);
    const header = parseRtpHeader(packet);
    if (header === undefined) throw new Error('not an RTP packet');
    const { payloadType, sequence, timestamp, marker, headerLength } = header;
    const fields = [batch.payloadTypes[index], batch.sequence(index), batch.timestamp(index), batch.markers[index]];
    expect(fields).toEqual([payloadType, sequence, timestamp, marker ? 1 : 0]);
    expect(batch.headerLength(index)).toBe(headerLength);
    return { payloadType, sequence, timestamp, marker, payload: [...rtpPayload(packet, header)] };
  });
}

describe('AudioRedundancy', () => {
  it('gives each RED packet’s own block as a plain packet, and keeps the packet as it came', () => {
    const block = fc.uint8Array({ minLength: 1, maxLength: 200 });
    const packets = fc.array(fc.record({ earlier: block, data: block, marker: fc.boolean() }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(packets, (sound) => {
        const redundancy = new AudioRedundancy(OPUS, RED);
        const batch = batchOf(
          sound.map(({ earlier, data, marker }, index) => red(0xfffe + index, withEarlier(earlier, data), { marker })),
        );
        const before = batch.data.slice();
        const plain = contents(redundancy.receive(batch, 0));
        expect(plain.map(({ payload, marker, payloadType }) => ({ payload, marker, payloadType }))).toEqual(
          sound.map(({ data, marker }) => ({ payload: [...data], marker, payloadType: OPUS })),
        );
        const received = contents(batch);
        expect(plain.map(({ sequence, timestamp }) => [sequence, timestamp])).toEqual(
          received.map(({ sequence, timestamp }) => [sequence, timestamp]),
        );
        expect(contents(redundancy.select(batch, 0, batch.count))).toEqual(received);
        expect(batch.data).toEqual(before);
      }),
    );
  });

  it('makes RED without redundancy of plain packets', () => {
    const redundancy = new AudioRedundancy(OPUS, RED);
    const batch = batchOf([opus(7, Uint8Array.of(1, 2, 3)), opus(8, Uint8Array.of(4))]);
    const plain = redundancy.receive(batch, 0);
    expect(contents(plain)).toEqual(contents(batch));
    const wrapped = contents(redundancy.select(plain, 0, plain.count));
    expect(wrapped.map(({ payloadType, sequence, timestamp }) => [payloadType, sequence, timestamp])).toEqual([
      [63, 7, 6720],
      [63, 8, 7680],
    ]);
    const blocks = wrapped.map(({ payload }) => parseRed(Uint8Array.from(payload)));
    expect(blocks.map((parsed) => parsed?.map(({ payloadType, data }) => [payloadType, [...data]]))).toEqual([
      [[OPUS, [1, 2, 3]]],
      [[OPUS, [4]]],
    ]);
  });

  it.each([
    ['is cut short', Uint8Array.of(0xef, 0x0f)],
    ['has a block that is too long', Uint8Array.of(0xef, 0x0f, 0x00, 0x09, 0x6f, 1, 2)],
    ['has its own block of another type', writeRed([], { payloadType: 9, data: Uint8Array.of(1) })],
    [
      'has a redundant block of another type',
      writeRed([{ payloadType: 9, timestampOffset: 0, data: Uint8Array.of(1) }], {
        payloadType: OPUS,
        data: Uint8Array.of(2),
      }),
    ],
  ])('leaves out RED that %s', (_what, payload) => {
    const redundancy = new AudioRedundancy(OPUS, RED);
    const good = withEarlier(Uint8Array.of(1), Uint8Array.of(2));
    const batch = batchOf([red(1, good), red(2, payload), red(3, good)]);
    const plain = redundancy.receive(batch, 0);
    expect(contents(plain).map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect(contents(redundancy.select(batch, 0, 3)).map(({ sequence }) => sequence)).toEqual([1, 3]);
  });

  it('leaves out padding, and keeps the place of a packet that is padding alone', () => {
    const redundancy = new AudioRedundancy(OPUS, RED);
    const padded = (payload: Uint8Array, sequence: number): RtpBatch => {
      const fields = { payloadType: RED.payloadType, sequence, timestamp: 5, ssrc: 1, payload, paddingLength: 4 };
      const packet = writeRtpPacket(fields);
      const header = parseRtpHeader(packet);
      if (header === undefined) throw new Error('not an RTP packet');
      const batch = new RtpBatch();
      batch.setSingle(packet, header);
      return batch;
    };
    const sound = padded(withEarlier(Uint8Array.of(1), Uint8Array.of(2, 3)), 1);
    expect(contents(redundancy.receive(sound, 0))).toMatchObject([{ sequence: 1, payload: [2, 3] }]);
    expect(redundancy.receive(sound, 0).length(0)).toBe(14);
    expect(contents(redundancy.receive(padded(new Uint8Array(0), 2), 0))).toMatchObject([{ sequence: 2, payload: [] }]);
  });

  it('is over when RED has not come for two seconds', () => {
    const redundancy = new AudioRedundancy(OPUS, RED);
    redundancy.receive(batchOf([red(1, withEarlier(Uint8Array.of(1), Uint8Array.of(2)))]), 1000);
    redundancy.receive(batchOf([opus(2, Uint8Array.of(1))]), 2900);
    expect(redundancy.isOver(3000)).toBe(false);
    expect(redundancy.isOver(3001)).toBe(true);
  });
});
