import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import type { FullIntraRequest } from './full-intra-request.ts';
import { parseFullIntraRequest, writeFullIntraRequest } from './full-intra-request.ts';
import { fullIntraRequest } from './testing/arbitrary.ts';
import { expectNoThrow, expectRoundTrip } from './testing/properties.ts';

describe('full intra request', () => {
  it('reads and writes its entries', () => {
    const packet = bytes('84 ce 00 04 00 00 00 01 00 00 00 00 de ad be ef 2a 00 00 00');
    const request: FullIntraRequest = {
      type: 'fullIntraRequest',
      senderSsrc: 1,
      requests: [{ ssrc: 0xdeadbeef, commandSequence: 42 }],
    };
    expect(parseFullIntraRequest(packet)).toEqual(request);
    expect(writeFullIntraRequest(request)).toEqual(packet);
  });

  it('refuses half an entry', () => {
    expect(parseFullIntraRequest(bytes('84 ce 00 03 00 00 00 01 00 00 00 00 de ad be ef'))).toBeUndefined();
  });

  it('comes back as written', () => {
    expectRoundTrip(fullIntraRequest, parseFullIntraRequest, writeFullIntraRequest);
  });
  it('never throws', () => expectNoThrow(206, 4, parseFullIntraRequest));
});
