import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What native/test/test_addon.cc exports. */
interface NativeTests {
  names: () => string[];
  /** Gives what failed, nothing where all is well. */
  run: (name: string) => string[];
}

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The C++ tests, from the build that the tests use (LIVE_WEBRTC_ADDON names a sanitized one). */
function loadNativeTests(): NativeTests {
  const addon = process.env['LIVE_WEBRTC_ADDON'] ?? '';
  const folder = addon === '' ? resolve(ROOT, 'native/build/Release') : dirname(resolve(addon));
  return createRequire(import.meta.url)(resolve(folder, 'native_test.node')) as NativeTests;
}

const tests = loadNativeTests();

/** Names of the C++ tests of one group, without the group. */
export function nativeTestNames(group: string): string[] {
  const prefix = `${group}: `;
  return tests.names().flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}

/** Runs one of them and returns what failed. */
export function runNativeTest(group: string, name: string): string[] {
  return tests.run(`${group}: ${name}`);
}
