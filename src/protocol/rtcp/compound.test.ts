import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatenate } from '../../util/bytes.ts';
import { bytes } from '../../util/testing/bytes.ts';
import { parseCompound, writeCompound } from './compound.ts';
import { rtcpPacket } from './testing/arbitrary.ts';

const REPORT = '80 c9 00 01 00 00 00 01';
const NAME = '81 ca 00 03 00 00 00 01 01 04 61 62 63 64 00 00';
const PICTURE_LOSS = '81 ce 00 02 00 00 00 01 00 00 00 02';

const types = (hex: string) => parseCompound(bytes(hex)).map((packet) => packet.type);

describe('parseCompound', () => {
  it('reads packet by packet', () => {
    expect(types(REPORT + NAME + PICTURE_LOSS)).toEqual(['receiverReport', 'sourceDescription', 'pictureLoss']);
  });

  it('takes a reduced-size packet (RFC 5506)', () => {
    expect(types(PICTURE_LOSS)).toEqual(['pictureLoss']);
  });

  it.each([
    ['application-defined', '80 cc 00 02 00 00 00 01 61 62 63 64'],
    ['extended report', '80 cf 00 01 00 00 00 01'],
    ['transport feedback of another format', '83 cd 00 03 00 00 00 01 00 00 00 02 00 00 00 00'],
    ['payload feedback of another format', '82 ce 00 02 00 00 00 01 00 00 00 02'],
    ['application layer feedback of another kind', '8f ce 00 03 00 00 00 01 00 00 00 02 61 62 63 64'],
    ['application layer feedback without content', '8f ce 00 02 00 00 00 01 00 00 00 02'],
  ])('skips an unknown packet: %s', (_, hex) => {
    expect(types(REPORT + hex + PICTURE_LOSS)).toEqual(['receiverReport', 'pictureLoss']);
  });

  it.each([
    ['of a known type', '81 c9 00 01 00 00 00 01'],
    ['of another version', '00 c9 00 01 00 00 00 01'],
    ['that runs out of the datagram', '80 c9 00 ff 00 00 00 01'],
  ])('stops at a malformed packet %s', (_, hex) => {
    expect(types(REPORT + hex + PICTURE_LOSS)).toEqual(['receiverReport']);
  });

  it('does not let a packet read into the next one', () => {
    const remb = '8f ce 00 04 00 00 00 01 00 00 00 00 52 45 4d 42 02 0b d0 90';
    expect(types(REPORT + remb + PICTURE_LOSS)).toEqual(['receiverReport']);
  });

  it('ignores bytes behind the last packet', () => {
    expect(types(`${REPORT} 80 c9`)).toEqual(['receiverReport']);
    expect(types('')).toEqual([]);
  });

  it('never throws', () => {
    const packetType = fc.integer({ min: 199, max: 208 });
    const packet = fc.tuple(fc.nat(0x3f), packetType, fc.uint8Array({ maxLength: 40 })).map(([first, type, random]) => {
      const content = random.subarray(0, random.length & ~3);
      return Uint8Array.of(0x80 | first, type, 0, content.length / 4, ...content);
    });
    const compound = fc.array(packet, { maxLength: 5 }).map(concatenate);
    fc.assert(
      fc.property(fc.oneof(compound, fc.uint8Array({ maxLength: 100 })), (datagram) => {
        parseCompound(datagram);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('writeCompound', () => {
  it('puts packets one behind the other', () => {
    expect(
      writeCompound([
        { type: 'receiverReport', ssrc: 1, reports: [] },
        { type: 'sourceDescription', chunks: [{ ssrc: 1, cname: 'abcd' }] },
        { type: 'pictureLoss', senderSsrc: 1, mediaSsrc: 2 },
      ]),
    ).toEqual(bytes(REPORT + NAME + PICTURE_LOSS));
  });

  it('is undone by parsing', () => {
    fc.assert(
      fc.property(fc.array(rtcpPacket, { maxLength: 5 }), (packets) => {
        expect(parseCompound(writeCompound(packets))).toEqual(packets);
      }),
    );
  });
});
