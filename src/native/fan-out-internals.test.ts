import { describe, expect, it } from 'vitest';
import { nativeTestNames, runNativeTest } from './testing/native-tests.ts';

/** The tests themselves are in native/test/: rtp_*_test.cc, udp_sender_test.cc and fan_out_test.cc. */
describe('the fan-out in the addon', () => {
  it.each(nativeTestNames('fan-out'))('%s', (name) => {
    expect(runNativeTest('fan-out', name)).toEqual([]);
  });
});
