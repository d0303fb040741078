import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { createFeedbackPacket, expectRtcpHeader, parseFeedbackHeader, parseRtcpHeader } from './packet-header.ts';

describe('parseRtcpHeader', () => {
  it('reads type, count and length', () => {
    expect(parseRtcpHeader(bytes('9f c9 00 01 00 00 00 07 ff'))).toEqual({
      packetType: 201,
      count: 31,
      length: 8,
      contentEnd: 8,
    });
  });

  it('takes padding off', () => {
    expect(parseRtcpHeader(bytes('a0 c9 00 02 00 00 00 07 00 00 00 04'))).toMatchObject({ length: 12, contentEnd: 8 });
  });

  it.each([
    ['nothing', ''],
    ['three bytes', '80 c9 00'],
    ['version 1', '40 c9 00 00'],
    ['a packet cut short', '80 c9 00 01 00 00 00'],
    ['padding of no bytes', 'a0 c9 00 01 00 00 00 00'],
    ['padding that reaches into the header', 'a0 c9 00 01 00 00 00 05'],
  ])('refuses %s', (_, hex) => {
    expect(parseRtcpHeader(bytes(hex))).toBeUndefined();
  });
});

describe('expectRtcpHeader', () => {
  it('refuses another type and too little content', () => {
    const packet = bytes('80 c9 00 01 00 00 00 07');
    expect(expectRtcpHeader(packet, 201, 8)).toBeDefined();
    expect(expectRtcpHeader(packet, 200, 8)).toBeUndefined();
    expect(expectRtcpHeader(packet, 201, 12)).toBeUndefined();
    expect(expectRtcpHeader(bytes('a0 c9 00 01 00 00 00 04'), 201, 8)).toBeUndefined();
  });
});

describe('feedback headers', () => {
  it('name sender and media', () => {
    const packet = createFeedbackPacket(206, 1, { senderSsrc: 0x01020304, mediaSsrc: 0xfffefdfc }, 4);
    expect(packet).toEqual(bytes('81 ce 00 03 01 02 03 04 ff fe fd fc 00 00 00 00'));
    expect(parseFeedbackHeader(packet, 206, 1)).toEqual({
      senderSsrc: 0x01020304,
      mediaSsrc: 0xfffefdfc,
      contentEnd: 16,
    });
    expect(parseFeedbackHeader(packet, 206, 2)).toBeUndefined();
    expect(parseFeedbackHeader(packet, 205, 1)).toBeUndefined();
  });
});
