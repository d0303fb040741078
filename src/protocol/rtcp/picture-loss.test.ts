import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { parsePictureLoss, writePictureLoss } from './picture-loss.ts';
import { pictureLoss } from './testing/arbitrary.ts';
import { expectNoThrow, expectRoundTrip } from './testing/properties.ts';

describe('picture loss indication', () => {
  it('names sender and media', () => {
    const packet = bytes('81 ce 00 02 00 00 00 01 de ad be ef');
    expect(parsePictureLoss(packet)).toEqual({ type: 'pictureLoss', senderSsrc: 1, mediaSsrc: 0xdeadbeef });
    expect(writePictureLoss({ type: 'pictureLoss', senderSsrc: 1, mediaSsrc: 0xdeadbeef })).toEqual(packet);
  });

  it('refuses other formats and a missing SSRC', () => {
    expect(parsePictureLoss(bytes('82 ce 00 02 00 00 00 01 de ad be ef'))).toBeUndefined();
    expect(parsePictureLoss(bytes('81 ce 00 01 00 00 00 01'))).toBeUndefined();
  });

  it('comes back as written', () => expectRoundTrip(pictureLoss, parsePictureLoss, writePictureLoss));
  it('never throws', () => expectNoThrow(206, 1, parsePictureLoss));
});
