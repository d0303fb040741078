/** The RTCP parsers against packets that Chromium sent. */
import { describe, expect, it } from 'vitest';
import { readPackets } from '../rtp/testing/fixtures.ts';
import { parseCompound, writeCompound } from './compound.ts';
import { compactNtp } from './ntp.ts';

const compounds = readPackets('chromium.rtcp');

describe('RTCP of Chromium', () => {
  it('is understood but for its extended reports', () => {
    expect(compounds.map((compound) => parseCompound(compound).map(({ type }) => type))).toEqual([
      ['transportFeedback'],
      ['transportFeedback'],
      ['senderReport', 'sourceDescription'],
      ['sourceDescription'],
      ['receiverReport'],
      ['senderReport', 'sourceDescription'],
    ]);
  });

  it('comes back byte for byte, but for extended reports and the count in padding', () => {
    for (const compound of compounds) {
      const written = writeCompound(parseCompound(compound));
      const expected = compound.slice(0, written.length);
      const padding = ((expected[0] ?? 0) & 0x20) === 0 ? 0 : (expected.at(-1) ?? 0);
      if (padding > 0) {
        expected[0] = (expected[0] ?? 0) & ~0x20;
        expected.fill(0, expected.length - padding);
      }
      expect(written).toEqual(expected);
    }
  });

  it('refers to the sender report in the receiver report', () => {
    const [sender] = parseCompound(compounds[2] ?? new Uint8Array(0));
    const [receiver] = parseCompound(compounds[4] ?? new Uint8Array(0));
    if (sender?.type !== 'senderReport' || receiver?.type !== 'receiverReport') throw new Error('reports are missing');
    const block = receiver.reports.find(({ ssrc }) => ssrc === sender.ssrc);
    expect(block?.lastSenderReport).toBe(compactNtp(sender.ntpTime));
  });

  it('tells when packets arrived', () => {
    const [feedback] = parseCompound(compounds[0] ?? new Uint8Array(0));
    expect(feedback).toMatchObject({
      baseSequence: 1,
      packetCount: 2,
      referenceTime: 42_177,
      received: [
        { sequence: 1, arrivalOffsetMs: 27.5 },
        { sequence: 2, arrivalOffsetMs: 31.5 },
      ],
    });
  });
});
