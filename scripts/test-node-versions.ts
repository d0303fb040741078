/**
 * Runs what another Node could break on other Node versions: builds a copy of the work tree, addon and all, with the
 * binary and the headers of npm's node-linux-* package. Usage: npm run test:node -- 22 24 26
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const nodePackage = `node-${process.platform}-${process.arch}`;

function run(command: string, args: string[], cwd: string, path = process.env['PATH'] ?? ''): boolean {
  const result = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, PATH: path } });
  return result.status === 0;
}

/** Installs the newest release of a major version; the folder of its binary. */
function installNode(major: string, folder: string): string {
  const bin = join(folder, 'node_modules', nodePackage, 'bin');
  mkdirSync(folder, { recursive: true });
  if (!run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `${nodePackage}@${major}`], root)) {
    if (!existsSync(bin)) throw new Error(`Node ${major} cannot be installed from npm's ${nodePackage}.`);
  }
  return bin;
}

/** Copies what git would commit, and keeps the addon's object files of the last time. */
function copyWorkTree(copy: string): void {
  const objects = join(copy, 'native/build');
  const kept = `${copy}-native-build`;
  rmSync(kept, { recursive: true, force: true });
  if (existsSync(objects)) renameSync(objects, kept);
  rmSync(copy, { recursive: true, force: true });
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of listed.toString().split('\0')) {
    const source = join(root, file);
    if (file !== '' && existsSync(source)) cpSync(source, join(copy, file), { preserveTimestamps: true });
  }
  if (existsSync(kept)) renameSync(kept, objects);
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

/** What another Node could break: the addon and all that uses Node, and the whole server over HTTP and with media. */
const PROJECTS = ['unit', 'conformance'];

/** Bytes and numbers in, values out, whatever Node it is; pages; and the repository's own tools. */
const PURE = ['src/{protocol,peer,sfu}/**', 'src/recording/formats/**', 'web/**', 'scripts/**', 'bench/**'];

/** True where everything passed. */
function testWith(major: string): boolean {
  const folder = join(root, '.cache/node', major);
  const bin = installNode(major, folder);
  const node = join(bin, 'node');
  const copy = join(folder, 'work-tree');
  console.log(`\nNode ${execFileSync(node, ['--version']).toString().trim()}`);
  copyWorkTree(copy);
  const path = [bin, process.env['PATH']].join(delimiter);
  const which = [
    ...PROJECTS.flatMap((name) => ['--project', name]),
    ...PURE.flatMap((pattern) => ['--exclude', pattern]),
  ];
  return (
    run('npm', ['run', 'build:native'], copy, path) &&
    run('npm', ['run', 'build:server'], copy, path) &&
    run(node, ['node_modules/vitest/vitest.mjs', 'run', '--retry=1', ...which], copy, path)
  );
}

const majors = process.argv.slice(2);
if (majors.length === 0) throw new Error('Name the major versions to test with, e.g. npm run test:node -- 22 24 26');
const failed = majors.filter((major) => !testWith(major));
console.log(failed.length === 0 ? `Passed on Node ${majors.join(', ')}.` : `Failed on Node ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
