import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readExtensions } from './header-extensions.ts';
import { parseRtpHeader, rtpHeaderLength, rtpPayload, writeRtpPacket } from './packet.ts';
import { bytes } from '../../util/testing/bytes.ts';
import { rtpPacketFields } from './testing/arbitrary.ts';

/** Marker, payload type 96, sequence 0x1234, timestamp 0x89abcdef, SSRC 0xdeadbeef. */
const PLAIN = bytes('80 e0 12 34 89 ab cd ef de ad be ef 01 02 03');

describe('parseRtpHeader', () => {
  it('reads the fixed header', () => {
    const header = parseRtpHeader(PLAIN);
    expect(header).toEqual({
      marker: true,
      payloadType: 96,
      sequence: 0x1234,
      timestamp: 0x89abcdef,
      ssrc: 0xdeadbeef,
      csrcs: [],
      headerLength: 12,
      paddingLength: 0,
    });
    expect(header && rtpPayload(PLAIN, header)).toEqual(bytes('01 02 03'));
  });

  it('counts CSRCs, extension and padding', () => {
    const packet = bytes(
      'b2 6f 00 01 00 00 00 02 00 00 00 03 00 00 00 0a ff ff ff ff be de 00 01 10 aa 00 00 77 88 00 00 03',
    );
    const header = parseRtpHeader(packet);
    expect(header).toMatchObject({ marker: false, payloadType: 111, csrcs: [10, 0xffffffff] });
    expect(header).toMatchObject({ headerLength: 28, paddingLength: 3 });
    expect(header && rtpPayload(packet, header)).toEqual(bytes('77 88'));
  });

  it('takes a packet that is padding alone', () => {
    const header = parseRtpHeader(bytes('a0 60 00 01 00 00 00 02 00 00 00 03 00 00 03'));
    expect(header).toMatchObject({ headerLength: 12, paddingLength: 3 });
  });

  it.each([
    ['nothing', ''],
    ['version 1', '40 e0 12 34 89 ab cd ef de ad be ef'],
    ['a header cut short', '80 e0 12 34 89 ab cd ef de ad be'],
    ['CSRCs cut short', '81 e0 12 34 89 ab cd ef de ad be ef 00 00 00'],
    ['an extension header cut short', '90 e0 12 34 89 ab cd ef de ad be ef be de 00'],
    ['an extension cut short', '90 e0 12 34 89 ab cd ef de ad be ef be de 00 02 10 aa 00 00'],
    ['padding of no bytes', 'a0 e0 12 34 89 ab cd ef de ad be ef 00'],
    ['padding beyond the payload', 'a0 e0 12 34 89 ab cd ef de ad be ef 00 03'],
    ['padding without a payload', 'a0 e0 12 34 89 ab cd ef de ad be ef'],
  ])('refuses %s', (_, hex) => {
    expect(parseRtpHeader(bytes(hex))).toBeUndefined();
  });

  it('never throws, and its lengths stay within the packet', () => {
    const almost = fc.uint8Array({ maxLength: 80 }).map((random) => Uint8Array.of(0x80 | (random[0] ?? 0), ...random));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), almost), (packet) => {
        const header = parseRtpHeader(packet);
        if (header === undefined) return;
        expect(header.headerLength).toBe(rtpHeaderLength(packet));
        expect(header.headerLength + header.paddingLength).toBeLessThanOrEqual(packet.length);
      }),
    );
  });
});

describe('writeRtpPacket', () => {
  it('writes the fixed header', () => {
    const packet = writeRtpPacket({
      marker: true,
      payloadType: 96,
      sequence: 0x1234,
      timestamp: 0x89abcdef,
      ssrc: 0xdeadbeef,
      payload: bytes('01 02 03'),
    });
    expect(packet).toEqual(PLAIN);
  });

  it('is undone by parsing', () => {
    fc.assert(
      fc.property(rtpPacketFields(), (fields) => {
        const packet = writeRtpPacket(fields);
        const header = parseRtpHeader(packet);
        expect(header).toMatchObject({
          marker: fields.marker,
          payloadType: fields.payloadType,
          sequence: fields.sequence,
          timestamp: fields.timestamp,
          ssrc: fields.ssrc,
          csrcs: fields.csrcs,
          paddingLength: fields.paddingLength,
        });
        expect(header && rtpPayload(packet, header)).toEqual(fields.payload);
        expect(readExtensions(packet)).toEqual(fields.extensions);
      }),
    );
  });
});
