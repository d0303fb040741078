import fc from 'fast-check';
import type { ExtensionElement } from '../header-extensions.ts';
import type { RtpPacketFields } from '../packet.ts';

/** Extension elements of either form. */
export function extensionElements(): fc.Arbitrary<ExtensionElement[]> {
  const oneByte = fc.record({
    id: fc.integer({ min: 1, max: 14 }),
    value: fc.uint8Array({ minLength: 1, maxLength: 16 }),
  });
  const twoByte = fc.record({ id: fc.integer({ min: 1, max: 255 }), value: fc.uint8Array({ maxLength: 255 }) });
  return fc.oneof(fc.array(oneByte, { maxLength: 6 }), fc.array(twoByte, { maxLength: 6 }));
}

/** Whole RTP packets. */
export function rtpPacketFields(): fc.Arbitrary<Required<RtpPacketFields>> {
  return fc.record({
    marker: fc.boolean(),
    payloadType: fc.nat(127),
    sequence: fc.nat(0xffff),
    timestamp: fc.nat(0xffffffff),
    ssrc: fc.nat(0xffffffff),
    csrcs: fc.array(fc.nat(0xffffffff), { maxLength: 15 }),
    extensions: extensionElements(),
    payload: fc.uint8Array({ maxLength: 100 }),
    paddingLength: fc.nat(255),
  });
}
