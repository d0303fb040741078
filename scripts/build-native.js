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
// In the environment, because there a nodedir of the user's npm configuration would outrank an argument.
const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? { npm_config_nodedir: prefix } : {};
const options = process.argv.slice(2);
const named = options[0]?.startsWith('-') === false ? [options.shift()] : undefined;
for (const action of named ?? ['configure', 'build']) {
  const result = spawnSync(process.execPath, [nodeGyp, action, '-C', 'native', ...options], {
    stdio: 'inherit',
    env: { ...process.env, ...headers },
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
