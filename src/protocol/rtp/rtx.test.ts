import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeRtpPacket } from './packet.ts';
import { unwrapRtx, wrapRtx } from './rtx.ts';
import { rtpPacketFields } from './testing/arbitrary.ts';
import { bytes } from '../../util/testing/bytes.ts';

const STREAM = { ssrc: 0x11223344, payloadType: 97, sequence: 0x0042 };

describe('wrapRtx', () => {
  it('puts the original sequence number before the payload', () => {
    const packet = bytes('90 e0 12 34 89 ab cd ef de ad be ef be de 00 01 10 aa 00 00 01 02 03');
    expect(wrapRtx(packet, STREAM)).toEqual(
      bytes('90 e1 00 42 89 ab cd ef 11 22 33 44 be de 00 01 10 aa 00 00 12 34 01 02 03'),
    );
  });

  it('removes padding', () => {
    const packet = bytes('a0 60 12 34 89 ab cd ef de ad be ef 01 00 02');
    expect(wrapRtx(packet, STREAM)).toEqual(bytes('80 61 00 42 89 ab cd ef 11 22 33 44 12 34 01'));
  });

  it('refuses what is no RTP packet', () => {
    expect(wrapRtx(bytes('80 60'), STREAM)).toBeUndefined();
  });
});

describe('unwrapRtx', () => {
  const original = { ssrc: 0xdeadbeef, payloadType: 96 };

  it('restores the original', () => {
    const rtx = bytes('90 e1 00 42 89 ab cd ef 11 22 33 44 be de 00 01 10 aa 00 00 12 34 01 02 03');
    expect(unwrapRtx(rtx, original)).toEqual(
      bytes('90 e0 12 34 89 ab cd ef de ad be ef be de 00 01 10 aa 00 00 01 02 03'),
    );
  });

  it.each([
    ['padding alone', 'a0 61 00 42 89 ab cd ef 11 22 33 44 00 00 03'],
    ['an empty payload', '80 61 00 42 89 ab cd ef 11 22 33 44'],
    ['a sequence number cut short', '80 61 00 42 89 ab cd ef 11 22 33 44 12'],
    ['no original payload', '80 61 00 42 89 ab cd ef 11 22 33 44 12 34'],
    ['a header cut short', '80 61 00 42'],
  ])('refuses %s', (_, hex) => {
    expect(unwrapRtx(bytes(hex), original)).toBeUndefined();
  });

  it('undoes wrapRtx but for padding', () => {
    fc.assert(
      fc.property(rtpPacketFields(), (fields) => {
        const rtx = wrapRtx(writeRtpPacket(fields), STREAM);
        const restored = rtx && unwrapRtx(rtx, fields);
        const expected = fields.payload.length === 0 ? undefined : writeRtpPacket({ ...fields, paddingLength: 0 });
        expect(restored).toEqual(expected);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (packet) => {
        wrapRtx(packet, STREAM);
        unwrapRtx(packet, original);
      }),
    );
  });
});
