/** The RTP parsers against packets that Chromium sent. */
import { describe, expect, it } from 'vitest';
import { parseAbsoluteSendTime, parseIdentifier, parseTransportSequence } from './extension-values.ts';
import { findExtension, readExtensions } from './header-extensions.ts';
import { parseRtpHeader, rtpPayload, writeRtpPacket } from './packet.ts';
import { unwrapRtx, wrapRtx } from './rtx.ts';
import { readPackets } from './testing/fixtures.ts';

const EXTENSION_ID = { absoluteSendTime: 2, transportSequence: 4, mid: 9, rid: 10 };
const FILES = ['vp8', 'vp8-rtx', 'vp8-simulcast', 'vp9-svc', 'h264', 'av1', 'av1-svc'];

describe('packets of Chromium', () => {
  it.each(FILES)('come back as they were parsed: %s', (name) => {
    for (const packet of readPackets(`chromium-${name}.rtp`)) {
      const header = parseRtpHeader(packet);
      expect(header).toBeDefined();
      if (header === undefined) continue;
      const extensions = readExtensions(packet);
      const payload = rtpPayload(packet, header);
      const written = writeRtpPacket({ ...header, extensions, payload });
      // Chromium also pads between elements, this writer at the end alone: the blocks' lengths differ.
      expect(parseRtpHeader(written)).toMatchObject({ ...header, headerLength: expect.any(Number) as number });
      expect(readExtensions(written)).toEqual(extensions);
    }
  });

  it('name their layer in the two-byte and in the one-byte form', () => {
    const packets = readPackets('chromium-vp8-simulcast.rtp');
    const profiles = packets.slice(0, 2).map((packet) => packet.subarray(12, 14));
    expect(profiles).toEqual([Uint8Array.of(0x10, 0x00), Uint8Array.of(0xbe, 0xde)]);
    for (const packet of packets.slice(0, 2)) {
      expect(parseIdentifier(findExtension(packet, EXTENSION_ID.rid) ?? new Uint8Array(0))).toBe('l');
      expect(parseIdentifier(findExtension(packet, EXTENSION_ID.mid) ?? new Uint8Array(0))).toBe('0');
    }
  });

  it('count through the transport, in time', () => {
    const packets = readPackets('chromium-vp8-rtx.rtp');
    const sequences = packets.map((packet) => findExtension(packet, EXTENSION_ID.transportSequence));
    expect(sequences.map((value) => value && parseTransportSequence(value))).toEqual([1, 2, 3]);
    const sendTimes = packets.map((packet) => findExtension(packet, EXTENSION_ID.absoluteSendTime));
    const [first = 0, second = 0, third = 0] = sendTimes.map((value) => value && parseAbsoluteSendTime(value));
    expect(second - first).toBeCloseTo(3.39, 2);
    expect(third - second).toBeCloseTo(3.65, 2);
  });

  it('are retransmitted as RFC 4588 says', () => {
    const [probe, original, rtx] = readPackets('chromium-vp8-rtx.rtp');
    if (probe === undefined || original === undefined || rtx === undefined) throw new Error('packets are missing');
    const header = parseRtpHeader(original);
    const rtxHeader = parseRtpHeader(rtx);
    if (header === undefined || rtxHeader === undefined) throw new Error('headers are malformed');

    expect(unwrapRtx(probe, header)).toBeUndefined();

    const restored = unwrapRtx(rtx, header);
    expect(restored && parseRtpHeader(restored)).toEqual({ ...header, headerLength: rtxHeader.headerLength });
    expect(restored?.subarray(rtxHeader.headerLength)).toEqual(original.subarray(header.headerLength));

    const ours = wrapRtx(original, rtxHeader);
    expect(ours && parseRtpHeader(ours)).toEqual({ ...rtxHeader, headerLength: header.headerLength });
    expect(ours?.subarray(header.headerLength)).toEqual(rtx.subarray(rtxHeader.headerLength));
  });
});
