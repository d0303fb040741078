/**
 * Builds the addon, only what changed. Uses the headers that came with this Node where they exist, so that nothing is
 * downloaded. Usage: node scripts/build-native.js [action] [node-gyp option...], e.g. `rebuild` to start afresh.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
const prefix = dirname(dirname(process.execPath));
const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? ['--nodedir', prefix] : [];
const options = process.argv.slice(2);
const named = options[0]?.startsWith('-') === false ? [options.shift()] : undefined;
for (const action of named ?? ['configure', 'build']) {
  const result = spawnSync(process.execPath, [nodeGyp, action, '-C', 'native', ...headers, ...options], {
    stdio: 'inherit',
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
