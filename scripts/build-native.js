/** Builds the addon. Uses the headers that came with this Node where they exist, so that nothing is downloaded. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
const prefix = dirname(dirname(process.execPath));
const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? ['--nodedir', prefix] : [];
const action = process.argv[2] ?? 'rebuild';
const result = spawnSync(process.execPath, [nodeGyp, action, '-C', 'native', ...headers, ...process.argv.slice(3)], {
  stdio: 'inherit',
});
process.exit(result.status ?? 1);
