/** Lays the container's image out in a folder and runs the server from there as the container does. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, copiesOf, parseStages } from './dockerfile.ts';
import { root } from './tools.ts';

/** Debian's "nobody". */
const USER = 65_534;
const PATIENCE_MS = 20_000;

const stages = parseStages(readFileSync(join(root, 'Dockerfile'), 'utf8'));
const lastStage = stages.at(-1) ?? [];

/** Copies what the last stage copies, no other file, into an empty folder. The build has to be there. */
export function layOutImage(folder: string): void {
  for (const { from, sources, target } of copiesOf(lastStage)) {
    for (const source of sources) {
      const path = from === undefined ? source : source.replace(/^\/app\//, '');
      const destination = target.endsWith('/') ? join(folder, target, basename(path)) : join(folder, target);
      if (from === 'modules') installModules(folder);
      else copy(join(root, path), destination);
    }
  }
}

function copy(source: string, destination: string): void {
  mkdirSync(dirname(destination), { recursive: true });
  cpSync(source, destination, { recursive: true });
}

/** The command of the stage "modules". */
function installModules(folder: string): void {
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(root, file), join(folder, file));
  const options = ['--omit=dev', '--prefer-offline', '--loglevel=error'];
  execFileSync('npm', ['ci', ...options], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

export interface RunningServer {
  /** Whether the image's health check says that the server is well. */
  isHealthy(): boolean;
  /** Sends the image's signal to stop and tells the exit code. */
  stop(): Promise<number | null>;
  log(): string;
}

/** Starts the image's command without root's rights and waits until it is healthy. */
export async function startImage(folder: string, settings: Record<string, string>): Promise<RunningServer> {
  const environment = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...settings };
  const options = { cwd: folder, env: environment };
  const [program = '', ...args] = withoutRights(commandOf(lastStage, 'CMD') ?? []);
  const child: ChildProcess = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (log += data.toString()));
  const [check = '', ...checkArgs] = commandOf(lastStage, 'HEALTHCHECK') ?? [];
  const server: RunningServer = {
    isHealthy() {
      try {
        execFileSync(check, checkArgs, { ...options, stdio: 'ignore' });
        return true;
      } catch {
        return false;
      }
    },
    async stop() {
      child.kill(lastStage.find(({ name }) => name === 'STOPSIGNAL')?.rest as NodeJS.Signals);
      const cut = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      const [code] = await exit;
      clearTimeout(cut);
      return code;
    },
    log: () => log,
  };
  const end = performance.now() + PATIENCE_MS;
  while (!log.includes('live-webrtc is ready') || !server.isHealthy()) {
    if (performance.now() > end || child.exitCode !== null) throw new Error(`The image does not start:\n${log}`);
    await sleep(100);
  }
  return server;
}

/** Root gives up what a container's user does not have; other users have none of it. */
function withoutRights(command: readonly string[]): string[] {
  if (process.getuid?.() !== 0) return [...command];
  const rights = [`--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--no-new-privs'];
  return ['setpriv', ...rights, '--inh-caps=-all', '--bounding-set=-all', ...command];
}
