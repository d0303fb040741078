import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { transportFeedback } from './testing/arbitrary.ts';
import { expectNoThrow, expectRoundTrip } from './testing/properties.ts';
import type { TransportFeedback } from './transport-feedback.ts';
import { parseTransportFeedback, writeTransportFeedback } from './transport-feedback.ts';

const HEADER = 'de ad be ef ca fe ba be';

function feedback(packetCount: number, received: [sequence: number, offset: number][]): TransportFeedback {
  return {
    type: 'transportFeedback',
    senderSsrc: 0xdeadbeef,
    mediaSsrc: 0xcafebabe,
    feedbackCount: 7,
    baseSequence: 0xfffe,
    packetCount,
    referenceTime: 0x010203,
    received: received.map(([sequence, arrivalOffsetMs]) => ({ sequence, arrivalOffsetMs })),
  };
}

describe('transport-wide feedback', () => {
  it('reads and writes a run of small deltas through the wrap of the sequence number', () => {
    const packet = bytes(`8f cd 00 06 ${HEADER} ff fe 00 03 01 02 03 07 20 03 04 00 ff 00 00 00`);
    const value = feedback(3, [
      [0xfffe, 1],
      [0xffff, 1],
      [0, 64.75],
    ]);
    expect(parseTransportFeedback(packet)).toEqual(value);
    expect(writeTransportFeedback(value)).toEqual(packet);
  });

  it('reads and writes a vector of one-bit symbols', () => {
    const packet = bytes(`8f cd 00 05 ${HEADER} ff fe 00 04 01 02 03 07 a4 00 04 04`);
    const value = feedback(4, [
      [0xfffe, 1],
      [1, 2],
    ]);
    expect(parseTransportFeedback(packet)).toEqual(value);
    expect(writeTransportFeedback(value)).toEqual(packet);
  });

  it('reads and writes a vector of two-bit symbols with large and negative deltas', () => {
    // Symbols 1, 2, 0, 2: 11 01 10 00 10 00 00 00.
    const packet = bytes(`8f cd 00 06 ${HEADER} ff fe 00 04 01 02 03 07 d8 80 04 01 00 ff fc 00`);
    const value = feedback(4, [
      [0xfffe, 1],
      [0xffff, 65],
      [1, 64],
    ]);
    expect(parseTransportFeedback(packet)).toEqual(value);
    expect(writeTransportFeedback(value)).toEqual(packet);
  });

  it('reads and writes nothing but losses', () => {
    const packet = bytes(`8f cd 00 05 ${HEADER} ff fe 1f ff 01 02 03 07 1f ff 00 00`);
    expect(parseTransportFeedback(packet)).toEqual(feedback(8191, []));
    expect(writeTransportFeedback(feedback(8191, []))).toEqual(packet);
  });

  it('reads runs of large deltas, empty runs and symbols beyond the count', () => {
    const packet = bytes(`8f cd 00 06 ${HEADER} ff fe 00 01 01 02 03 07 20 00 40 09 01 00 00 00`);
    expect(parseTransportFeedback(packet)).toEqual(feedback(1, [[0xfffe, 64]]));
  });

  it('reads a message with padding', () => {
    const packet = bytes(`af cd 00 05 ${HEADER} ff fe 00 01 01 02 03 07 20 01 04 01`);
    expect(parseTransportFeedback(packet)).toEqual(feedback(1, [[0xfffe, 1]]));
  });

  it.each([
    ['no packets', `8f cd 00 05 ${HEADER} ff fe 00 00 01 02 03 07 20 01 04 00`],
    ['no chunk', `8f cd 00 04 ${HEADER} ff fe 00 01 01 02 03 07`],
    ['a chunk too few', `8f cd 00 05 ${HEADER} ff fe 00 20 01 02 03 07 00 01 00 01`],
    ['a delta too few', `8f cd 00 05 ${HEADER} ff fe 00 03 01 02 03 07 20 03 04 04`],
    ['half a delta', `af cd 00 06 ${HEADER} ff fe 00 03 01 02 03 07 40 03 00 01 00 02 00 01`],
    ['a run of more than the bytes hold', `8f cd 00 05 ${HEADER} ff fe 1f ff 01 02 03 07 3f ff 04 04`],
    ['a reserved symbol in a run', `8f cd 00 05 ${HEADER} ff fe 00 01 01 02 03 07 60 01 04 04`],
    ['a reserved symbol in a vector', `8f cd 00 05 ${HEADER} ff fe 00 01 01 02 03 07 f0 00 04 04`],
    ['no reference time', `8f cd 00 03 ${HEADER} ff fe 00 01`],
  ])('refuses %s', (_, hex) => {
    expect(parseTransportFeedback(bytes(hex))).toBeUndefined();
  });

  it('comes back as written', () => {
    expectRoundTrip(transportFeedback, parseTransportFeedback, writeTransportFeedback);
  });
  it('never throws', () => expectNoThrow(205, 15, parseTransportFeedback));
});
