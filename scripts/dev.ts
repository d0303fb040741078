/**
 * The developer's loop: compiles on every change, restarts the server with its media workers, and serves the pages
 * with hot reload through Vite, which passes API calls on to the server. Ctrl+C ends all of it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Milliseconds without a further change after which the server restarts: tsc writes many files one by one. */
const SETTLE_TIME = 300;

const root = dirname(import.meta.dirname);
const require = createRequire(import.meta.url);
const settings = existsSync(join(root, '.env.local')) ? ['--env-file=.env.local'] : [];
const serverArguments = [...settings, '--enable-source-maps', 'dist/main.js'];

/** `detached` keeps the terminal's Ctrl+C from the server, which would take that and our SIGTERM for two signals. */
function run(args: string[], detached = false): ChildProcess {
  return spawn(process.execPath, args, { cwd: root, stdio: 'inherit', detached });
}

let server: ChildProcess | undefined;
let restartWanted = false;
let stopping = false;
let settled: NodeJS.Timeout | undefined;

function startServer(): void {
  const started = run(serverArguments, true);
  server = started;
  started.once('exit', () => {
    server = undefined;
    if (restartWanted && !stopping) startServer();
    restartWanted = false;
  });
}

function restartServer(): void {
  if (server === undefined) {
    startServer();
    return;
  }
  if (restartWanted) return;
  restartWanted = true;
  server.kill('SIGTERM');
}

/** Path of a package's command line script. */
function script(packageName: string, path: string): string {
  return join(dirname(require.resolve(`${packageName}/package.json`)), path);
}

const tools = [
  run([script('typescript', 'bin/tsc'), '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput']),
  run([script('vite', 'bin/vite.js'), '--config', 'web/vite.config.ts']),
];

const watcher = watch(join(root, 'dist'), { recursive: true }, (_event, file) => {
  if (!file?.endsWith('.js')) return;
  clearTimeout(settled);
  settled = setTimeout(restartServer, SETTLE_TIME);
});
startServer();

function stop(): void {
  stopping = true;
  clearTimeout(settled);
  watcher.close();
  for (const child of [server, ...tools]) child?.kill('SIGTERM');
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
