import { describe, expect, it } from 'vitest';
import { nativeTestNames, runNativeTest } from './testing/native-tests.ts';

/** The tests themselves are in native/test/srtp_*_test.cc. */
describe('SRTP in the addon', () => {
  it.each(nativeTestNames('srtp'))('%s', (name) => {
    expect(runNativeTest('srtp', name)).toEqual([]);
  });
});
